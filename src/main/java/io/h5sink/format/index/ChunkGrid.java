package io.h5sink.format.index;

import io.h5sink.format.FormatException;
import io.h5sink.format.message.Dataspace;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The grid of a dataset's chunks, and the place of rows in the chunks. A row is all that has one index along the first axis. Chunks are
 * numbered in row-major order, as far as the dataset extends along the axes behind the first.
 *
 * <p>Chunks hold rows, or parts of rows, in one of two ways. <em>Consecutive</em> chunks hold <em>runs</em> one after the other: if chunks
 * hold whole rows, a run is a row; if a chunk is a part of one row, a run consists of the elements of a row that have the same indices along
 * the axis that is divided and along all axes before. Other chunks hold a part of each of several rows: such a part is a run, too, but
 * the runs of a row are in different chunks, and a run may extend beyond the dataset. Immutable.
 */
public final class ChunkGrid {

    private final long[] chunk;
    private final long[] extent;
    private final long[] maximum;
    private final long elementBytes;

    /** The number of chunks along each axis but the first. */
    private final long[] counts;

    /** The number of chunks that have elements of the same row. */
    private final long rowChunks;

    /** The distance, in the order of arrays, of chunks that are neighbours along an axis; {@link #strides(long[], long[])}. */
    private final long[] strides;

    /** Whether arrays have chunks in the order of their numbers. */
    private final boolean inOrder;

    private final boolean consecutive;

    /** The number of runs in a row. */
    private final int perRow;

    /** The number of runs in a chunk. */
    private final int perChunk;

    /** The size of a run, in bytes. */
    private final int bytes;

    /** The number of runs along the divided axis, behind which the next chunk begins; 0 if chunks hold whole rows. */
    private final int axisRuns;

    /**
     * The grid of a dataset. Arrays must not be changed.
     *
     * @param chunk the extents of a chunk
     * @param extent the extents of the dataset, of which the first does not matter
     * @param maximum the largest extents of the dataset, -1 for unlimited
     * @param elementBytes the size of an element
     */
    public ChunkGrid(long[] chunk, long[] extent, long[] maximum, long elementBytes) {
        this.chunk = chunk;
        this.extent = extent;
        this.maximum = maximum;
        this.elementBytes = elementBytes;
        int rank = chunk.length;
        this.counts = new long[rank];
        this.strides = strides(chunk, maximum);
        long all = 1;
        boolean same = true;
        long partBytes = elementBytes;
        for (int axis = rank - 1; axis >= 0; axis--) {
            same &= strides[axis] == all;
            if (axis > 0) {
                counts[axis] = chunks(extent[axis], axis);
                all = Math.multiplyExact(all, counts[axis]);
                partBytes = Math.multiplyExact(partBytes, chunk[axis]);
            }
        }
        this.rowChunks = all;
        this.inOrder = same;
        int divided = divided();
        long runs = 1;
        for (int axis = 1; axis <= divided; axis++) {
            runs *= extent[axis];
        }
        this.consecutive = divided >= 0 && runs <= Integer.MAX_VALUE;
        this.perRow = consecutive ? (int) runs : 1;
        this.axisRuns = consecutive && divided > 0 ? (int) extent[divided] : 0;
        this.perChunk = Math.toIntExact(chunk[Math.max(0, consecutive ? divided : 0)]);
        this.bytes = Math.toIntExact(consecutive ? chunkBytes() / perChunk : partBytes);
    }

    /**
     * The distance, in the order of fixed and extensible arrays, of chunks that are neighbours along an axis. Arrays count with the largest
     * extents; an unlimited axis is the slowest.
     */
    static long[] strides(long[] chunk, long[] maximum) {
        int slowest = 0;
        for (int axis = chunk.length - 1; axis >= 0; axis--) {
            slowest = maximum[axis] == Dataspace.UNLIMITED ? axis : slowest;
        }
        long[] strides = new long[chunk.length];
        long below = 1;
        for (int axis = chunk.length - 1; axis >= 0; axis--) {
            if (axis != slowest) {
                strides[axis] = below;
                below = Math.multiplyExact(below, Math.max(1, chunks(maximum[axis], chunk[axis])));
            }
        }
        strides[slowest] = below;
        return strides;
    }

    /** The axis along which consecutive chunks divide rows, or 0 if chunks hold whole rows; -1 if chunks are not consecutive. */
    private int divided() {
        int axis = 0;
        while (axis + 1 < chunk.length && chunk[axis] == 1 && !isWhole(axis + 1)) {
            axis++;
        }
        return isWhole(axis + 1) ? axis : -1;
    }

    /** Whether a chunk is as long as a row along an axis and all axes behind that axis. */
    private boolean isWhole(int from) {
        for (int axis = from; axis < chunk.length; axis++) {
            if (chunk[axis] != extent[axis]) {
                return false;
            }
        }
        return true;
    }

    private long chunks(long length, int axis) {
        return chunks(length, chunk[axis]);
    }

    private static long chunks(long length, long chunk) {
        return length / chunk + (length % chunk == 0 ? 0 : 1);
    }

    /** The number of axes. */
    public int rank() {
        return chunk.length;
    }

    /** The size of an element, in bytes. */
    public long elementBytes() {
        return elementBytes;
    }

    /** The extent of a chunk along an axis. */
    public long chunk(int axis) {
        return chunk[axis];
    }

    /** Whether a dataset has this grid, but for its length. */
    public boolean fits(long[] itsChunk, Dataspace space, long itsElementBytes) {
        boolean same =
                Arrays.equals(itsChunk, chunk) && space.rank() == chunk.length && itsElementBytes == elementBytes;
        for (int axis = 1; same && axis < chunk.length; axis++) {
            same = space.dimensions().get(axis) == extent[axis]
                    && space.maxDimensions().get(axis) == maximum[axis];
        }
        return same;
    }

    /** The size of a chunk, in bytes. */
    public long chunkBytes() {
        long size = elementBytes;
        for (long length : chunk) {
            size = Math.multiplyExact(size, length);
        }
        return size;
    }

    /** The number of chunks that rows have. */
    public long chunks(long rows) {
        return Math.multiplyExact(chunks(rows, 0), rowChunks);
    }

    /** The number of chunks that have elements of the same row. */
    public long rowChunks() {
        return rowChunks;
    }

    /** The largest number of chunks, for an index of a fixed size. */
    long mostChunks() {
        long along = chunks(maximum[0], 0);
        if (along > Long.MAX_VALUE / strides[0]) {
            throw new FormatException("the largest extents of a dataset are beyond all bounds");
        }
        return along * strides[0];
    }

    /** The indices of a chunk along all axes, counted in chunks. */
    void scaled(long number, long[] to) {
        long rest = number;
        for (int axis = chunk.length - 1; axis > 0; axis--) {
            to[axis] = rest % counts[axis];
            rest /= counts[axis];
        }
        to[0] = rest;
    }

    /** The indices of a chunk's first element. */
    public long[] offset(long number) {
        long[] offset = new long[chunk.length];
        scaled(number, offset);
        for (int axis = 0; axis < chunk.length; axis++) {
            offset[axis] *= chunk[axis];
        }
        return offset;
    }

    /** The number of a chunk in fixed and extensible arrays. */
    long inArray(long number) {
        if (inOrder) {
            return number;
        }
        long[] scaled = new long[chunk.length];
        scaled(number, scaled);
        long all = 0;
        for (int axis = 0; axis < chunk.length; axis++) {
            all += scaled[axis] * strides[axis];
        }
        return all;
    }

    /** Whether chunks hold runs one after the other. */
    public boolean isConsecutive() {
        return consecutive;
    }

    /** The number of runs in a row of consecutive chunks. */
    public int perRow() {
        return perRow;
    }

    /** The number of runs in a chunk. */
    public int perChunk() {
        return perChunk;
    }

    /** The size of a run, in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Whether each of the consecutive chunks begins directly behind the runs of the chunk before. */
    public boolean isEven() {
        return axisRuns == 0 || axisRuns % perChunk == 0;
    }

    /** The number of the consecutive chunk that holds a run. */
    public long chunkOf(long run) {
        return isEven()
                ? run / perChunk
                : run / axisRuns * ((axisRuns + perChunk - 1) / perChunk) + run % axisRuns / perChunk;
    }

    /** The place of a run in its consecutive chunk, in runs. */
    public int within(long run) {
        return (int) (isEven() ? run % perChunk : run % axisRuns % perChunk);
    }

    /** The first run behind those of a run's consecutive chunk. */
    public long endOf(long run) {
        long end = run - within(run) + perChunk;
        return isEven() ? end : Math.min(end, (run / axisRuns + 1) * axisRuns);
    }

    /** Whether a chunk extends beyond the dataset along another axis than the first. */
    public boolean isCut(long number) {
        long rest = number;
        for (int axis = chunk.length - 1; axis > 0; axis--) {
            if ((rest % counts[axis] + 1) * chunk[axis] > extent[axis]) {
                return true;
            }
            rest /= counts[axis];
        }
        return false;
    }

    /**
     * Copies the elements that rows have in a chunk.
     *
     * @param number the number of the chunk
     * @param rows whole rows, from position to limit
     * @param count the number of rows
     * @param to gets a run for each row, from index 0 on; what lies beyond the dataset is not changed
     */
    public void gather(long number, ByteBuffer rows, int count, ByteBuffer to) {
        long[] scaled = new long[chunk.length];
        scaled(number, scaled);
        long rowBytes = elementBytes;
        for (int axis = 1; axis < chunk.length; axis++) {
            rowBytes *= extent[axis];
        }
        for (int row = 0; row < count; row++) {
            copy(1, rows.position() + (int) (row * rowBytes), row * bytes, 0, 0, scaled, rows, to);
        }
    }

    private void copy(
            int axis, int rowAt, int runAt, long from, long into, long[] scaled, ByteBuffer rows, ByteBuffer to) {
        if (axis == chunk.length) {
            to.put(runAt + (int) (into * elementBytes), rows, rowAt + (int) (from * elementBytes), (int) elementBytes);
            return;
        }
        long start = scaled[axis] * chunk[axis];
        int count = (int) Math.min(chunk[axis], extent[axis] - start);
        long first = from * extent[axis] + start;
        if (axis == chunk.length - 1) {
            to.put(runAt + (int) (into * chunk[axis] * elementBytes), rows, rowAt + (int) (first * elementBytes), (int)
                    (count * elementBytes));
            return;
        }
        for (int i = 0; i < count; i++) {
            copy(axis + 1, rowAt, runAt, first + i, into * chunk[axis] + i, scaled, rows, to);
        }
    }
}
