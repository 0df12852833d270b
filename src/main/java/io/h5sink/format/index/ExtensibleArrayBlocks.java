package io.h5sink.format.index;

/**
 * Which block of an extensible array holds which entry: the HDF5 File Format Specification 3.0, section VII.D. Behind the entries of the
 * index block there are levels of data blocks, each of them twice as large, or twice as many, as those of the level before. Entries
 * count from the first behind those of the index block.
 *
 * @param bits of the largest number of entries
 * @param pointers of the smallest secondary block
 * @param minEntries of the smallest data block
 * @param pageBits of the entries of a page
 */
record ExtensibleArrayBlocks(int bits, int pointers, long minEntries, int pageBits) {

    int levels() {
        return 1 + bits - Long.numberOfTrailingZeros(minEntries);
    }

    /** Levels whose blocks the index block points to. */
    int directLevels() {
        return 2 * Integer.numberOfTrailingZeros(pointers);
    }

    /** How many blocks those have. */
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

    /** The data blocks of a level. */
    static long blocks(int level) {
        return 1L << (level / 2);
    }

    /** The entries of each data block of a level. */
    long entries(int level) {
        return minEntries << ((level + 1) / 2);
    }

    /** The data blocks of all levels before. */
    static long firstBlock(int level) {
        long first = 0;
        for (int i = 0; i < level; i++) {
            first += blocks(i);
        }
        return first;
    }

    /** The pages of each data block of a level; 0 if it has none. */
    long pages(int level) {
        long pages = entries(level) >> pageBits;
        return pages > 1 ? pages : 0;
    }
}
