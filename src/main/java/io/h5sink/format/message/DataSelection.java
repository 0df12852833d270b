package io.h5sink.format.message;

import java.util.function.Predicate;

/** A selection of a dataset's elements: along each axis a number of indices with a constant distance, as in a hyperslab. */
public final class DataSelection {

    /** Returned when no selected index is left. */
    static final long NONE = Long.MAX_VALUE;

    private final long[] start;
    private final long[] step;
    private final long[] count;

    /**
     * A selection with at least one element, in a dataset with at least one axis.
     *
     * @param start the first index along each axis
     * @param step the distance between indices along each axis
     * @param count the number of indices along each axis
     */
    public DataSelection(long[] start, long[] step, long[] count) {
        this.start = start;
        this.step = step;
        this.count = count;
    }

    /** All elements of some rows. */
    public static DataSelection rows(long first, long last, long[] shape) {
        long[] start = new long[shape.length];
        long[] step = new long[shape.length];
        long[] count = shape.clone();
        for (int axis = 0; axis < shape.length; axis++) {
            step[axis] = 1;
        }
        start[0] = first;
        count[0] = Math.max(0, Math.min(last + 1, shape[0]) - first);
        return new DataSelection(start, step, count);
    }

    /** The number of the first selected index that is not below a bound; {@link #count} if all indices are below. */
    private long from(int axis, long bound) {
        if (bound <= start[axis]) {
            return 0;
        }
        long apart = step[axis];
        return Math.min(count[axis], (bound - start[axis] + apart - 1) / apart);
    }

    /** The first chunk with a selected index along an axis, from a chunk number on; {@link #NONE} if no selected index is left. */
    public long next(int axis, long number, long extent) {
        long index = from(axis, Math.multiplyExact(number, extent));
        return index == count[axis] ? NONE : (start[axis] + index * step[axis]) / extent;
    }

    /**
     * Visits the chunks with selected elements, in row-major order.
     *
     * @param chunk the extents of a chunk
     * @param taker receives the indices of each chunk's first element; ends the visit by returning false
     * @return true if at least one chunk was visited, and the taker has not ended the visit
     */
    public boolean chunks(long[] chunk, Predicate<long[]> taker) {
        int rank = chunk.length;
        long[] first = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            first[axis] = next(axis, 0, chunk[axis]);
            if (first[axis] == NONE) {
                return false;
            }
        }
        long[] at = first.clone();
        while (at[0] != NONE) {
            long[] offset = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                offset[axis] = at[axis] * chunk[axis];
            }
            if (!taker.test(offset)) {
                return false;
            }
            int axis = rank - 1;
            while ((at[axis] = next(axis, at[axis] + 1, chunk[axis])) == NONE && axis > 0) {
                at[axis] = first[axis];
                axis--;
            }
        }
        return true;
    }

    /** The last chunk along an axis with a selected index, if any. */
    public long last(int axis, long extent) {
        return (start[axis] + Math.max(0, count[axis] - 1) * step[axis]) / extent;
    }

    /** Whether a chunk has selected elements. */
    public boolean touches(long[] offset, long[] chunk) {
        for (int axis = 0; axis < chunk.length; axis++) {
            long index = from(axis, offset[axis]);
            if (index == count[axis] || start[axis] + index * step[axis] - offset[axis] >= chunk[axis]) {
                return false;
            }
        }
        return true;
    }

    /** Whether all elements of a chunk are selected; false for a chunk that extends beyond the dataset. */
    public boolean covers(long[] offset, long[] chunk) {
        boolean all = true;
        for (int axis = 0; axis < chunk.length; axis++) {
            all &= from(axis, offset[axis] + chunk[axis]) - from(axis, offset[axis]) == chunk[axis];
        }
        return all;
    }

    /**
     * Copies the selected elements of a chunk to their places among all selected elements, both in row-major order.
     *
     * @param offset the indices of the chunk's first element
     * @param chunk the extents of the chunk
     * @param from the elements of the chunk
     * @param to all selected elements
     * @param bytes the size of an element
     */
    public void copy(long[] offset, long[] chunk, byte[] from, byte[] to, int bytes) {
        new Copying(offset, chunk, from, to, bytes).all();
    }

    /**
     * The nested loops of a copy from a chunk into the result. Along the axes from {@link #loops} on, the copied elements are contiguous in
     * both.
     */
    private final class Copying {

        private final byte[] from;
        private final byte[] to;
        private final int[] fromStep;
        private final int[] toStep;
        private final int[] times;
        private final int loops;
        private final int run;
        private int fromStart;
        private int toStart;

        Copying(long[] offset, long[] chunk, byte[] from, byte[] to, int bytes) {
            this.from = from;
            this.to = to;
            int rank = chunk.length;
            fromStep = new int[rank];
            toStep = new int[rank];
            times = new int[rank];
            int together = bytes;
            int first = rank;
            boolean whole = true;
            long inChunk = bytes;
            long inAll = bytes;
            for (int axis = rank - 1; axis >= 0; axis--) {
                long low = from(axis, offset[axis]);
                long here = from(axis, offset[axis] + chunk[axis]) - low;
                long within = start[axis] + low * step[axis] - offset[axis];
                times[axis] = Math.toIntExact(here);
                fromStart += (int) (within * inChunk);
                toStart += (int) (low * inAll);
                fromStep[axis] = (int) (step[axis] * inChunk);
                toStep[axis] = (int) inAll;
                whole = whole && first == axis + 1 && (here == 1 || step[axis] == 1);
                if (whole) {
                    together *= times[axis];
                    first = axis;
                    whole = here == chunk[axis] && here == count[axis];
                }
                inChunk *= chunk[axis];
                inAll *= count[axis];
            }
            loops = first;
            run = together;
        }

        void all() {
            along(0, fromStart, toStart);
        }

        private void along(int axis, int source, int target) {
            if (axis >= loops) {
                System.arraycopy(from, source, to, target, run);
                return;
            }
            for (int i = 0; i < times[axis]; i++) {
                along(axis + 1, source + i * fromStep[axis], target + i * toStep[axis]);
            }
        }
    }
}
