package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;

/** HDF5's chunk cache, which keeps decoded chunks of an open dataset. */
public final class ChunkCache {

    private static final long LEAST_CACHE = 1 << 20;
    private static final long MOST_CACHE = 64 << 20;
    private static final long CACHE_SLOTS = 521;

    private ChunkCache() {}

    /** Reopens a dataset with a chunk cache that holds one chunk, if the dataset's chunks are larger than the default cache. */
    static Handle forOneChunk(Handle dataset, DatasetInfo info) throws HDF5Exception {
        long[] chunk = info.chunk();
        if (chunk == null || info.type() == null || info.filters().isEmpty()) {
            return dataset;
        }
        long bytes = Math.max(1, Library.calls().storageSize(dataset.id) > 0 ? elementBytes(dataset) : 1);
        for (long extent : chunk) {
            bytes = Math.multiplyExact(bytes, extent);
        }
        if (bytes <= LEAST_CACHE || bytes > MOST_CACHE) {
            return dataset;
        }
        try (Handle access = Handle.properties(HDF5Constants.H5P_DATASET_ACCESS)) {
            H5.H5Pset_chunk_cache(access.id, CACHE_SLOTS, bytes, 1);
            Handle again = Handle.object(H5.H5Dopen(dataset.id, ".", access.id));
            dataset.close();
            return again;
        }
    }

    /** The bytes of an element in the file. */
    public static long elementBytes(Handle dataset) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(dataset.id))) {
            return H5.H5Tget_size(type.id);
        }
    }
}
