package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a dataset of a type is, if it is made now, and how it is stored. */
final class DatasetPlan {

    private static final long LARGEST_CHUNK = 1L << 30;

    final String path;
    final ColumnType type;
    private final ChunkCoding coding;

    /** Whether the dataset is there, with a type that rows are recoded to. */
    private final boolean found;

    DatasetPlan(String path, ColumnType type, ChunkCoding coding) {
        this(path, type, coding, false);
    }

    private DatasetPlan(String path, ColumnType type, ChunkCoding coding, boolean found) {
        this.path = path;
        this.type = type;
        this.coding = type.variable() ? ChunkCoding.NONE : coding;
        this.found = found;
    }

    /** The dataset that is there, whose rows take what the type says. */
    DatasetPlan found(ColumnType stored) {
        return new DatasetPlan(path, stored, coding, true);
    }

    /** The type of rows in memory, for the dataset that is open. */
    Handle memoryType(long dataset) throws HDF5Exception {
        return found ? Handle.type(H5.H5Dget_type(dataset)) : Types.of(type);
    }

    /** Whether new chunks are compressed. */
    boolean codes() {
        return coding.codes();
    }

    /** What does what the filters of a dataset do that is there; null if only the library knows them. */
    @Nullable
    ChunkCoder coder(long storage, long[] chunk) throws HDF5Exception {
        return coding.find(LibraryFilters.of(storage), chunkBytes(chunk));
    }

    /** The C library makes a buffer of a whole chunk to fill it or to compress it, and writes all of it each time. */
    void mustFitMemory(long[] chunk, long elementBytes) {
        double bytes = elementBytes;
        for (long length : chunk) {
            bytes *= length;
        }
        if (bytes > LARGEST_CHUNK) {
            throw StorageException.schema(
                    path,
                    "chunks of at most " + LARGEST_CHUNK + " bytes, which HDF5 writes as a whole",
                    "chunks of " + Arrays.toString(chunk) + " elements of " + elementBytes + " bytes");
        }
    }

    /** The dataset that this one would be, if it were made now and then had the given length. */
    String text(long length) throws HDF5Exception {
        try (Handle element = Types.of(type);
                Handle space = space(length)) {
            return ObjectText.dataset(element.id, space.id);
        }
    }

    /** How it would be stored. */
    String storage(long[] chunk) throws HDF5Exception {
        try (Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE)) {
            configure(creation, chunk, false);
            return ' ' + ObjectText.storage(creation.id);
        }
    }

    /** What compresses new chunks; null if nothing does. */
    @Nullable
    ChunkCoder coder(long[] chunk) {
        if (!coding.codes()) {
            return null;
        }
        mustFitMemory(chunk, type.elementBytes());
        return coding.make(type.elementBytes(), chunkBytes(chunk));
    }

    /**
     * Throws if the library, which is to compress, cannot.
     *
     * @param why the library is to compress, as {@link DirectUse#refuse} has it
     */
    void mustBeOfTheLibrarys(@Nullable ChunkCoder planned, String why) {
        if (planned != null) {
            LibraryFilters.mustPack(
                    path,
                    planned.filters(),
                    "HDF5 itself writes this file, because " + why
                            + "; there, gzip, shuffle and Fletcher-32 can be had");
        }
    }

    /** What a chunk takes without filters. */
    int chunkBytes(long[] chunk) {
        long bytes = type.elementBytes();
        for (long length : chunk) {
            bytes *= length;
        }
        return Math.toIntExact(bytes);
    }

    /** Its space with so many rows, of which there may be any number. */
    Handle space(long length) throws HDF5Exception {
        long[] extent = extent(length);
        long[] maximum = extent.clone();
        maximum[0] = HDF5Constants.H5S_UNLIMITED;
        return Handle.space(H5.H5Screate_simple(extent.length, extent, maximum));
    }

    /**
     * Says how it is stored.
     *
     * @param backfilled whether it gets rows that the library fills
     */
    void configure(Handle creation, long[] chunk, boolean backfilled) throws HDF5Exception {
        H5.H5Pset_chunk(creation.id, chunk.length, chunk);
        ChunkCoder planned = coder(chunk);
        if (planned != null) {
            LibraryFilters.set(creation.id, planned.filters());
        }
        if (!type.variable() && !backfilled) { // HDF5 wants variable-length data filled
            H5.H5Pset_fill_time(creation.id, HDF5Constants.H5D_FILL_TIME_NEVER);
        }
        H5.H5Pset_obj_track_times(creation.id, false);
    }

    /** The extents of so many rows. */
    long[] extent(long firstAxis) {
        long[] extent = new long[type.shape().size() + 1];
        extent[0] = firstAxis;
        for (int axis = 1; axis < extent.length; axis++) {
            extent[axis] = type.shape().get(axis - 1);
        }
        return extent;
    }
}
