package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FileNames;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.AttributeMessages;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.file.GroupLinks;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.file.PathOpener;
import io.h5sink.jhdf5.file.ReferencePaths;
import io.h5sink.jhdf5.type.LibraryElements;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An attribute.
 *
 * @param type the type of an element; null if Java has no value for the type
 * @param typeText the type in the words of h5dump
 * @param shape the extents of the attribute; empty for a scalar
 * @param elements the elements in the form of {@link DatasetReader#read}; null for a null dataspace, such as {@code h5py.Empty}
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record AttributeReader(
        @Nullable ColumnType type,
        String typeText,
        long[] shape,
        @Nullable ByteBuffer elements) {

    /** All attributes of an object, by name. */
    static Map<String, AttributeReader> all(PathOpener paths, String path, DiskView disk) throws HDF5Exception {
        Map<String, AttributeReader> attributes = new LinkedHashMap<>();
        try (Handle object = paths.open(path)) {
            List<AttributeMessages.Stored> all = stored(object.id, disk, path);
            for (int i = 0; i < all.size(); i++) {
                AttributeMessages.Stored stored = all.get(i);
                if (!stored.isKnown()) {
                    attributes.put(stored.name(), new AttributeReader(null, stored.type(), new long[0], null));
                    continue;
                }
                try (Handle attribute = Handle.attribute(opened(object.id, stored.name(), i))) {
                    attributes.put(stored.name(), of(paths.references, path, attribute.id));
                }
            }
        }
        return attributes;
    }

    /** Opens an attribute by its name or, if JNI cannot pass the name, by its number, for which HDF5 sorts all attributes. */
    private static long opened(long object, String name, int number) throws HDF5Exception {
        long all = HDF5Constants.H5P_DEFAULT;
        return FileNames.isSpecial(name)
                ? H5.H5Aopen_by_idx(
                        object, ".", HDF5Constants.H5_INDEX_NAME, HDF5Constants.H5_ITER_INC, number, all, all)
                : H5.H5Aopen(object, name, all);
    }

    /** The attributes of an object, read by Java: the C library would list them one by one, and sort all of them for each. */
    private static List<AttributeMessages.Stored> stored(long object, DiskView disk, String path) throws HDF5Exception {
        long header = Links.header(object, ".");
        long count = H5.H5Oget_info(object).num_attrs;
        DiskView own = disk.ahead() ? disk : disk.of(object, path);
        try {
            List<AttributeMessages.Stored> stored = disk.ahead()
                    ? null
                    : GroupLinks.read(own::now, bytes -> AttributeMessages.of(bytes, ObjectHeader.read(bytes, header)));
            return stored != null && stored.size() == count ? stored : byLibrary(object, count);
        } finally {
            if (own != disk) {
                own.close();
            }
        }
    }

    private static List<AttributeMessages.Stored> byLibrary(long object, long count) throws HDF5Exception {
        List<AttributeMessages.Stored> stored = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = H5.H5Aget_name_by_idx(
                    object,
                    ".",
                    HDF5Constants.H5_INDEX_NAME,
                    HDF5Constants.H5_ITER_NATIVE,
                    i,
                    HDF5Constants.H5P_DEFAULT);
            stored.add(new AttributeMessages.Stored(name, 0, 0));
        }
        stored.sort(Comparator.comparing(AttributeMessages.Stored::name));
        return stored;
    }

    private static AttributeReader of(ReferencePaths file, String path, long attribute) throws HDF5Exception {
        try (Handle fileType = Handle.type(H5.H5Aget_type(attribute));
                Handle space = Handle.space(H5.H5Aget_space(attribute))) {
            boolean empty = H5.H5Sget_simple_extent_type(space.id) == HDF5Constants.H5S_NULL;
            long[] shape = new long[empty ? 0 : H5.H5Sget_simple_extent_ndims(space.id)];
            if (shape.length > 0) {
                H5.H5Sget_simple_extent_dims(space.id, shape, null);
            }
            String text = ObjectText.type(fileType.id);
            try (LibraryType type = LibraryType.of(path, fileType.id)) {
                return new AttributeReader(
                        type.type, text, shape, empty ? null : elements(file, attribute, type, space));
            } catch (StorageException e) {
                return new AttributeReader(null, text, shape, null);
            }
        }
    }

    private static ByteBuffer elements(ReferencePaths file, long attribute, LibraryType type, Handle space)
            throws HDF5Exception {
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
        ByteBuffer taken = LibraryElements.taken(file, type.copy, memory, count);
        if (count > 0 && type.copy.points()) {
            Library.calls().reclaim(type.memory.id, space.id, memory);
        }
        return taken;
    }
}
