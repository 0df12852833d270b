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
 * What is known of a dataset before it is read. Arrays must not be changed.
 *
 * @param path absolute
 * @param type what an element is; null if Java has no value for it
 * @param typeText the type in the file, in the words of h5dump
 * @param refusal why there is no type
 * @param empty whether it has no dataspace, as {@code h5py.Empty}
 * @param shape its extents; empty for a scalar
 * @param maximum its largest extents, -1 without a limit
 * @param chunk the extents of a chunk; null if it is not chunked
 * @param filters in order
 * @param bytes what it takes in the file
 * @param fill the fill value, as {@link DatasetReader#read} gives elements; null if it has none
 * @param ownFill whether someone has set it
 * @param filled whether it stands where nothing was written
 */
@SuppressWarnings("ArrayRecordComponent") // as the C library takes them; nobody compares them
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
     * Why there is no type.
     *
     * @return {@link #refusal}, which is there if {@link #type} is not
     */
    public StorageException refused() {
        return Objects.requireNonNull(refusal);
    }
}
