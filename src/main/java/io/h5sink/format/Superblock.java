package io.h5sink.format;

import io.h5sink.storage.RegularFile;
import io.h5sink.storage.SteadyChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HDF5 file, read without the C library, which answers a damaged one with less than it could say. Layout:
 * HDF5 File Format Specification 3.0, section II.A.
 *
 * @param start where it lies, behind a user block, in bytes
 * @param version 0 to 3
 * @param length its own length, in bytes
 * @param flags the consistency flags of versions 2 and 3; 0 for older ones
 * @param endOfFile the size that the file must at least have, in bytes
 * @param driverInfo where a driver's own words are to be looked for, in bytes from the start; negative for nowhere
 * @param plain whether it has no extension, and addresses and lengths of eight bytes
 */
public record Superblock(
        long start, int version, int length, int flags, long endOfFile, long driverInfo, boolean plain) {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
    public static final int LARGEST = 96;

    /** The address of what is nowhere in the file. */
    public static final long UNDEFINED = -1;

    /** The bytes at the end of a version before 2 that cache where the root group has its links. */
    public static final int CACHE = 24;

    /** Where the flags are, of versions 2 and 3. */
    public static final int FLAGS = 11;

    private static final int OPEN_FOR_WRITING = 1;

    /** Open for writing by a commit: with a flag that HDF5 knows and never sets (H5Fprivate.h: {@code H5F_SUPER_FILE_OK}). */
    public static final byte COMMITTING = OPEN_FOR_WRITING | 2;

    /** Whether the file is marked as open for writing, by a writer that lives or by one that died. */
    public boolean marked() {
        return (flags & OPEN_FOR_WRITING) != 0;
    }

    /** Whether it has a place for marks that the C library heeds. */
    public boolean markable() {
        return version >= 3;
    }

    /** Marks a copy of it, which begins at index 0, as open for writing, or as complete. */
    public void mark(ByteBuffer copy, boolean writing) {
        copy.put(FLAGS, (byte) (writing ? OPEN_FOR_WRITING : 0));
        seal(copy, 0);
    }

    /** Whether a commit has marked it, or had when its writer died. */
    public boolean committing() {
        return flags == COMMITTING;
    }

    /** Where its checksum is, of versions 2 and 3. */
    public int sum() {
        return length - Integer.BYTES;
    }

    /** Whether the checksum of a copy of it, which begins at index 0, is right. */
    public boolean isSealed(ByteBuffer copy) {
        return version < 2 || copy.order(ByteOrder.LITTLE_ENDIAN).getInt(sum()) == Lookup3.of(copy, 0, sum());
    }

    /** Sets the size that the file has in a copy of it, which begins at index 0. */
    public void end(ByteBuffer copy, long size) {
        if (markable() && copy.get(9) == Long.BYTES) {
            copy.order(ByteOrder.LITTLE_ENDIAN).putLong(12 + 2 * Long.BYTES, size);
            seal(copy, 0);
        }
    }

    /** Reads a superblock, which may lie behind a user block of 512 bytes or a power of two more; null if there is none. */
    public static @Nullable Superblock read(Path file) throws IOException {
        RegularFile.mustBe(file, "it");
        try (FileChannel channel = SteadyChannel.of(file, StandardOpenOption.READ)) {
            return read(channel);
        }
    }

    /** Reads the superblock of a file that is open. */
    public static @Nullable Superblock read(FileChannel channel) throws IOException {
        return find(channel.size(), channel::read);
    }

    /** Finds the superblock in the image of a file. */
    public static @Nullable Superblock find(ByteBuffer image) throws IOException {
        return find(image.limit(), (head, at) -> {
            head.put(image.slice((int) at, (int) Math.min(head.remaining(), image.limit() - at)));
        });
    }

    private static @Nullable Superblock find(long size, HeadSource source) throws IOException {
        for (long at = 0; at + SIGNATURE.length <= size; at = at == 0 ? 512 : at * 2) {
            ByteBuffer head = ByteBuffer.allocate(LARGEST).order(ByteOrder.LITTLE_ENDIAN);
            source.read(head, at);
            byte[] signature = new byte[SIGNATURE.length];
            head.get(0, signature);
            if (Arrays.equals(signature, SIGNATURE)) {
                return parse(head, at, size);
            }
        }
        return null;
    }

    /** Where a head is read from. */
    private interface HeadSource {

        void read(ByteBuffer head, long at) throws IOException;
    }

    /** Parses what lies at an offset of a file of the given size; a head that is cut off itself tells its own length. */
    private static Superblock parse(ByteBuffer head, long at, long size) {
        int version = head.get(8);
        boolean modern = version >= 2;
        int width = head.get(modern ? 9 : 13);
        int addresses = modern ? 12 : version == 0 ? 24 : 28;
        int length = addresses + 4 * width + (modern ? 4 : 2 * width + 24);
        if (size < at + length) {
            return new Superblock(at, version, length, 0, at + length, -1, false);
        }
        long driverInfo = address(head, addresses + (modern ? width : 3 * width), width);
        return new Superblock(
                at,
                version,
                length,
                version >= 3 ? head.get(FLAGS) : 0, // what version 2 has there nobody heeds, and few clear
                address(head, addresses + 2 * width, width),
                driverInfo > 0 ? at + driverInfo : -1,
                modern && width == Long.BYTES && head.get(10) == Long.BYTES && head.getLong(20) == -1);
    }

    /** Makes the checksum right in an image of a file whose superblock was changed; versions before 2 have none. */
    public void seal(ByteBuffer image) {
        seal(image, (int) start);
    }

    /** Makes the checksum right in a copy of it. */
    public void seal(ByteBuffer bytes, int at) {
        if (version >= 2) {
            bytes.order(ByteOrder.LITTLE_ENDIAN).putInt(at + sum(), Lookup3.of(bytes, at, sum()));
        }
    }

    private static long address(ByteBuffer head, int at, int width) {
        return switch (width) {
            case 8 -> head.getLong(at);
            case 4 -> Integer.toUnsignedLong(head.getInt(at));
            default -> 0; // not judged here
        };
    }
}
