package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.NativeCalls;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the attributes of a file's objects: at once if the object exists, otherwise as soon as the object is made. */
final class Attributes {

    /** The temporary name of a new attribute, until the old attribute is deleted; a name that no user gives. */
    private static final String TEMPORARY = "h5sink: being replaced";

    /**
     * The limit of an attribute in an object of the oldest format: an object header message has 16 bits for its length, and that format has
     * no dense storage.
     */
    private static final long MAX_OLD_BYTES = (1 << 16) - 512;

    private static final int REFERENCE_BYTES = 16;

    private record AttributeBytes(ColumnType type, ByteBuffer data) {}

    private final FileSession file;

    /** The attributes of objects that do not exist yet, by path and name. */
    private final Map<String, Map<String, AttributeBytes>> awaited = new LinkedHashMap<>();

    Attributes(FileSession file) {
        this.file = file;
    }

    void put(String object, String name, ColumnType type, ByteBuffer data) {
        AttributeBytes value = new AttributeBytes(type, data);
        try {
            if (Preread.path(file, object)) {
                write(object, Map.of(name, value));
            } else {
                awaited.computeIfAbsent(object, absent -> new LinkedHashMap<>()).put(name, value);
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(object, "HDF5 refused the object: " + ErrorStack.reason(e), e);
        }
    }

    /** Writes the awaited attributes of an object that was made, and of the groups above, which may have been made with that object. */
    void made(String path) {
        if (awaited.isEmpty()) {
            return;
        }
        for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
            arrived(path.substring(0, end));
        }
        arrived(path);
    }

    private void arrived(String object) {
        Map<String, AttributeBytes> values = awaited.remove(object);
        if (values != null) {
            write(object, values);
        }
    }

    /** The objects that have awaited attributes and were not made. */
    List<String> awaited() {
        return List.copyOf(awaited.keySet());
    }

    private void write(String object, Map<String, AttributeBytes> values) {
        String writing = "";
        long size = 0;
        try (Handle owner = Links.open(file.id(), object)) {
            for (Map.Entry<String, AttributeBytes> value : values.entrySet()) {
                writing = value.getKey();
                size = bytes(value.getValue().type);
                write(file, owner.id, writing, value.getValue());
            }
        } catch (HDF5Exception e) {
            String hint =
                    size < MAX_OLD_BYTES ? "" : "; " + size + " bytes are too many for an object in the oldest format";
            throw StorageException.write(
                    object, "the attribute \"" + writing + "\" cannot be written: " + ErrorStack.reason(e) + hint, e);
        }
    }

    /** The bytes of a value in the object header, where a string of variable length is a heap reference. */
    private static long bytes(ColumnType type) {
        return type.elements() * (type.variable() ? REFERENCE_BYTES : type.elementBytes());
    }

    private static void write(FileSession file, long owner, String name, AttributeBytes value) throws HDF5Exception {
        try (Handle type = Types.of(value.type)) {
            if (!file.reading(() -> Named.hasAttribute(owner, name))) {
                create(owner, name, type, value);
            } else if (!overwritten(file, owner, name, type, value)) {
                if (file.reading(() -> H5.H5Aexists(owner, TEMPORARY))) {
                    H5.H5Adelete(owner, TEMPORARY);
                }
                create(
                        owner, TEMPORARY, type,
                        value); // the new one first, so that the old one is kept if the disk is full
                Named.deleteAttribute(owner, name);
                Named.renameAttribute(owner, TEMPORARY, name);
            }
        }
    }

    private static void create(long owner, String name, Handle type, AttributeBytes value) throws HDF5Exception {
        try (Handle space = space(value.type);
                Handle creation = Handle.properties(HDF5Constants.H5P_ATTRIBUTE_CREATE)) {
            H5.H5Pset_char_encoding(creation.id, HDF5Constants.H5T_CSET_UTF8);
            try (Handle attribute = Handle.attribute(Named.attribute(owner, name, type.id, space.id, creation.id))) {
                fill(attribute, type, value);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
        }
    }

    /**
     * Whether the existing attribute could take the value; an equal value is not written, because each writing of text takes new heap
     * space.
     */
    private static boolean overwritten(FileSession file, long owner, String name, Handle type, AttributeBytes value)
            throws HDF5Exception {
        try (Handle attribute = Handle.attribute(file.reading(() -> Named.openAttribute(owner, name)));
                Handle found = Handle.type(H5.H5Aget_type(attribute.id));
                Handle space = Handle.space(H5.H5Aget_space(attribute.id))) {
            if (!Types.same(found.id, type.id) || !sameShape(space, value.type)) {
                return false;
            }
            if (!Preread.twice(file, () -> read(attribute, type, space, value)).equals(value.data)) {
                fill(attribute, type, value);
            }
            return true;
        }
    }

    private static ByteBuffer read(Handle attribute, Handle type, Handle space, AttributeBytes value)
            throws HDF5Exception {
        NativeCalls calls = Library.calls();
        if (value.type.elements() == 0) {
            return value.data;
        }
        if (value.type.variable()) {
            return Texts.read(type.id, space.id, pointers -> calls.readAttribute(attribute.id, type.id, pointers));
        }
        ByteBuffer found = ByteBuffer.allocateDirect(value.data.remaining());
        calls.readAttribute(attribute.id, type.id, found);
        return found;
    }

    private static void fill(Handle attribute, Handle type, AttributeBytes value) throws HDF5Exception {
        NativeCalls calls = Library.calls();
        if (value.type.elements() == 0) {
            return;
        }
        if (value.type.variable()) {
            Texts.write(value.data, pointers -> calls.writeAttribute(attribute.id, type.id, pointers));
        } else {
            calls.writeAttribute(attribute.id, type.id, Texts.direct(value.data));
        }
    }

    private static Handle space(ColumnType type) throws HDF5Exception {
        long[] extent = extent(type);
        return Handle.space(
                extent.length == 0
                        ? H5.H5Screate(HDF5Constants.H5S_SCALAR)
                        : H5.H5Screate_simple(extent.length, extent, null));
    }

    private static boolean sameShape(Handle space, ColumnType type) throws HDF5Exception {
        long[] extent = extent(type);
        int kind = extent.length == 0 ? HDF5Constants.H5S_SCALAR : HDF5Constants.H5S_SIMPLE;
        if (H5.H5Sget_simple_extent_type(space.id) != kind
                || H5.H5Sget_simple_extent_ndims(space.id) != extent.length) {
            return false;
        }
        long[] found = new long[extent.length];
        H5.H5Sget_simple_extent_dims(space.id, found, null);
        return Arrays.equals(found, extent);
    }

    private static long[] extent(ColumnType type) {
        return type.shape().stream().mapToLong(Integer::longValue).toArray();
    }
}
