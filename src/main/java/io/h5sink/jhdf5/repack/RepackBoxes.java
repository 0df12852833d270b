package io.h5sink.jhdf5.repack;

import org.jspecify.annotations.Nullable;

/** Goes through a box of indices in smaller ones that cover it, in row-major order. */
final class RepackBoxes {

    private final long[] from;
    private final long[] extent;
    private final long[] most;
    private final long[] at;
    private boolean over;

    /**
     * A box that nothing was taken from.
     *
     * @param from its first index along each axis
     * @param extent how many indices it has along each
     * @param most how many elements a smaller box has at most, at least 1
     */
    RepackBoxes(long[] from, long[] extent, long most) {
        this.from = from;
        this.extent = extent;
        this.most = new long[extent.length];
        this.at = new long[extent.length];
        long room = Math.max(1, most);
        for (int axis = extent.length - 1; axis >= 0; axis--) {
            this.most[axis] = Math.max(1, Math.min(extent[axis], room));
            room = Math.max(1, room / this.most[axis]);
            over |= extent[axis] == 0;
        }
    }

    /** How many indices a smaller box has along each axis, but for those at the end. */
    long[] extents() {
        return most.clone();
    }

    /** The next box; null if there is none. */
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
