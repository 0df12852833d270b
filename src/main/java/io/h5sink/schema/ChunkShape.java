package io.h5sink.schema;

/**
 * Chooses the shape of a dataset's chunks from the size of a row. Readers cache chunks of up to 1 MiB by default (HDF5, {@code
 * H5Pset_chunk_cache}); small chunks keep the file of a slow stream small.
 */
public final class ChunkShape {

    /** The size of a chunk of many rows, in bytes, unless another size is declared. */
    public static final int DEFAULT_BYTES = 1 << 17;

    /** The least size of a chunk, in bytes, that HDF5 cannot store: HDF5 has 32 bits for the size. */
    public static final long TOO_MANY_BYTES = 1L << 32;

    private static final int MAX_BYTES = 1 << 20;

    private ChunkShape() {}

    /**
     * A chunk of as many rows, a power of two, as fit into the given bytes. A row that is larger has a chunk of its own, and a row of more
     * than 1 MiB is cut along its own axes, the first one first.
     *
     * @param type the type of a row
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
     * @param type the type of a row
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
