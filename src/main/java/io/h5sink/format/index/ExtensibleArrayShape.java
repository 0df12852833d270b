package io.h5sink.format.index;

/**
 * How large the blocks of a {@link ExtensibleArray} are, as the dataset's layout message says it. All lengths are in bytes, and with the
 * checksum.
 *
 * @param sizeBytes how many bytes an entry has for the size of its chunk; 0 if that is the same for all, for want of filters
 */
public record ExtensibleArrayShape(
        int bits, int indexEntries, int pointers, int minEntries, int pageBits, int sizeBytes) {

    static final int WIDTH = Long.BYTES;
    static final int CHECKSUM = Integer.BYTES;

    /** What a block begins with. */
    static final int PREFIX = 6 + WIDTH;

    /** The same for chunks that go through filters. */
    public ExtensibleArrayShape filtered(int bytes) {
        return new ExtensibleArrayShape(bits, indexEntries, pointers, minEntries, pageBits, bytes);
    }

    boolean filtered() {
        return sizeBytes > 0;
    }

    int entryBytes() {
        return filtered() ? WIDTH + sizeBytes + Integer.BYTES : WIDTH;
    }

    /** The version of a block's format and what its entries are, behind its signature. */
    short kind() {
        return (short) (filtered() ? 1 << Byte.SIZE : 0);
    }

    public boolean isUsual() {
        return bits > 0
                && bits <= Integer.SIZE
                && indexEntries > 0
                && Integer.bitCount(pointers) == 1
                && pointers > 1
                && Integer.bitCount(minEntries) == 1
                && pageBits < Integer.SIZE - 1;
    }

    /** Which block holds which entry. */
    ExtensibleArrayBlocks blocks() {
        return new ExtensibleArrayBlocks(bits, pointers, minEntries, pageBits);
    }

    /** The entries of each data block of a level. */
    int entries(int level) {
        return (int) blocks().entries(level);
    }

    /** The pages of each data block of a level; 0 if it has none. */
    int pages(int level) {
        return (int) blocks().pages(level);
    }

    int pageLength() {
        return (entryBytes() << pageBits) + CHECKSUM;
    }

    /** Of the number of a block's first entry. */
    int offsetBytes() {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** What comes before the entries of a data block, and before the pointers or flags of a secondary block. */
    int dataHead() {
        return PREFIX + offsetBytes();
    }

    /** Of a data block, without its pages. */
    int dataLength(int level) {
        return dataHead() + (pages(level) > 0 ? 0 : entries(level) * entryBytes()) + CHECKSUM;
    }

    /** Of a data block with its pages. */
    long dataSize(int level) {
        return dataLength(level) + (long) pages(level) * pageLength();
    }

    /** The flags of a secondary block that tell which pages are in use. */
    int bitmap(int level) {
        return blocksOf(level) * ((pages(level) + Byte.SIZE - 1) / Byte.SIZE);
    }

    /** The data blocks of a level. */
    static int blocksOf(int level) {
        return (int) ExtensibleArrayBlocks.blocks(level);
    }

    int secondaryLength(int level) {
        return dataHead() + bitmap(level) + blocksOf(level) * WIDTH + CHECKSUM;
    }

    /** Where in the index block the pointers begin. */
    int indexHead() {
        return PREFIX + indexEntries * entryBytes();
    }

    /** Where in the index block the pointer to a data block is, by its number among those of all levels. */
    int directPointer(int block) {
        return indexHead() + block * WIDTH;
    }

    /** Where in the index block the pointer to the secondary block of a level is. */
    int secondaryPointer(int level) {
        return directPointer(blocks().directBlocks() + level - blocks().directLevels());
    }

    int indexLength() {
        int secondary = Math.max(0, blocks().levels() - blocks().directLevels());
        return directPointer(blocks().directBlocks() + secondary) + CHECKSUM;
    }
}
