package io.h5sink.format.index;

/**
 * The assignment of entries to the blocks of an extensible array: HDF5 File Format Specification 3.0, section VII.D. Behind the entries of
 * the index block, the array has levels of data blocks; from level to level, the blocks become alternately twice as large and twice as
 * many. Entries are counted from the first entry behind those of the index block.
 *
 * @param bits the bits of the largest number of entries
 * @param pointers the least number of data block pointers in a secondary block
 * @param minEntries the number of entries in the smallest data block
 * @param pageBits the bits of the number of entries in a page
 */
record ExtensibleArrayBlocks(int bits, int pointers, long minEntries, int pageBits) {

    int levels() {
        return 1 + bits - Long.numberOfTrailingZeros(minEntries);
    }

    /** The number of levels whose data blocks the index block points to. */
    int directLevels() {
        return 2 * Integer.numberOfTrailingZeros(pointers);
    }

    /** The number of data blocks to which the index block points. */
    int directBlocks() {
        return 2 * (pointers - 1);
    }

    /** The level of an entry. */
    int level(long entry) {
        return 63 - Long.numberOfLeadingZeros(entry / minEntries + 1);
    }

    /** The first entry of a level. */
    long start(int level) {
        return minEntries * ((1L << level) - 1);
    }

    /** The number of data blocks of a level. */
    static long blocks(int level) {
        return 1L << (level / 2);
    }

    /** The number of entries in each data block of a level. */
    long entries(int level) {
        return minEntries << ((level + 1) / 2);
    }

    /** The number of data blocks in all levels below. */
    static long firstBlock(int level) {
        long first = 0;
        for (int i = 0; i < level; i++) {
            first += blocks(i);
        }
        return first;
    }

    /** The number of pages in each data block of a level; 0 for blocks without pages. */
    long pages(int level) {
        long pages = entries(level) >> pageBits;
        return pages > 1 ? pages : 0;
    }
}
