package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the chunks of a dataset that grows along one axis, by the chunk's number, in an extensible array: the HDF5 File
 * Format Specification 3.0, section VII.D. Blocks of the array are made as the C library makes them: of data, each twice as large as
 * those two levels below, with pages of their own beyond some size; the first levels' are found from the index block, the others' from
 * secondary blocks.
 */
final class DirectArray {

    static final long UNDEFINED = -1;

    /**
     * How large the blocks are, as the dataset's layout message says it.
     *
     * @param sizeBytes how many bytes an entry has for the size of its chunk; 0 if that is the same for all, for want of filters
     */
    record Shape(int bits, int indexEntries, int pointers, int minEntries, int pageBits, int sizeBytes) {

        /** The same for chunks that go through filters. */
        Shape filtered(int bytes) {
            return new Shape(bits, indexEntries, pointers, minEntries, pageBits, bytes);
        }

        private boolean filtered() {
            return sizeBytes > 0;
        }

        private int entryBytes() {
            return filtered() ? WIDTH + sizeBytes + Integer.BYTES : WIDTH;
        }

        /** The version of a block's format and what its entries are, behind its signature. */
        private short kind() {
            return (short) (filtered() ? 1 << Byte.SIZE : 0);
        }

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

    /**
     * A chunk.
     *
     * @param address where it is; undefined if there is none
     * @param size its stored size, in bytes; 0 where all chunks have the same
     * @param mask a bit for each filter that it does without
     */
    record Entry(long address, long size, int mask) {

        private static final Entry NONE = new Entry(UNDEFINED, 0, 0);

        boolean isThere() {
            return address != UNDEFINED;
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
                && head.getShort(4) == shape.kind()
                && head.get(6) == shape.entryBytes()
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
        DirectArray array = new DirectArray(file, file.take(HEADER), shape);
        long index = file.take(array.indexLength());
        file.make(index, array.block("EAIB", array.indexLength(), PREFIX, shape.indexEntries));
        ByteBuffer head = ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(signature("EAHD"))
                .putShort(shape.kind())
                .put((byte) shape.entryBytes())
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

    /** What is known of a chunk. */
    Entry get(long chunk) throws IOException {
        if (chunk >= file.look(header, HEADER).getLong(LAST)) {
            return Entry.NONE;
        }
        Slot slot = slot(chunk, false);
        if (slot == null) {
            return Entry.NONE;
        }
        ByteBuffer block = file.look(slot.block, slot.length);
        long address = block.getLong(slot.offset);
        if (!shape.filtered()) {
            return new Entry(address, 0, 0);
        }
        int size = slot.offset + WIDTH;
        ByteBuffer number = block.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(size);
        return new Entry(address, StructureBytes.number(number, shape.sizeBytes), block.getInt(size + shape.sizeBytes));
    }

    /** Sets the address of a chunk that has the size of all. */
    void set(long chunk, long address) throws IOException {
        set(chunk, new Entry(address, 0, 0));
    }

    /** Sets where a chunk is. */
    void set(long chunk, Entry entry) throws IOException {
        Slot slot = slot(chunk, true);
        if (slot == null) {
            throw new IOException("its index of chunks is full");
        }
        ByteBuffer block = file.change(slot.block, slot.length).putLong(slot.offset, entry.address);
        if (shape.filtered()) {
            int size = slot.offset + WIDTH;
            number(block, size, shape.sizeBytes, entry.size);
            block.putInt(size + shape.sizeBytes, entry.mask);
        }
        if (chunk >= file.look(header, HEADER).getLong(LAST)) {
            file.change(header, HEADER).putLong(LAST, chunk + 1);
        }
    }

    private @Nullable Slot slot(long chunk, boolean make) throws IOException {
        long index = file.look(header, HEADER).getLong(INDEX);
        if (chunk < shape.indexEntries) {
            return new Slot(index, indexLength(), PREFIX + (int) chunk * shape.entryBytes());
        }
        long entry = chunk - shape.indexEntries;
        int level = 63 - Long.numberOfLeadingZeros(entry / shape.minEntries + 1);
        if (level >= levels()) {
            return null;
        }
        long within = entry - start(level);
        int number = (int) (within / entries(level));
        int pointers = PREFIX + shape.indexEntries * shape.entryBytes();
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
        return (int) (within % entries(level)) * shape.entryBytes();
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
            file.make(address, filled(length, 0, 1 << shape.pageBits));
            ByteBuffer used = file.change(secondary, secondaryLength(level));
            used.put(flags, (byte) (used.get(flags) | flag));
        }
        return new Slot(address, length, (entry & ((1 << shape.pageBits) - 1)) * shape.entryBytes());
    }

    private long makeData(int level, int number) throws IOException {
        int length = dataLength(level);
        boolean paged = pages(level) > 0;
        long size = paged ? length + (long) pages(level) * pageLength() : length;
        long address = file.take(size);
        ByteBuffer block = block("EADB", length, dataHead(), paged ? 0 : (int) entries(level));
        offset(block, start(level) + number * entries(level));
        file.make(address, block);
        count(DATA_BLOCKS, size);
        ByteBuffer head = file.change(header, HEADER);
        head.putLong(ENTRIES, head.getLong(ENTRIES) + entries(level));
        return address;
    }

    private long makeSecondary(int level) throws IOException {
        int length = secondaryLength(level);
        long address = file.take(length);
        ByteBuffer block = block("EASB", length, dataHead(), 0);
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
    private ByteBuffer block(String name, int length, int firstEntry, int entryCount) {
        return filled(length, firstEntry, entryCount)
                .putInt(0, signature(name))
                .putShort(4, shape.kind())
                .putLong(6, header);
    }

    private ByteBuffer filled(int length, int firstEntry, int entryCount) {
        ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(block.array(), (byte) UNDEFINED);
        for (int i = 0; shape.filtered() && i < entryCount; i++) {
            int size = firstEntry + i * shape.entryBytes() + WIDTH;
            Arrays.fill(block.array(), size, size + shape.sizeBytes + Integer.BYTES, (byte) 0);
        }
        return block;
    }

    private static void number(ByteBuffer block, int at, int width, long value) {
        for (int i = 0; i < width; i++) {
            block.put(at + i, (byte) (value >> (i * Byte.SIZE)));
        }
    }

    /** Notes the first entry of a block, which are not counted from that of the index block. */
    private void offset(ByteBuffer block, long first) {
        number(block, PREFIX, offsetBytes(), first);
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
        return (shape.entryBytes() << shape.pageBits) + CHECKSUM;
    }

    private int offsetBytes() {
        return (shape.bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** What comes before the entries of a data block, and before the pointers or flags of a secondary block. */
    private int dataHead() {
        return PREFIX + offsetBytes();
    }

    private int dataLength(int level) {
        return dataHead() + (pages(level) > 0 ? 0 : (int) entries(level) * shape.entryBytes()) + CHECKSUM;
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
        return PREFIX + shape.indexEntries * shape.entryBytes() + (directBlocks + secondary) * WIDTH + CHECKSUM;
    }
}
