package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An attribute.
 *
 * @param type what an element is; null if Java has no value for it
 * @param typeText the type in the words of h5dump
 * @param shape its extents; empty for a scalar
 * @param elements as {@link SourceDataset#read} gives them; null if there are none, as of {@code h5py.Empty}
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record SourceAttribute(
        @Nullable ColumnType type,
        String typeText,
        long[] shape,
        @Nullable ByteBuffer elements) {

    /** All that an object has, by name. */
    static Map<String, SourceAttribute> all(SourcePaths paths, long file, String path) throws HDF5Exception {
        Map<String, SourceAttribute> attributes = new LinkedHashMap<>();
        try (Handle object = paths.open(path)) {
            List<String> names = paths.attributes(object);
            for (int i = 0; i < names.size(); i++) { // by number, since not every name can be passed on
                try (Handle attribute = Handle.attribute(H5.H5Aopen_by_idx(
                        object.id,
                        ".",
                        HDF5Constants.H5_INDEX_NAME,
                        HDF5Constants.H5_ITER_INC,
                        i,
                        HDF5Constants.H5P_DEFAULT,
                        HDF5Constants.H5P_DEFAULT))) {
                    attributes.put(names.get(i), of(file, path, attribute.id));
                }
            }
        }
        return attributes;
    }

    private static SourceAttribute of(long file, String path, long attribute) throws HDF5Exception {
        try (Handle fileType = Handle.type(H5.H5Aget_type(attribute));
                Handle space = Handle.space(H5.H5Aget_space(attribute))) {
            boolean empty = H5.H5Sget_simple_extent_type(space.id) == HDF5Constants.H5S_NULL;
            long[] shape = new long[empty ? 0 : H5.H5Sget_simple_extent_ndims(space.id)];
            if (shape.length > 0) {
                H5.H5Sget_simple_extent_dims(space.id, shape, null);
            }
            String text = TypeText.of(fileType.id);
            try (SourceType type = SourceType.of(path, fileType.id)) {
                return new SourceAttribute(
                        type.type, text, shape, empty ? null : elements(file, attribute, type, space));
            } catch (StoreException e) {
                return new SourceAttribute(null, text, shape, null);
            }
        }
    }

    private static ByteBuffer elements(long file, long attribute, SourceType type, Handle space) throws HDF5Exception {
        int count = Math.toIntExact(H5.H5Sget_simple_extent_npoints(space.id));
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.multiplyExact(count, type.copy.bytes()))
                .order(ByteOrder.nativeOrder());
        if (count > 0) {
            try {
                Library.calls().readAttribute(attribute, type.memory.id, memory);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
        }
        ByteBuffer taken = SourceCopy.taken(file, type.copy, memory, count);
        if (count > 0 && type.copy.points()) {
            Library.calls().reclaim(type.memory.id, space.id, memory);
        }
        return taken;
    }
}
