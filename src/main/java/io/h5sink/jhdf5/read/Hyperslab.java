package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The indices along one axis of a regular hyperslab: blocks at a constant stride. The selected indices are numbered from 0.
 *
 * @param start the first index
 * @param stride the distance between blocks
 * @param count the number of blocks; {@link #UNLIMITED} without an end
 * @param block the number of indices in a block
 */
record Hyperslab(long start, long stride, long count, long block) {

    static final long UNLIMITED = Long.MAX_VALUE;

    /** The hyperslab along each axis of a dataspace's selection; null if the selection is no regular hyperslab. */
    static Hyperslab @Nullable [] of(Handle space) throws HDF5Exception {
        int rank = H5.H5Sget_simple_extent_ndims(space.id);
        Hyperslab[] axes = new Hyperslab[rank];
        int kind = H5.H5Sget_select_type(space.id);
        long[] start = new long[rank];
        long[] stride = new long[rank];
        long[] count = new long[rank];
        long[] block = new long[rank];
        if (kind != HDF5Constants.H5S_SEL_HYPERSLABS || !H5.H5Sis_regular_hyperslab(space.id)) {
            return null;
        }
        H5.H5Sget_regular_hyperslab(space.id, start, stride, count, block);
        for (int axis = 0; axis < rank; axis++) {
            axes[axis] = of(start[axis], stride[axis], count[axis], block[axis]);
        }
        return axes;
    }

    /** The hyperslab along each axis of a dataspace with all elements selected. */
    static Hyperslab[] all(long[] shape) {
        Hyperslab[] axes = new Hyperslab[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            axes[axis] = new Hyperslab(0, 1, shape[axis], 1);
        }
        return axes;
    }

    private static Hyperslab of(long start, long stride, long count, long block) {
        if (block == HDF5Constants.H5S_UNLIMITED) {
            return new Hyperslab(start, 1, UNLIMITED, 1);
        }
        if (count == 1) {
            return new Hyperslab(start, 1, block, 1);
        }
        return new Hyperslab(
                start, Math.max(1, stride), count == HDF5Constants.H5S_UNLIMITED ? UNLIMITED : count, block);
    }

    boolean isUnlimited() {
        return count == UNLIMITED;
    }

    /** The number of indices; {@link #UNLIMITED} for a number that no file can have. */
    long indices() {
        return isUnlimited() || count > UNLIMITED / Math.max(1, block) ? UNLIMITED : count * block;
    }

    /** The number of an index; -1 if the index is not selected. */
    long number(long index) {
        long from = index - start;
        if (from < 0 || from / stride >= count || from % stride >= block) {
            return -1;
        }
        return from / stride * block + from % stride;
    }

    /** The index with a number. */
    long index(long number) {
        return start + number / block * stride + number % block;
    }

    /** The hyperslab of a single block. */
    Hyperslab only(long number) {
        return new Hyperslab(start + number * stride, 1, block, 1);
    }

    /** The end of the selection: the last index plus one. */
    long end() {
        return indices() == UNLIMITED ? UNLIMITED : indices() == 0 ? start : index(indices() - 1) + 1;
    }
}
