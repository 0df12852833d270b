package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.file.Links;
import java.nio.ByteBuffer;

/**
 * Loads metadata into HDF5's metadata cache with logging stopped, before HDF5 changes that metadata. HDF5 crashes if loading fails while
 * logging is on: {@code H5AC_protect} then logs an entry that does not exist. The cache evicts nothing, so that HDF5 does not load the
 * metadata again.
 */
public final class Preread {

    /** The least number of chunk addresses in a data block of an extensible array, and the number in its index block. */
    private static final long BLOCK = 16;

    private static final long INDEX_BLOCK = 4;

    private Preread() {}

    /** Whether an object has this path; loads the headers of that object and of the groups above. */
    public static boolean path(FileSession file, String path) throws HDF5Exception {
        return file.reading(() -> {
            boolean there = Links.exists(file.id(), path);
            if (there) {
                Links.open(file.id(), path).close();
            }
            return there;
        });
    }

    /**
     * Loads the blocks of the chunk index that lead to the last chunks of a dataset, and to the chunks that will follow.
     *
     * @param dataset the identifier of the dataset
     */
    public static void lastChunks(FileSession file, long dataset) throws HDF5Exception {
        chunks(file, dataset, false);
    }

    /** Loads the blocks of the chunk index that lead to all chunks of a dataset of one axis. */
    public static void allChunks(FileSession file, long dataset) throws HDF5Exception {
        chunks(file, dataset, true);
    }

    private static void chunks(FileSession file, long dataset, boolean all) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(dataset));
                Handle space = Handle.space(H5.H5Dget_space(dataset));
                Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
            long[] extent = new long[H5.H5Sget_simple_extent_ndims(space.id)];
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            if (H5.H5Pget_layout(storage.id) != HDF5Constants.H5D_CHUNKED) {
                return;
            }
            if (extent[0] == 0) {
                file.reading(() -> Library.calls().storageSize(dataset)); // loads an index that had chunks
                return;
            }
            long[] chunk = new long[extent.length];
            H5.H5Pget_chunk(storage.id, chunk.length, chunk);
            long[] count = new long[chunk.length];
            for (int axis = 1; axis < chunk.length; axis++) {
                count[axis] = (extent[axis] + chunk[axis] - 1) / chunk[axis];
            }
            long[] start = new long[chunk.length];
            count[0] = 1;
            if (all) {
                elements(file, dataset, type, space, start, chunk, count); // chunks in the index block
                start[0] = INDEX_BLOCK * chunk[0];
                chunk[0] *= BLOCK;
                count[0] = Math.max(0, (extent[0] - start[0] + chunk[0] - 1) / chunk[0]);
                elements(file, dataset, type, space, start, chunk, count);
                count[0] = 1;
            }
            start[0] = extent[0] - 1;
            elements(file, dataset, type, space, start, chunk, count);
        }
    }

    /** Reads an element of each chunk. */
    private static void elements(
            FileSession file, long dataset, Handle type, Handle space, long[] start, long[] stride, long[] count)
            throws HDF5Exception {
        long elements = 1;
        for (long along : count) {
            elements = Math.multiplyExact(elements, along);
        }
        if (elements > 0) {
            H5.H5Sselect_hyperslab(space.id, HDF5Constants.H5S_SELECT_SET, start, stride, count, null);
            try (Handle inMemory = Handle.space(H5.H5Screate_simple(count.length, count, null))) {
                values(file, type.id, inMemory.id, elements, buffer -> {
                    Library.calls().read(dataset, type.id, inMemory.id, space.id, buffer);
                });
            }
        }
    }

    /** Reads the value of a dataset that is about to be replaced as a whole. */
    public static void value(FileSession file, long dataset) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(dataset));
                Handle space = Handle.space(H5.H5Dget_space(dataset))) {
            if (refers(type.id)) { // HDF5 frees the heap objects when the value is replaced
                values(file, type.id, space.id, H5.H5Sget_simple_extent_npoints(space.id), buffer -> {
                    Library.calls().read(dataset, type.id, buffer);
                });
            }
        }
    }

    private static boolean refers(long type) throws HDF5Exception {
        return H5.H5Tdetect_class(type, HDF5Constants.H5T_VLEN)
                || H5.H5Tis_variable_str(type)
                || (H5.H5Tdetect_class(type, HDF5Constants.H5T_STRING)
                        && H5.H5Tget_class(type)
                                != HDF5Constants
                                        .H5T_STRING); // within a compound, where HDF5 does not say of which kind
    }

    private static void values(FileSession file, long type, long space, long count, Texts.TextCall read)
            throws HDF5Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(count, H5.H5Tget_size(type))));
        if (refers(type)) {
            twice(file, () -> {
                read.with(buffer);
                Library.calls().reclaim(type, space, buffer);
                return true;
            });
        } else {
            file.reading(() -> {
                read.with(buffer);
                return true;
            });
        }
    }

    /**
     * Reads data that may lie in the global heap twice: first with logging stopped, then with logging on. HDF5 may later write to heap
     * collections that it has read, and the log must have them.
     */
    public static <R> R twice(FileSession file, FileSession.Reading<R> reading) throws HDF5Exception {
        file.reading(reading);
        return reading.read();
    }
}
