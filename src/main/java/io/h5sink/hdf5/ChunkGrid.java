package io.h5sink.hdf5;

import org.jspecify.annotations.Nullable;

/**
 * The layout of rows in chunks that hold consecutive <em>runs</em>. If chunks hold whole rows, a run is a row. Otherwise chunks divide rows
 * along one axis, and a run consists of the elements of a row that have the same indices along that axis and all axes before.
 *
 * @param perRow the number of runs in a row
 * @param perChunk the number of runs in a chunk
 * @param bytes the size of a run, in bytes
 */
public record ChunkGrid(int perRow, int perChunk, int bytes) {

    /** The layout of rows in chunks of a shape; null if chunks do not hold consecutive runs, or extend beyond the end of a row. */
    public static @Nullable ChunkGrid of(long[] chunk, long[] extent, long rowBytes) {
        int axis = 0;
        long perRow = 1;
        while (axis + 1 < chunk.length && chunk[axis] == 1 && !isWhole(chunk, extent, axis + 1)) {
            axis++;
            perRow *= extent[axis];
        }
        if (!isWhole(chunk, extent, axis + 1) || (axis > 0 && extent[axis] % chunk[axis] != 0)) {
            return null;
        }
        long bytes = rowBytes / perRow;
        boolean small = perRow <= Integer.MAX_VALUE && chunk[axis] <= Integer.MAX_VALUE && bytes <= Integer.MAX_VALUE;
        return small ? new ChunkGrid((int) perRow, (int) chunk[axis], (int) bytes) : null;
    }

    /** Whether a chunk is as long as a row along an axis and all axes behind that axis. */
    private static boolean isWhole(long[] chunk, long[] extent, int from) {
        for (int axis = from; axis < chunk.length; axis++) {
            if (chunk[axis] != extent[axis]) {
                return false;
            }
        }
        return true;
    }

    /** The extent of a chunk along the first axis. */
    int chunkRows() {
        return perRow == 1 ? perChunk : 1;
    }

    /** The size of a chunk, in bytes. */
    public long chunkBytes() {
        return (long) perChunk * bytes;
    }
}
