package io.h5sink.filter.codec;

/** A compression method. */
public enum Method {
    /** No compression. */
    NONE(0, 0),
    /** zlib streams, HDF5 filter 1. Only other programs write level 0. */
    GZIP(0, 9),
    /** liblzf without a header, HDF5 filter 32000. */
    LZF(0, 0),
    /** Zstandard frames, HDF5 filter 32015. */
    ZSTD(1, 22),
    /** LZ4 blocks, HDF5 filter 32004. */
    LZ4(0, 0);

    private final int lowest;
    private final int highest;

    Method(int lowest, int highest) {
        this.lowest = lowest;
        this.highest = highest;
    }

    /**
     * Checks a level.
     *
     * @param level 0 for a method without levels
     * @throws IllegalArgumentException if the method has no such level
     */
    public void checkLevel(int level) {
        if (level < lowest || level > highest) {
            throw new IllegalArgumentException("level must be from " + lowest + " to " + highest + ", was " + level);
        }
    }
}
