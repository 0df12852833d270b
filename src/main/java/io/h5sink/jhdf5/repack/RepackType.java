package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element as the C library puts it into memory by the type that it has in the file.
 *
 * @param size what it takes there
 * @param parts what it consists of
 */
record RepackType(int size, List<TypePart> parts) {

    /** What a part is. */
    enum Kind {
        /** Bytes that mean the same in each file. */
        PLAIN,
        /** The address of an object in its file. */
        OBJECT,
        /** A dataset of its file, and some elements of that. */
        REGION,
        /** A pointer to a string. */
        TEXT,
        /** A number of elements, and a pointer to them. */
        SEQUENCE,
        /** A reference of HDF5 1.12, which 1.10 does not know. */
        UNKNOWN
    }

    /**
     * A part of an element.
     *
     * @param at where it is
     * @param size what it takes
     * @param of the elements of a sequence; null for all else
     */
    record TypePart(int at, int size, Kind kind, @Nullable RepackType of) {

        TypePart moved(int by) {
            return new TypePart(at + by, size, kind, of);
        }
    }

    /** Whether elements are in memory what they are in the file. */
    boolean isPlain() {
        return parts.stream().allMatch(part -> part.kind == Kind.PLAIN || part.kind == Kind.OBJECT);
    }

    /** Whether there is a part of a kind in it. */
    boolean has(Kind kind) {
        return parts.stream().anyMatch(part -> part.kind == kind || (part.of != null && part.of.has(kind)));
    }

    /** Whether something in it has another address in another file. */
    boolean refers() {
        return has(Kind.OBJECT) || has(Kind.REGION);
    }

    /** What a type is that a dataset or an attribute has given. */
    static RepackType of(long type) throws HDF5Exception {
        int size = Math.toIntExact(H5.H5Tget_size(type));
        List<TypePart> parts = new ArrayList<>();
        int typeClass = H5.H5Tget_class(type);
        if (typeClass == HDF5Constants.H5T_COMPOUND) {
            for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
                try (Handle member = Handle.type(H5.H5Tget_member_type(type, i))) {
                    add(of(member.id), Math.toIntExact(H5.H5Tget_member_offset(type, i)), parts);
                }
            }
        } else if (typeClass == HDF5Constants.H5T_ARRAY) {
            try (Handle base = Handle.type(H5.H5Tget_super(type))) {
                RepackType element = of(base.id);
                if (element.parts.equals(List.of(new TypePart(0, element.size, Kind.PLAIN, null)))) {
                    parts.add(new TypePart(0, size, Kind.PLAIN, null));
                } else {
                    for (int at = 0; at < size; at += element.size) {
                        add(element, at, parts);
                    }
                }
            }
        } else if (typeClass == HDF5Constants.H5T_VLEN) {
            try (Handle base = Handle.type(H5.H5Tget_super(type))) {
                parts.add(new TypePart(0, size, Kind.SEQUENCE, of(base.id)));
            }
        } else {
            parts.add(new TypePart(0, size, kind(type, typeClass), null));
        }
        return new RepackType(size, List.copyOf(parts));
    }

    private static void add(RepackType inner, int at, List<TypePart> to) {
        inner.parts.forEach(part -> to.add(part.moved(at)));
    }

    private static Kind kind(long type, int typeClass) throws HDF5Exception {
        if (typeClass == HDF5Constants.H5T_STRING) {
            return H5.H5Tis_variable_str(type) ? Kind.TEXT : Kind.PLAIN;
        }
        if (typeClass != HDF5Constants.H5T_REFERENCE) {
            return Kind.PLAIN;
        }
        return H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_OBJ)
                ? Kind.OBJECT
                : H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_DSETREG) ? Kind.REGION : Kind.UNKNOWN;
    }
}
