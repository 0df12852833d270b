package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A box of elements of a dataset. The arrays must not be changed.
 *
 * @param start the first index along each axis
 * @param count the number of indices along each axis
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record RepackBox(long[] start, long[] count) {

    /** The box of the chunk at an offset, cut at the dataset's extents. */
    static RepackBox chunk(long[] offset, long[] chunk, long[] shape) {
        long[] count = chunk.clone();
        for (int axis = 0; axis < count.length; axis++) {
            count[axis] = Math.min(count[axis], shape[axis] - offset[axis]);
        }
        return new RepackBox(offset, count);
    }

    /** The number of elements. */
    long elements() {
        return elements(count);
    }

    static long elements(long[] count) {
        long elements = 1;
        for (long along : count) {
            elements = Math.multiplyExact(elements, along);
        }
        return elements;
    }

    /** A step of one along each axis. */
    long[] step() {
        long[] step = new long[count.length];
        Arrays.fill(step, 1);
        return step;
    }

    /** A dataspace of the dataset with these elements selected. */
    Handle in(long dataset) throws HDF5Exception {
        Handle space = Handle.space(H5.H5Dget_space(dataset));
        if (count.length > 0) {
            H5.H5Sselect_hyperslab(space.id, HDF5Constants.H5S_SELECT_SET, start, null, count, null);
        }
        return space;
    }

    /** A dataspace of the same elements in memory, one after the other. */
    Handle inMemory() throws HDF5Exception {
        return Handle.space(
                count.length == 0
                        ? H5.H5Screate(HDF5Constants.H5S_SCALAR)
                        : H5.H5Screate_simple(count.length, count, null));
    }

    /**
     * Copies elements to their places in a whole chunk.
     *
     * @param elements the elements one after the other, from position 0
     * @param chunk the extents of the chunk
     * @param bytes the bytes of an element
     * @param to the chunk, from position 0; is zeroed first
     */
    void pad(ByteBuffer elements, long[] chunk, int bytes, ByteBuffer to) {
        to.clear();
        if (Arrays.equals(count, chunk)) {
            to.put(0, elements, 0, to.capacity());
            return;
        }
        for (int at = 0; at < to.capacity(); at++) {
            to.put(at, (byte) 0);
        }
        int last = chunk.length - 1;
        int run = (int) count[last] * bytes;
        long[] at = new long[last];
        for (int from = 0; ; from += run) {
            long index = 0;
            for (int axis = 0; axis < last; axis++) {
                index = index * chunk[axis] + at[axis];
            }
            to.put((int) (index * chunk[last]) * bytes, elements, from, run);
            int axis = last - 1;
            while (axis >= 0 && ++at[axis] == count[axis]) {
                at[axis--] = 0;
            }
            if (axis < 0) {
                return;
            }
        }
    }
}
