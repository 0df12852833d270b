package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A dataset that the C library has open, to write rows.
 *
 * @param file the session with the dataset's file
 * @param plan the plan of the dataset
 * @param filtered whether the dataset's chunks go through filters, and so through HDF5's chunk cache
 * @param id the identifier of the dataset
 * @param elementType the identifier of the type that the rows have in memory
 */
record LibraryRows(FileSession file, DatasetPlan plan, boolean filtered, long id, long elementType) {

    /**
     * The most rows of variable size that are written with the log on; writing more stops the log, and the file is closed with the commit
     * and opened again.
     */
    private static final int FEW = 1 << 8;

    /** The bytes of variable size that fit into the space that {@link FileSession} reserves in any case. */
    private static final int FEW_BYTES = 1 << 13;

    static LibraryRows open(FileSession file, DatasetPlan plan, boolean filtered) throws HDF5Exception {
        long id = file.reading(() -> {
            try (Handle access = Handle.properties(HDF5Constants.H5P_DATASET_ACCESS)) {
                if (!filtered) {
                    H5.H5Pset_chunk_cache(access.id, 1, 0, 1);
                }
                return Named.openDataset(file.id(), plan.path, access.id);
            }
        });
        try {
            return new LibraryRows(file, plan, filtered, id, plan.memoryType(id).id);
        } catch (HDF5Exception e) {
            HDF5Exception kept = ErrorStack.kept(e);
            H5.H5Dclose(id);
            throw kept;
        }
    }

    void close() throws HDF5Exception {
        H5.H5Tclose(elementType);
        H5.H5Dclose(id);
    }

    /** Throws unless the dataset has this number of rows. */
    void mustHave(long rows) throws HDF5Exception {
        try (Handle space = Handle.space(H5.H5Dget_space(id))) {
            long[] extent = new long[plan.type.shape().size() + 1];
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            if (extent[0] != rows) {
                throw StorageException.schema(
                        plan.path,
                        rows + " rows, as this sink left it",
                        extent[0] + " rows; another program changed it");
            }
        }
    }

    /** Sets the number of rows. */
    void extend(long rows) throws HDF5Exception {
        H5.H5Dset_extent(id, plan.extent(rows));
    }

    /**
     * Checks or reserves disk space for rows. The space must be reserved for data that HDF5 writes later: in the global heap, in the chunk
     * cache, and all data while the log is stopped.
     */
    void reserve(int count, long bytes, long heapBytes, int chunkRows) throws HDF5Exception {
        boolean later = filtered || heapBytes > FEW_BYTES || (plan.type.variable() && count > FEW);
        long heap = plan.type.variable() ? 2 * (heapBytes + bytes) : 0; // heap collections are not always full
        long chunks = (count / chunkRows + 1L) * chunkRows * (bytes / count);
        file.reserve(bytes + heap + (filtered ? chunks : 0), filtered ? 0 : chunks, later);
    }

    /** Writes rows that the dataset's length includes. */
    void write(long firstRow, int count, int chunkRows, ByteBuffer data) throws HDF5Exception {
        if (plan.type.variable() && count > FEW) {
            makeChunks(firstRow, firstRow + count, chunkRows);
            file.fillHeap(() -> write(firstRow, count, 1, 1, data));
        } else {
            write(firstRow, count, 1, 1, data);
        }
    }

    /**
     * Writes empty values to the first row of each chunk that begins within these rows, so that HDF5 allocates the chunks while the log is
     * on.
     */
    private void makeChunks(long firstRow, long end, int chunkRows) throws HDF5Exception {
        long first = (firstRow + chunkRows - 1) / chunkRows * chunkRows;
        if (first < end) {
            int chunks = (int) ((end - 1 - first) / chunkRows + 1);
            long references = plan.type.ragged() ? chunks : chunks * plan.type.elements();
            ByteBuffer nothing = ByteBuffer.allocateDirect(Math.toIntExact(references * plan.type.referenceBytes()));
            write(first, 1, chunkRows, chunks, nothing);
        }
    }

    /** Writes blocks of rows, each of which begins a stride after the one before. */
    private void write(long firstRow, int blockRows, long stride, int blocks, ByteBuffer data) throws HDF5Exception {
        long[] start = new long[plan.type.shape().size() + 1];
        start[0] = firstRow;
        long[] strides = new long[start.length];
        Arrays.fill(strides, 1);
        long[] counts = strides.clone();
        long[] block = plan.extent(blockRows);
        long[] memory = plan.extent((long) blockRows * blocks);
        if (blocks > 1) {
            strides = block.clone();
            strides[0] = stride;
            counts[0] = blocks;
        }
        try (Handle inFile = Handle.space(H5.H5Dget_space(id));
                Handle inMemory = Handle.space(H5.H5Screate_simple(memory.length, memory, null))) {
            H5.H5Sselect_hyperslab(
                    inFile.id, HDF5Constants.H5S_SELECT_SET, start, blocks > 1 ? strides : null, counts, block);
            Library.calls().write(id, elementType, inMemory.id, inFile.id, data);
        }
    }
}
