package io.h5sink.hdf5;

import org.jspecify.annotations.Nullable;

/**
 * How rows lie in chunks, one after the other: a row consists of lines, and a chunk of as many in a row. Where chunks hold whole rows, a
 * line is a row.
 *
 * @param perRow the lines of a row
 * @param perChunk the lines of a chunk
 * @param bytes the size of a line, in bytes
 */
public record ChunkGrid(int perRow, int perChunk, int bytes) {

    /** How rows of a shape lie in chunks; null if they do not lie there one after the other, or chunks reach beyond a row's end. */
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

    /** Whether chunks are as long as rows along an axis and those behind it. */
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
    long chunkBytes() {
        return (long) perChunk * bytes;
    }
}
