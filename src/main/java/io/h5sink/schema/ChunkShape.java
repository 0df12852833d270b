package io.h5sink.schema;

/**
 * The chunk of a dataset, from the size of a row. Readers cache chunks of up to 1 MiB by default (HDF5, {@code
 * H5Pset_chunk_cache}); small chunks keep the file of a slow stream small.
 */
public final class ChunkShape {

    /** What a chunk of many rows should hold, in bytes, unless asked otherwise. */
    public static final int DEFAULT_BYTES = 1 << 17;

    /** What HDF5 stores the size of a chunk in has 32 bits. */
    public static final long TOO_MANY_BYTES = 1L << 32;

    private static final int MAX_BYTES = 1 << 20;

    private ChunkShape() {}

    /**
     * A chunk shape. Rows are a power of two that fills the bytes that were asked for. A row that is larger than that has a
     * chunk of its own, and one that is larger than 1 MiB is cut along its own axes, the first one first.
     *
     * @param type what a row holds
     * @param bytes the size that a chunk should not exceed, at most 1 MiB unless one element is larger
     * @return an extent for each axis, the first one counting rows
     */
    public static long[] ofBytes(ColumnType type, int bytes) {
        long rowBytes = type.referenceBytes();
        long[] chunk = ofRows(type, (int) Long.highestOneBit(Math.max(1, Math.min(bytes, MAX_BYTES) / rowBytes)));
        long tile = rowBytes;
        for (int axis = 1; axis < chunk.length && tile > MAX_BYTES; axis++) {
            long slice = tile / chunk[axis];
            long parts = ceilDiv(chunk[axis], Math.max(1, MAX_BYTES / slice));
            chunk[axis] = ceilDiv(chunk[axis], parts);
            tile = slice * chunk[axis];
        }
        return chunk;
    }

    /**
     * A chunk shape of whole rows.
     *
     * @param type what a row holds
     * @param rows the number of rows
     * @return an extent for each axis
     */
    public static long[] ofRows(ColumnType type, int rows) {
        long[] chunk = new long[type.shape().size() + 1];
        chunk[0] = rows;
        for (int axis = 1; axis < chunk.length; axis++) {
            chunk[axis] = type.shape().get(axis - 1);
        }
        return chunk;
    }

    private static long ceilDiv(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
