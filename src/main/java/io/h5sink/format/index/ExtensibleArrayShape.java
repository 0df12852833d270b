package io.h5sink.format.index;

/**
 * The parameters of an {@link ExtensibleArray} in the dataset's layout message, and the sizes of its blocks. All lengths are in bytes, and
 * include the checksum.
 *
 * @param bits the bits of the largest number of entries
 * @param indexEntries the number of entries in the index block
 * @param pointers the least number of data block pointers in a secondary block
 * @param minEntries the number of entries in the smallest data block
 * @param pageBits the bits of the number of entries in a page
 * @param sizeBytes the bytes of the chunk size in an entry; 0 without filters, when all chunks have the same size
 */
public record ExtensibleArrayShape(
        int bits, int indexEntries, int pointers, int minEntries, int pageBits, int sizeBytes) {

    /** The parameters that HDF5 gives new arrays. */
    public static final ExtensibleArrayShape USUAL = new ExtensibleArrayShape(32, 4, 4, 16, 10, 0);

    static final int WIDTH = Long.BYTES;
    static final int CHECKSUM = Integer.BYTES;

    /** The length of the signature, the version, the kind and the header's address, with which a block begins. */
    static final int PREFIX = 6 + WIDTH;

    /** The shape of an array for chunks with filters. */
    public ExtensibleArrayShape filtered(int bytes) {
        return new ExtensibleArrayShape(bits, indexEntries, pointers, minEntries, pageBits, bytes);
    }

    /** The parameters in the order of the layout message. */
    public int[] parameters() {
        return new int[] {bits, indexEntries, pointers, minEntries, pageBits};
    }

    boolean filtered() {
        return sizeBytes > 0;
    }

    int entryBytes() {
        return ChunkEntry.bytes(sizeBytes);
    }

    /** The version of a block's format and the kind of its entries, which follow the signature. */
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

    /** The assignment of entries to blocks. */
    ExtensibleArrayBlocks blocks() {
        return new ExtensibleArrayBlocks(bits, pointers, minEntries, pageBits);
    }

    /** The number of entries in each data block of a level. */
    int entries(int level) {
        return (int) blocks().entries(level);
    }

    /** The number of pages in each data block of a level; 0 for blocks without pages. */
    int pages(int level) {
        return (int) blocks().pages(level);
    }

    int pageLength() {
        return (entryBytes() << pageBits) + CHECKSUM;
    }

    /** The bytes of the number of a block's first entry. */
    int offsetBytes() {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** The length before the entries of a data block, or before the page flags and pointers of a secondary block. */
    int dataHead() {
        return PREFIX + offsetBytes();
    }

    /** The length of a data block without its pages. */
    int dataLength(int level) {
        return dataHead() + (pages(level) > 0 ? 0 : entries(level) * entryBytes()) + CHECKSUM;
    }

    /** The length of a data block with its pages. */
    long dataSize(int level) {
        return dataLength(level) + (long) pages(level) * pageLength();
    }

    /** The length of the flags in a secondary block, one for each page in use. */
    int bitmap(int level) {
        return blocksOf(level) * ((pages(level) + Byte.SIZE - 1) / Byte.SIZE);
    }

    /** The number of data blocks of a level. */
    static int blocksOf(int level) {
        return (int) ExtensibleArrayBlocks.blocks(level);
    }

    int secondaryLength(int level) {
        return dataHead() + bitmap(level) + blocksOf(level) * WIDTH + CHECKSUM;
    }

    /** The offset of the pointers in the index block. */
    int indexHead() {
        return PREFIX + indexEntries * entryBytes();
    }

    /** The offset in the index block of the pointer to a data block, by the block's number among those of all levels. */
    int directPointer(int block) {
        return indexHead() + block * WIDTH;
    }

    /** The offset in the index block of the pointer to the secondary block of a level. */
    int secondaryPointer(int level) {
        return directPointer(blocks().directBlocks() + level - blocks().directLevels());
    }

    int indexLength() {
        int secondary = Math.max(0, blocks().levels() - blocks().directLevels());
        return directPointer(blocks().directBlocks() + secondary) + CHECKSUM;
    }
}
