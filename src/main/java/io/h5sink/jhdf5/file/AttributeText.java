package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.StoredText;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Texts;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads attributes that are one string, of fixed or variable length. */
public final class AttributeText {

    private AttributeText() {}

    /** The string; null if the object or the attribute does not exist, or the attribute is not one string. */
    public static @Nullable String read(long file, String path, String name) throws HDF5Exception {
        if (!Links.exists(file, path)) {
            return null;
        }
        try (Handle owner = Links.open(file, path)) {
            return of(owner, name);
        }
    }

    /** The string; null if the object has no such attribute, or the attribute is not one string. */
    public static @Nullable String of(Handle owner, String name) throws HDF5Exception {
        if (!H5.H5Aexists(owner.id, name)) {
            return null;
        }
        try (Handle attribute = Handle.attribute(H5.H5Aopen(owner.id, name, HDF5Constants.H5P_DEFAULT));
                Handle type = Handle.type(H5.H5Aget_type(attribute.id));
                Handle space = Handle.space(H5.H5Aget_space(attribute.id))) {
            return H5.H5Tget_class(type.id) == HDF5Constants.H5T_STRING
                            && H5.H5Sget_simple_extent_npoints(space.id) == 1
                    ? read(attribute, type, space)
                    : null;
        }
    }

    private static String read(Handle attribute, Handle type, Handle space) throws HDF5Exception {
        ByteBuffer utf8;
        if (H5.H5Tis_variable_str(type.id)) {
            utf8 = Texts.read(
                    type.id, space.id, pointers -> Library.calls().readAttribute(attribute.id, type.id, pointers));
        } else {
            utf8 = ByteBuffer.allocateDirect(Math.toIntExact(H5.H5Tget_size(type.id)));
            Library.calls().readAttribute(attribute.id, type.id, utf8);
        }
        int end = 0;
        while (end < utf8.limit() && utf8.get(end) != 0) {
            end++;
        }
        String whole = StoredText.decoded(utf8.duplicate().limit(end).position(0));
        return H5.H5Tget_strpad(type.id) == HDF5Constants.H5T_STR_SPACEPAD ? whole.stripTrailing() : whole;
    }
}
