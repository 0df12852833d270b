package io.h5sink.jhdf5.repack;

import org.jspecify.annotations.Nullable;

/** Divides a box of indices into smaller boxes, in row-major order. */
final class RepackBoxes {

    private final long[] from;
    private final long[] extent;
    private final long[] most;
    private final long[] at;
    private boolean over;

    /**
     * Creates the division of a box.
     *
     * @param from the first index of the box along each axis
     * @param extent the number of indices of the box along each axis
     * @param most the largest number of elements of a smaller box, at least 1
     */
    RepackBoxes(long[] from, long[] extent, long most) {
        this.from = from;
        this.extent = extent;
        this.most = new long[extent.length];
        this.at = new long[extent.length];
        long left = Math.max(1, most);
        for (int axis = extent.length - 1; axis >= 0; axis--) {
            this.most[axis] = Math.max(1, Math.min(extent[axis], left));
            left = Math.max(1, left / this.most[axis]);
            over |= extent[axis] == 0;
        }
    }

    /** The number of indices of a smaller box along each axis; boxes at the end may have fewer. */
    long[] extents() {
        return most.clone();
    }

    /** The next box; null at the end. */
    @Nullable
    RepackBox next() {
        if (over) {
            return null;
        }
        int rank = extent.length;
        long[] start = new long[rank];
        long[] count = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            start[axis] = from[axis] + at[axis];
            count[axis] = Math.min(most[axis], extent[axis] - at[axis]);
        }
        int axis = rank - 1;
        while (axis >= 0 && (at[axis] += most[axis]) >= extent[axis]) {
            at[axis--] = 0;
        }
        over = axis < 0;
        return new RepackBox(start, count);
    }
}
