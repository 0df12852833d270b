package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The structure of an element as the C library reads it into memory by the file's type.
 *
 * @param size the bytes of an element in memory
 * @param parts the consecutive parts of an element
 */
record RepackType(int size, List<TypePart> parts) {

    /** The kind of a part. */
    enum Kind {
        /** Bytes with the same meaning in each file. */
        PLAIN,
        /** An object reference: the address of an object in its file. */
        OBJECT,
        /** A region reference: a dataset of its file, and a selection of its elements. */
        REGION,
        /** A pointer to a string. */
        TEXT,
        /** A sequence of variable length: a number of elements, and a pointer to them. */
        SEQUENCE,
        /** A reference of HDF5 1.12, which 1.10 does not know. */
        UNKNOWN
    }

    /**
     * A part of an element.
     *
     * @param at the offset of the part
     * @param size the bytes of the part
     * @param of the structure of a sequence's elements; null for other kinds
     */
    record TypePart(int at, int size, Kind kind, @Nullable RepackType of) {

        TypePart moved(int by) {
            return new TypePart(at + by, size, kind, of);
        }
    }

    /** Whether elements have the same bytes in memory and in the file. */
    boolean isPlain() {
        return parts.stream().allMatch(part -> part.kind == Kind.PLAIN || part.kind == Kind.OBJECT);
    }

    /** Whether an element has a part of a kind, at any depth. */
    boolean has(Kind kind) {
        return parts.stream().anyMatch(part -> part.kind == kind || (part.of != null && part.of.has(kind)));
    }

    /** Whether an element has references, whose addresses differ between files. */
    boolean refers() {
        return has(Kind.OBJECT) || has(Kind.REGION);
    }

    /** The structure of the type of a dataset or an attribute. */
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
