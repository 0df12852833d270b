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
 * @param flags the consistency flags of version 3; in older versions, those that the mark of a commit stands for
 * @param sizes the sizes of addresses and lengths
 * @param endOfFile the end of file, which is the least size that the file must have, in bytes
 * @param extension the address of the superblock extension; {@link #UNDEFINED} without one, and before version 2
 * @param driverInfo the position of the driver information, in bytes from the start of the file; negative for none
 * @param root the address of the root group's object header
 * @param leafEntries half of the most links of a leaf of a symbol table, as far as the superblock itself says
 * @param nodeEntries half of the most children of a node of a symbol table, as far as the superblock itself says
 * @param chunkEntries half of the most children of a node of a B-tree of version 1 with chunks, as far as the superblock itself says
 */
public record Superblock(
        long start,
        int version,
        int length,
        int flags,
        FieldSizes sizes,
        long endOfFile,
        long extension,
        long driverInfo,
        long root,
        int leafEntries,
        int nodeEntries,
        int chunkEntries) {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
    public static final int LARGEST = 100;

    /** The length of a superblock of version 3 with addresses of eight bytes. */
    public static final int CREATED_LENGTH = 48;

    /** The undefined address. */
    public static final long UNDEFINED = -1;

    /** The bytes at the end of superblocks before version 2 that cache the addresses of the root group's links. */
    public static final int CACHE = 24;

    /** The offset of the consistency flags in versions 2 and 3. */
    public static final int FLAGS = 11;

    private static final int OPEN_FOR_WRITING = 1;

    /** The version from which on HDF5 heeds the consistency flags. */
    private static final int FIRST_WITH_FLAGS = 3;

    /** The bit that marks an older superblock, in the highest byte of the end of file. */
    private static final int BEYOND = 0x40;

    /** HDF5's default for half of the most links of a leaf of a symbol table, and of the most children of a node. */
    private static final int DEFAULT_LEAF = 4;

    private static final int DEFAULT_NODE = 16;

    /** HDF5's default for half of the most children of a node of a B-tree of version 1 with chunks. */
    private static final int DEFAULT_CHUNKS = 32;

    /** The offset of that number, which only version 1 has. */
    private static final int CHUNKS = 24;

    /** The offset of the number of links of leaves, and behind it of children of nodes, before version 2. */
    private static final int ENTRIES = 16;

    /** The flags of a commit: open for writing, and a flag that HDF5 knows and never sets (H5Fprivate.h: {@code H5F_SUPER_FILE_OK}). */
    public static final byte COMMITTING = OPEN_FOR_WRITING | 2;

    /** The flags of a writer that readers may follow: open for writing, in single-writer multiple-readers mode. */
    public static final byte FOLLOWED = OPEN_FOR_WRITING | 4;

    /**
     * The bytes of a superblock of version 3, as HDF5 1.10 and later make it, for a new file whose addresses and lengths have eight bytes.
     *
     * @param flags the consistency flags
     * @param extension the address of the superblock extension; {@link #UNDEFINED} for none
     * @param root the address of the root group's object header
     * @param end the end of file
     */
    public static ByteBuffer create(int flags, long extension, long root, long end) {
        return new FormatOutput()
                .bytes(SIGNATURE)
                .int8(3)
                .int8(Long.BYTES)
                .int8(Long.BYTES)
                .int8(flags)
                .address(0)
                .address(extension)
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
        return version >= FIRST_WITH_FLAGS;
    }

    /** Whether the file is in the format of HDF5 1.10 without an extension, with addresses and lengths of eight bytes. */
    public boolean plain() {
        return version >= 2 && sizes.equals(FieldSizes.WIDE) && extension == UNDEFINED;
    }

    /**
     * The offset of the byte by which a commit marks the superblock. In version 3 the byte has the consistency flags. In older versions,
     * whose flags HDF5 does not heed, the byte is the highest one of the end of file: HDF5 opens no file that is shorter than that, neither
     * for writing nor for reading.
     */
    public int markOffset() {
        return markable() ? FLAGS : endOffset() + sizes.addressBytes() - 1;
    }

    /** Whether a commit can mark the superblock. Addresses of less than eight bytes leave no end of file beyond all bounds. */
    public boolean hasMark() {
        return markable() || sizes.addressBytes() == Long.BYTES;
    }

    /** The value that the byte at {@link #markOffset} has in a marked superblock, of which a copy begins at index 0. */
    public byte markedByte(ByteBuffer copy) {
        return markable() ? COMMITTING : (byte) (copy.get(markOffset()) | BEYOND);
    }

    /** The value that the byte at {@link #markOffset} has in a superblock that is not marked, of which a copy begins at index 0. */
    public byte unmarkedByte(ByteBuffer copy) {
        return markable() ? 0 : (byte) (copy.get(markOffset()) & ~BEYOND);
    }

    /** Whether a copy of the superblock, which begins at index 0, has the mark of a commit. */
    public boolean isCommitting(ByteBuffer copy) {
        return hasMark() && copy.get(markOffset()) == markedByte(copy);
    }

    /** Marks a copy of the superblock, which begins at index 0, as open for writing or as closed. */
    public void mark(ByteBuffer copy, boolean writing) {
        byte open = markable() ? OPEN_FOR_WRITING : markedByte(copy);
        put(copy, writing ? open : unmarkedByte(copy));
    }

    /** Gives a copy of the superblock, which begins at index 0, the mark of a commit. */
    public void commit(ByteBuffer copy) {
        put(copy, markedByte(copy));
    }

    /** Sets the consistency flags of a copy of the superblock, of version 3, which begins at index 0. */
    public void flag(ByteBuffer copy, byte its) {
        copy.put(FLAGS, its);
        seal(copy, 0);
    }

    private void put(ByteBuffer copy, byte mark) {
        copy.put(markOffset(), mark);
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

    /** Sets the end of file in a copy of the superblock, which begins at index 0, and keeps the mark. */
    public void end(ByteBuffer copy, long size) {
        byte mark = copy.get(markOffset());
        boolean committing = isCommitting(copy);
        long base = address(
                copy.order(ByteOrder.LITTLE_ENDIAN), endOffset() - 2 * sizes.addressBytes(), sizes.addressBytes());
        long end = size - start + base;
        FieldSizes.put(copy, endOffset(), sizes.addressBytes(), end);
        put(copy, markable() ? mark : committing ? markedByte(copy) : copy.get(markOffset()));
    }

    private int endOffset() {
        return addresses(version) + 2 * sizes.addressBytes();
    }

    /** The offset of the first address. */
    private static int addresses(int version) {
        return version >= 2 ? 12 : version == 0 ? 24 : 28;
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

    /** Finds the superblock of a file of the given size. */
    public static @Nullable Superblock find(long size, HeadSource source) throws IOException {
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
    public interface HeadSource {

        /** Reads the bytes at a position, as many as the buffer takes, or as the file has. */
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
        FieldSizes sizes = new FieldSizes(width, head.get(modern ? 10 : 14));
        int addresses = addresses(version);
        int length = addresses + 4 * width + (modern ? 4 : sizes.lengthBytes() + width + CACHE);
        int leaf = modern ? DEFAULT_LEAF : Short.toUnsignedInt(head.getShort(ENTRIES));
        int node = modern ? DEFAULT_NODE : Short.toUnsignedInt(head.getShort(ENTRIES + 2));
        int chunks = version == 1 ? Short.toUnsignedInt(head.getShort(CHUNKS)) : DEFAULT_CHUNKS;
        if (size < at + length || length > LARGEST) {
            return new Superblock(
                    at, version, length, 0, sizes, at + length, UNDEFINED, -1, UNDEFINED, leaf, node, chunks);
        }
        long base = address(head, addresses, width);
        long driverInfo = address(head, addresses + (modern ? width : 3 * width), width);
        Superblock marked = new Superblock(
                at,
                version,
                length,
                version >= FIRST_WITH_FLAGS ? head.get(FLAGS) : 0,
                sizes,
                address(head, addresses + 2 * width, width) - base + at,
                modern ? driverInfo : UNDEFINED,
                driverInfo > 0 ? at + driverInfo : -1,
                // in older versions, the link to the root group begins with the offset of a name
                address(head, addresses + (modern ? 3 * width : 4 * width + sizes.lengthBytes()), width),
                leaf,
                node,
                chunks == 0 ? DEFAULT_CHUNKS : chunks);
        return !marked.markable() && marked.isCommitting(head) ? marked.withoutMark() : marked;
    }

    /** An older superblock whose end of file has the mark: the same one with its flags, and with its end of file as it is without. */
    private Superblock withoutMark() {
        return new Superblock(
                start,
                version,
                length,
                COMMITTING,
                sizes,
                endOfFile - ((long) BEYOND << (8 * (Long.BYTES - 1))),
                extension,
                driverInfo,
                root,
                leafEntries,
                nodeEntries,
                chunkEntries);
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
            case 4 -> head.getInt(at) == -1 ? UNDEFINED : Integer.toUnsignedLong(head.getInt(at));
            default -> 0; // this method does not check the width
        };
    }
}
