package io.h5sink.jmh;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;

/** A dataset of a hand-written loop, and where the next rows go. It has the sink's properties; chunks bypass the cache. */
final class HandColumn implements AutoCloseable {

    private final long id;
    private final long type;
    private final long[] row;
    private long rows;

    /** The call that writes an array. */
    interface Call {
        void write(long id, long type, long memory, long selection) throws HDF5Exception;
    }

    /**
     * Creates it.
     *
     * @param row a row's shape, with the first axis
     * @param chunk a chunk's
     */
    HandColumn(long file, String name, long type, long[] row, long[] chunk) throws HDF5Exception {
        this.type = type;
        this.row = row;
        long[] unlimited = row.clone();
        unlimited[0] = HDF5Constants.H5S_UNLIMITED;
        long space = H5.H5Screate_simple(row.length, extent(0), unlimited);
        long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        H5.H5Pset_chunk(creation, chunk.length, chunk);
        H5.H5Pset_fill_time(creation, HDF5Constants.H5D_FILL_TIME_NEVER);
        H5.H5Pset_obj_track_times(creation, false);
        long access = H5.H5Pcreate(HDF5Constants.H5P_DATASET_ACCESS);
        H5.H5Pset_chunk_cache(access, 1, 0, 1);
        id = H5.H5Dcreate(file, name, type, space, HDF5Constants.H5P_DEFAULT, creation, access);
        H5.H5Pclose(access);
        H5.H5Pclose(creation);
        H5.H5Sclose(space);
    }

    /** A column of single values. */
    HandColumn(long file, String name, long type, int chunkRows) throws HDF5Exception {
        this(file, name, type, new long[] {1}, new long[] {chunkRows});
    }

    /** Makes it longer, and has the call write there. */
    void write(int count, Call call) throws HDF5Exception {
        H5.H5Dset_extent(id, extent(rows + count));
        long memory = H5.H5Screate_simple(row.length, extent(count), null);
        long selection = H5.H5Dget_space(id);
        long[] start = new long[row.length];
        start[0] = rows;
        H5.H5Sselect_hyperslab(selection, HDF5Constants.H5S_SELECT_SET, start, null, extent(count), null);
        call.write(id, type, memory, selection);
        H5.H5Sclose(selection);
        H5.H5Sclose(memory);
        rows += count;
    }

    private long[] extent(long count) {
        long[] extent = row.clone();
        extent[0] = count;
        return extent;
    }

    @Override
    public void close() throws HDF5Exception {
        H5.H5Dclose(id);
    }
}
