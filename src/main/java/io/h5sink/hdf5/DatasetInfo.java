package io.h5sink.hdf5;

import io.h5sink.filter.Filter;
import io.h5sink.jhdf5.read.DatasetReader;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a dataset that are known before its elements are read. Arrays must not be changed.
 *
 * @param path the absolute path
 * @param type the type of an element; null if Java has no value for the type
 * @param typeText the type in the file, in the words of h5dump
 * @param refusal the reason why {@code type} is null
 * @param empty whether the dataspace is null, as with {@code h5py.Empty}
 * @param shape the extents; empty for a scalar
 * @param maximum the largest extents, -1 for unlimited
 * @param chunk the extents of a chunk; null if the dataset is not chunked
 * @param filters the filters, in the order in which they are applied
 * @param bytes the storage size of the dataset in the file
 * @param fill the fill value, as {@link DatasetReader#read} returns elements; null if the dataset has none
 * @param ownFill whether the fill value was set by the dataset's creator
 * @param filled whether the fill time is not {@code NEVER}: unwritten elements read as the fill value
 */
@SuppressWarnings("ArrayRecordComponent") // the C library takes arrays; infos are never compared
public record DatasetInfo(
        String path,
        @Nullable ColumnType type,
        String typeText,
        @Nullable StorageException refusal,
        boolean empty,
        long[] shape,
        long[] maximum,
        long @Nullable [] chunk,
        List<Filter> filters,
        long bytes,
        @Nullable ByteBuffer fill,
        boolean ownFill,
        boolean filled) {

    /**
     * The reason why {@code type} is null.
     *
     * @return {@link #refusal}, which is not null if {@link #type} is null
     */
    public StorageException refused() {
        return Objects.requireNonNull(refusal);
    }
}
