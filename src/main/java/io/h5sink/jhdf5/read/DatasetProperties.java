package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.file.ReferencePaths;
import io.h5sink.jhdf5.type.LibraryElements;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a dataset's properties from the C library. */
public final class DatasetProperties {

    private DatasetProperties() {}

    /**
     * Reads the properties of an open dataset.
     *
     * @param file the paths of the objects that references in a fill value point to; null if {@code type} is null
     * @param type the dataset's type; null if Java has no value for the type
     * @param refusal the reason why {@code type} is null
     */
    public static DatasetInfo of(
            @Nullable ReferencePaths file,
            String path,
            long dataset,
            long fileType,
            @Nullable LibraryType type,
            @Nullable StorageException refusal)
            throws HDF5Exception {
        try (Handle space = Handle.space(H5.H5Dget_space(dataset));
                Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
            boolean empty = H5.H5Sget_simple_extent_type(space.id) == HDF5Constants.H5S_NULL;
            long[] shape = new long[empty ? 0 : H5.H5Sget_simple_extent_ndims(space.id)];
            long[] maximum = new long[shape.length];
            if (shape.length > 0) {
                H5.H5Sget_simple_extent_dims(space.id, shape, maximum);
            }
            long[] chunk = null;
            if (H5.H5Pget_layout(storage.id) == HDF5Constants.H5D_CHUNKED) {
                chunk = new long[shape.length];
                H5.H5Pget_chunk(storage.id, chunk.length, chunk);
            }
            List<Filter> filters = LibraryFilters.of(storage.id);
            LibraryFilters.lend(filters);
            int[] defined = new int[1];
            H5.H5Pfill_value_defined(storage.id, defined);
            int[] time = new int[1];
            H5.H5Pget_fill_time(storage.id, time);
            return new DatasetInfo(
                    path,
                    type == null ? null : type.type,
                    ObjectText.type(fileType),
                    refusal,
                    empty,
                    shape,
                    maximum,
                    chunk,
                    filters,
                    Library.calls().storageSize(dataset),
                    type == null || defined[0] == HDF5Constants.H5D_FILL_VALUE_UNDEFINED
                            ? null
                            : fill(file, storage.id, type),
                    defined[0] == HDF5Constants.H5D_FILL_VALUE_USER_DEFINED,
                    time[0] != HDF5Constants.H5D_FILL_TIME_NEVER);
        }
    }

    private static @Nullable ByteBuffer fill(@Nullable ReferencePaths file, long storage, LibraryType type)
            throws HDF5Exception {
        byte[] value = new byte[type.copy.bytes()];
        try {
            H5.H5Pget_fill_value(storage, type.memory.id, value);
        } catch (HDF5Exception e) {
            return null; // HDF5 converts some types in one direction only
        }
        if (!type.copy.points()) {
            return LibraryElements.taken(
                    Objects.requireNonNull(file),
                    type.copy,
                    ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()),
                    1);
        }
        ByteBuffer memory = ByteBuffer.allocateDirect(value.length).order(ByteOrder.nativeOrder());
        memory.put(0, value);
        try (Handle one = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR))) {
            try {
                return LibraryElements.taken(Objects.requireNonNull(file), type.copy, memory, 1);
            } finally {
                Library.calls().reclaim(type.memory.id, one.id, memory);
            }
        }
    }
}
