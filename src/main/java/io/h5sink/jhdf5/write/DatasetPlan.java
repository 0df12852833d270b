package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.hdf5.write.ColumnPlan;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.ColumnType;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a dataset of a column type: the datatype, dataspace, chunks, filters and fill value that the dataset gets if it is made now.
 */
final class DatasetPlan {

    final String path;
    final ColumnType type;
    private final ColumnPlan column;

    /** Whether the dataset exists with another type, to which rows are recoded. */
    private final boolean found;

    DatasetPlan(String path, ColumnType type, ChunkCoding coding) {
        this(path, type, coding, false);
    }

    private DatasetPlan(String path, ColumnType type, ChunkCoding coding, boolean found) {
        this.path = path;
        this.type = type;
        this.column = new ColumnPlan(path, type, type.variable() ? ChunkCoding.NONE : coding);
        this.found = found;
    }

    /** The plan of an existing dataset, whose rows have the stored type. */
    DatasetPlan found(ColumnType stored) {
        return new DatasetPlan(path, stored, column.coding(), true);
    }

    /** The memory type of rows for an open dataset. */
    Handle memoryType(long dataset) throws HDF5Exception {
        return found ? Handle.type(H5.H5Dget_type(dataset)) : Types.of(type);
    }

    /** Whether new chunks are compressed. */
    boolean codes() {
        return column.codes();
    }

    /** Java's implementation of the filters of an existing dataset; null if only the C library has them. */
    @Nullable
    ChunkCoder coder(long storage, long[] chunk) throws HDF5Exception {
        return column.coder(LibraryFilters.of(storage), chunk);
    }

    /** As {@link ColumnPlan#mustFitMemory}. */
    void mustFitMemory(long[] chunk, long elementBytes) {
        column.mustFitMemory(chunk, elementBytes);
    }

    /** Describes the dataset that would be made now, with the given length. */
    String text(long length) throws HDF5Exception {
        try (Handle element = Types.of(type);
                Handle space = space(length)) {
            return ObjectText.dataset(element.id, space.id);
        }
    }

    /** Describes the storage of the dataset that would be made now. */
    String storage(long[] chunk) throws HDF5Exception {
        try (Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE)) {
            configure(creation, chunk, false);
            return ' ' + ObjectText.storage(creation.id);
        }
    }

    /** As {@link ColumnPlan#coder(long[])}. */
    @Nullable
    ChunkCoder coder(long[] chunk) {
        return column.coder(chunk);
    }

    /**
     * Throws if the C library is to compress and cannot.
     *
     * @param why the reason why the C library compresses, in the form of {@link DirectUse#refuse}
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

    /** As {@link ColumnPlan#chunkBytes}. */
    int chunkBytes(long[] chunk) {
        return column.chunkBytes(chunk);
    }

    /** The dataspace with a number of rows, unlimited along the first axis. */
    Handle space(long length) throws HDF5Exception {
        long[] extent = extent(length);
        long[] maximum = extent.clone();
        maximum[0] = HDF5Constants.H5S_UNLIMITED;
        return Handle.space(H5.H5Screate_simple(extent.length, extent, maximum));
    }

    /**
     * Sets the storage in dataset creation properties.
     *
     * @param backfilled whether the dataset gets initial rows with the fill value
     */
    void configure(Handle creation, long[] chunk, boolean backfilled) throws HDF5Exception {
        H5.H5Pset_chunk(creation.id, chunk.length, chunk);
        ChunkCoder planned = coder(chunk);
        if (planned != null) {
            LibraryFilters.set(creation.id, planned.filters());
        }
        if (!type.variable() && !backfilled) { // HDF5 requires that data of variable length is filled
            H5.H5Pset_fill_time(creation.id, HDF5Constants.H5D_FILL_TIME_NEVER);
        }
        H5.H5Pset_obj_track_times(creation.id, false);
    }

    /** As {@link ColumnPlan#extent}. */
    long[] extent(long firstAxis) {
        return column.extent(firstAxis);
    }
}
