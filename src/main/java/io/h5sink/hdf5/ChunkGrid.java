package io.h5sink.hdf5;

import org.jspecify.annotations.Nullable;

/**
 * The layout of rows in chunks that hold consecutive <em>runs</em>. If chunks hold whole rows, a run is a row. Otherwise chunks divide rows
 * along one axis, and a run consists of the elements of a row that have the same indices along that axis and all axes before.
 *
 * @param perRow the number of runs in a row
 * @param perChunk the number of runs in a chunk
 * @param bytes the size of a run, in bytes
 * @param axisRuns the number of runs along the divided axis, behind which the next chunk begins; 0 if chunks hold whole rows
 */
public record ChunkGrid(int perRow, int perChunk, int bytes, int axisRuns) {

    /** The layout of rows in chunks that hold whole rows. */
    public ChunkGrid(int perRow, int perChunk, int bytes) {
        this(perRow, perChunk, bytes, 0);
    }

    /** The layout of rows in chunks of a shape; null if chunks do not hold consecutive runs. */
    public static @Nullable ChunkGrid of(long[] chunk, long[] extent, long rowBytes) {
        int axis = 0;
        long perRow = 1;
        while (axis + 1 < chunk.length && chunk[axis] == 1 && !isWhole(chunk, extent, axis + 1)) {
            axis++;
            perRow *= extent[axis];
        }
        if (!isWhole(chunk, extent, axis + 1)) {
            return null;
        }
        long bytes = rowBytes / perRow;
        boolean small = perRow <= Integer.MAX_VALUE && chunk[axis] <= Integer.MAX_VALUE && bytes <= Integer.MAX_VALUE;
        int axisRuns = axis == 0 ? 0 : (int) extent[axis];
        return small ? new ChunkGrid((int) perRow, (int) chunk[axis], (int) bytes, axisRuns) : null;
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

    /** Whether each chunk begins directly behind the runs of the chunk before. */
    boolean isEven() {
        return axisRuns == 0 || axisRuns % perChunk == 0;
    }

    /** The number of the chunk that holds a run. */
    long chunkOf(long run) {
        return isEven()
                ? run / perChunk
                : run / axisRuns * ((axisRuns + perChunk - 1) / perChunk) + run % axisRuns / perChunk;
    }

    /** The place of a run in its chunk, in runs. */
    int within(long run) {
        return (int) (isEven() ? run % perChunk : run % axisRuns % perChunk);
    }

    /** The first run behind those of a run's chunk. */
    long endOf(long run) {
        long end = run - within(run) + perChunk;
        return isEven() ? end : Math.min(end, (run / axisRuns + 1) * axisRuns);
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
