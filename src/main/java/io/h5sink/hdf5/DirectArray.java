package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the chunks of a dataset that grows along one axis, by the chunk's number, in an extensible array: the HDF5 File
 * Format Specification 3.0, section VII.D. Blocks of the array are made as the C library makes them: of data, each twice as large as
 * those two levels below, with pages of their own beyond some size; the first levels' are found from the index block, the others' from
 * secondary blocks.
 */
final class DirectArray {

    static final long UNDEFINED = -1;

    /** How large the blocks are, as the dataset's layout message says it. */
    record Shape(int bits, int indexEntries, int pointers, int minEntries, int pageBits) {

        boolean isUsual() {
            return bits > 0
                    && bits <= Integer.SIZE
                    && indexEntries > 0
                    && Integer.bitCount(pointers) == 1
                    && pointers > 1
                    && Integer.bitCount(minEntries) == 1
                    && pageBits < Integer.SIZE - 1;
        }
    }

    /** Where an entry lies. */
    private record Slot(long block, int length, int offset) {}

    private static final int WIDTH = Long.BYTES;
    private static final int CHECKSUM = Integer.BYTES;
    private static final int PREFIX = 6 + WIDTH;
    private static final int STATISTICS = 12;
    private static final int SECONDARY_BLOCKS = STATISTICS;
    private static final int DATA_BLOCKS = STATISTICS + 2 * WIDTH;
    private static final int LAST = STATISTICS + 4 * WIDTH;
    private static final int ENTRIES = STATISTICS + 5 * WIDTH;
    private static final int INDEX = STATISTICS + 6 * WIDTH;
    private static final int HEADER = INDEX + WIDTH + CHECKSUM;

    private final DirectFile file;
    private final long header;
    private final Shape shape;

    /** Levels whose blocks the index block points to, and how many those are. */
    private final int directLevels;

    private final int directBlocks;

    private DirectArray(DirectFile file, long header, Shape shape) {
        this.file = file;
        this.header = header;
        this.shape = shape;
        this.directLevels = 2 * Integer.numberOfTrailingZeros(shape.pointers);
        this.directBlocks = 2 * (shape.pointers - 1);
    }

    /** The array whose header is at an address; null if it is of another kind than the layout message says. */
    static @Nullable DirectArray at(DirectFile file, long header, Shape shape) throws IOException {
        ByteBuffer head = file.look(header, HEADER);
        boolean same = head.remaining() >= HEADER
                && head.getInt(0) == signature("EAHD")
                && head.getShort(4) == 0 // of chunks without filters
                && head.get(6) == WIDTH
                && head.get(7) == shape.bits
                && Byte.toUnsignedInt(head.get(8)) == shape.indexEntries
                && Byte.toUnsignedInt(head.get(9)) == shape.minEntries
                && Byte.toUnsignedInt(head.get(10)) == shape.pointers
                && head.get(11) == shape.pageBits
                && head.getLong(INDEX) != UNDEFINED;
        return same ? new DirectArray(file, header, shape) : null;
    }

    /** Makes an array without entries. */
    static DirectArray make(DirectFile file, Shape shape) {
        DirectArray array = new DirectArray(file, file.takeBlock(HEADER), shape);
        long index = file.takeBlock(array.indexLength());
        file.make(index, array.block("EAIB", array.indexLength()));
        ByteBuffer head = ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(signature("EAHD"))
                .putShort((short) 0)
                .put((byte) WIDTH)
                .put((byte) shape.bits)
                .put((byte) shape.indexEntries)
                .put((byte) shape.minEntries)
                .put((byte) shape.pointers)
                .put((byte) shape.pageBits);
        head.putLong(ENTRIES, shape.indexEntries).putLong(INDEX, index);
        file.make(array.header, head.clear());
        return array;
    }

    /** Where its header is. */
    long header() {
        return header;
    }

    /** The address of a chunk; undefined if there is none. */
    long get(long chunk) throws IOException {
        if (chunk >= file.look(header, HEADER).getLong(LAST)) {
            return UNDEFINED;
        }
        Slot slot = slot(chunk, false);
        return slot == null ? UNDEFINED : file.look(slot.block, slot.length).getLong(slot.offset);
    }

    /** Sets the address of a chunk. */
    void set(long chunk, long address) throws IOException {
        Slot slot = slot(chunk, true);
        if (slot == null) {
            throw new IOException("its index of chunks is full");
        }
        file.change(slot.block, slot.length).putLong(slot.offset, address);
        if (chunk >= file.look(header, HEADER).getLong(LAST)) {
            file.change(header, HEADER).putLong(LAST, chunk + 1);
        }
    }

    private @Nullable Slot slot(long chunk, boolean make) throws IOException {
        long index = file.look(header, HEADER).getLong(INDEX);
        if (chunk < shape.indexEntries) {
            return new Slot(index, indexLength(), PREFIX + (int) chunk * WIDTH);
        }
        long entry = chunk - shape.indexEntries;
        int level = 63 - Long.numberOfLeadingZeros(entry / shape.minEntries + 1);
        if (level >= levels()) {
            return null;
        }
        long within = entry - start(level);
        int number = (int) (within / entries(level));
        int pointers = PREFIX + shape.indexEntries * WIDTH;
        long block;
        if (level < directLevels) {
            int pointer = firstBlock(level) + number;
            block = follow(index, indexLength(), pointers + pointer * WIDTH, make, () -> makeData(level, pointer));
            return block == UNDEFINED ? null : new Slot(block, dataLength(level), dataHead() + entry(level, within));
        }
        int pointer = pointers + (directBlocks + level - directLevels) * WIDTH;
        long secondary = follow(index, indexLength(), pointer, make, () -> makeSecondary(level));
        if (secondary == UNDEFINED) {
            return null;
        }
        int at = dataHead() + bitmap(level) + number * WIDTH;
        block = follow(secondary, secondaryLength(level), at, make, () -> makeData(level, number));
        if (block == UNDEFINED || pages(level) == 0) {
            return block == UNDEFINED ? null : new Slot(block, dataLength(level), dataHead() + entry(level, within));
        }
        return page(secondary, level, number, block, (int) (within % entries(level)), make);
    }

    /** Where an entry lies in its block, in bytes behind the block's head. */
    private int entry(int level, long within) {
        return (int) (within % entries(level)) * WIDTH;
    }

    private interface Maker {
        long make() throws IOException;
    }

    /** Where a pointer leads, which may have to be made. */
    private long follow(long from, int length, int offset, boolean make, Maker maker) throws IOException {
        long found = file.look(from, length).getLong(offset);
        if (found == UNDEFINED && make) {
            found = maker.make();
            file.change(from, length).putLong(offset, found);
        }
        return found;
    }

    private @Nullable Slot page(long secondary, int level, int number, long block, int entry, boolean make)
            throws IOException {
        int page = entry >> shape.pageBits;
        int length = pageLength();
        long address = block + dataHead() + CHECKSUM + (long) page * length;
        int bit = number * pages(level) + page;
        int flags = dataHead() + bit / Byte.SIZE;
        int flag = 0x80 >> (bit % Byte.SIZE);
        if ((file.look(secondary, secondaryLength(level)).get(flags) & flag) == 0) {
            if (!make) {
                return null;
            }
            file.make(address, filled(length));
            ByteBuffer used = file.change(secondary, secondaryLength(level));
            used.put(flags, (byte) (used.get(flags) | flag));
        }
        return new Slot(address, length, (entry & ((1 << shape.pageBits) - 1)) * WIDTH);
    }

    private long makeData(int level, int number) throws IOException {
        int length = dataLength(level);
        boolean paged = pages(level) > 0;
        long size = paged ? length + (long) pages(level) * pageLength() : length;
        long address = file.takeBlock(size);
        ByteBuffer block = block("EADB", length);
        offset(block, start(level) + number * entries(level));
        file.make(address, block);
        count(DATA_BLOCKS, size);
        ByteBuffer head = file.change(header, HEADER);
        head.putLong(ENTRIES, head.getLong(ENTRIES) + entries(level));
        return address;
    }

    private long makeSecondary(int level) throws IOException {
        int length = secondaryLength(level);
        long address = file.takeBlock(length);
        ByteBuffer block = block("EASB", length);
        offset(block, start(level));
        for (int i = 0; i < bitmap(level); i++) {
            block.put(dataHead() + i, (byte) 0);
        }
        file.make(address, block);
        count(SECONDARY_BLOCKS, length);
        return address;
    }

    private void count(int what, long size) throws IOException {
        ByteBuffer head = file.change(header, HEADER);
        head.putLong(what, head.getLong(what) + 1);
        head.putLong(what + WIDTH, head.getLong(what + WIDTH) + size);
    }

    /** A block that says what it is, and whose pointers and entries are undefined. */
    private ByteBuffer block(String name, int length) {
        return filled(length).putInt(0, signature(name)).putShort(4, (short) 0).putLong(6, header);
    }

    private static ByteBuffer filled(int length) {
        ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (block.hasRemaining()) {
            block.put((byte) UNDEFINED);
        }
        return block.clear();
    }

    /** Notes the first entry of a block, which are not counted from that of the index block. */
    private void offset(ByteBuffer block, long first) {
        for (int i = 0; i < offsetBytes(); i++) {
            block.put(PREFIX + i, (byte) (first >> (i * Byte.SIZE)));
        }
    }

    private static int signature(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }

    private int levels() {
        return 1 + shape.bits - Integer.numberOfTrailingZeros(shape.minEntries);
    }

    /** The first entry of a level. */
    private long start(int level) {
        return shape.minEntries * ((1L << level) - 1);
    }

    /** The entries of each data block of a level. */
    private long entries(int level) {
        return (long) shape.minEntries << ((level + 1) / 2);
    }

    /** The data blocks of all levels before. */
    private static int firstBlock(int level) {
        int first = 0;
        for (int i = 0; i < level; i++) {
            first += 1 << (i / 2);
        }
        return first;
    }

    /** The pages of each data block of a level; 0 if it has none. */
    private int pages(int level) {
        long pages = entries(level) >> shape.pageBits;
        return pages > 1 ? (int) pages : 0;
    }

    private int pageLength() {
        return (WIDTH << shape.pageBits) + CHECKSUM;
    }

    private int offsetBytes() {
        return (shape.bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** What comes before the entries of a data block, and before the pointers or flags of a secondary block. */
    private int dataHead() {
        return PREFIX + offsetBytes();
    }

    private int dataLength(int level) {
        return dataHead() + (pages(level) > 0 ? 0 : (int) entries(level) * WIDTH) + CHECKSUM;
    }

    /** The flags of a secondary block that tell which pages are in use, in bytes. */
    private int bitmap(int level) {
        return (1 << (level / 2)) * ((pages(level) + Byte.SIZE - 1) / Byte.SIZE);
    }

    private int secondaryLength(int level) {
        return dataHead() + bitmap(level) + (1 << (level / 2)) * WIDTH + CHECKSUM;
    }

    private int indexLength() {
        int secondary = Math.max(0, levels() - directLevels);
        return PREFIX + (shape.indexEntries + directBlocks + secondary) * WIDTH + CHECKSUM;
    }
}
