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
 * The superblock of an HDF5 file: HDF5 File Format Specification 3.0, section II.A.
 *
 * @param start the superblock's position in the file, behind a user block, in bytes
 * @param version the superblock's version, 0 to 3
 * @param length the superblock's length, in bytes
 * @param flags the consistency flags of versions 2 and 3; 0 for older versions
 * @param endOfFile the end of file, which is the least size that the file must have, in bytes
 * @param driverInfo the position of the driver information, in bytes from the start of the file; negative for none
 * @param root the address of the root group's object header
 * @param plain whether the superblock has no extension, and addresses and lengths have eight bytes
 */
public record Superblock(
        long start, int version, int length, int flags, long endOfFile, long driverInfo, long root, boolean plain) {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
    public static final int LARGEST = 96;

    /** The length of a superblock of version 3 with addresses of eight bytes. */
    public static final int CREATED_LENGTH = 48;

    /** The undefined address. */
    public static final long UNDEFINED = -1;

    /** The bytes at the end of superblocks before version 2 that cache the addresses of the root group's links. */
    public static final int CACHE = 24;

    /** The offset of the consistency flags in versions 2 and 3. */
    public static final int FLAGS = 11;

    private static final int OPEN_FOR_WRITING = 1;

    /** The flags of a commit: open for writing, and a flag that HDF5 knows and never sets (H5Fprivate.h: {@code H5F_SUPER_FILE_OK}). */
    public static final byte COMMITTING = OPEN_FOR_WRITING | 2;

    /** The flags of a writer that readers may follow: open for writing, in single-writer multiple-readers mode. */
    public static final byte FOLLOWED = OPEN_FOR_WRITING | 4;

    /**
     * The bytes of a superblock of version 3, as HDF5 1.10 and later make it, for a new file whose addresses and lengths have eight bytes.
     *
     * @param flags the consistency flags
     * @param root the address of the root group's object header
     * @param end the end of file
     */
    public static ByteBuffer create(int flags, long root, long end) {
        return new FormatOutput()
                .bytes(SIGNATURE)
                .int8(3)
                .int8(Long.BYTES)
                .int8(Long.BYTES)
                .int8(flags)
                .address(0)
                .address(UNDEFINED)
                .address(end)
                .address(root)
                .seal()
                .toBuffer();
    }

    /** Whether the superblock is marked as open for writing, by a running writer or by one that died. */
    public boolean marked() {
        return (flags & OPEN_FOR_WRITING) != 0;
    }

    /** Whether the superblock has consistency flags that the C library heeds. */
    public boolean markable() {
        return version >= 3;
    }

    /** Marks a copy of the superblock, which begins at index 0, as open for writing or as closed. */
    public void mark(ByteBuffer copy, boolean writing) {
        flag(copy, (byte) (writing ? OPEN_FOR_WRITING : 0));
    }

    /** Sets the consistency flags of a copy of the superblock, which begins at index 0. */
    public void flag(ByteBuffer copy, byte its) {
        copy.put(FLAGS, its);
        seal(copy, 0);
    }

    /** Whether a commit has marked the superblock; the commit's writer may have died since. */
    public boolean committing() {
        return flags == COMMITTING;
    }

    /** The offset of the checksum in versions 2 and 3. */
    public int sum() {
        return length - Integer.BYTES;
    }

    /** Whether the checksum of a copy of the superblock, which begins at index 0, is right. */
    public boolean isSealed(ByteBuffer copy) {
        return version < 2 || copy.order(ByteOrder.LITTLE_ENDIAN).getInt(sum()) == Lookup3.of(copy, 0, sum());
    }

    /** Sets the end of file in a copy of the superblock, which begins at index 0. */
    public void end(ByteBuffer copy, long size) {
        if (markable() && copy.get(9) == Long.BYTES) {
            copy.order(ByteOrder.LITTLE_ENDIAN).putLong(12 + 2 * Long.BYTES, size);
            seal(copy, 0);
        }
    }

    /** Reads a file's superblock, which may lie behind a user block of 512 bytes or a power of two more; null if the file has none. */
    public static @Nullable Superblock read(Path file) throws IOException {
        RegularFile.mustBe(file, "it");
        try (FileChannel channel = SteadyChannel.of(file, StandardOpenOption.READ)) {
            return read(channel);
        }
    }

    /** Reads the superblock of an open file. */
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

    /** The source of the first bytes of a superblock. */
    private interface HeadSource {

        void read(ByteBuffer head, long at) throws IOException;
    }

    /**
     * Parses the superblock at a position of a file of the given size. For a superblock that is cut off, the length is right, and the end
     * of file is the superblock's own end.
     */
    private static Superblock parse(ByteBuffer head, long at, long size) {
        int version = head.get(8);
        boolean modern = version >= 2;
        int width = head.get(modern ? 9 : 13);
        int addresses = modern ? 12 : version == 0 ? 24 : 28;
        int length = addresses + 4 * width + (modern ? 4 : 2 * width + 24);
        if (size < at + length) {
            return new Superblock(at, version, length, 0, at + length, -1, UNDEFINED, false);
        }
        long driverInfo = address(head, addresses + (modern ? width : 3 * width), width);
        return new Superblock(
                at,
                version,
                length,
                // the C library ignores these flags of version 2, and few writers clear them
                version >= 3 ? head.get(FLAGS) : 0,
                address(head, addresses + 2 * width, width),
                driverInfo > 0 ? at + driverInfo : -1,
                // in older versions, the link to the root group begins with the offset of a name
                address(head, addresses + (modern ? 3 * width : 5 * width), width),
                modern && width == Long.BYTES && head.get(10) == Long.BYTES && head.getLong(20) == -1);
    }

    /** Corrects the checksum of a changed superblock in a file's image; versions before 2 have no checksum. */
    public void seal(ByteBuffer image) {
        seal(image, (int) start);
    }

    /** Corrects the checksum of a copy of the superblock, which begins at the given index. */
    public void seal(ByteBuffer bytes, int at) {
        if (version >= 2) {
            bytes.order(ByteOrder.LITTLE_ENDIAN).putInt(at + sum(), Lookup3.of(bytes, at, sum()));
        }
    }

    private static long address(ByteBuffer head, int at, int width) {
        return switch (width) {
            case 8 -> head.getLong(at);
            case 4 -> Integer.toUnsignedLong(head.getInt(at));
            default -> 0; // this method does not check the width
        };
    }
}
