package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryDatatype;
import io.h5sink.storage.StorageException;

/**
 * Builds copies of datatypes from scratch. If objects of a file share messages, HDF5's type identifier has the address of the shared
 * message in that file, and so has each copy ({@code H5Tcopy} included); another file with that type would refer to that address, and could
 * not be read.
 */
final class RepackFreshType {

    private RepackFreshType() {}

    /** Whether objects of a file share messages. */
    static boolean needed(long file) throws HDF5Exception {
        try (Handle creation = Handle.propertiesOf(H5.H5Fget_create_plist(file))) {
            return H5.H5Pget_shared_mesg_nindexes(creation.id) > 0;
        }
    }

    /**
     * Builds an equal type.
     *
     * @throws StorageException if HDF5 has no functions to build such a type
     */
    static Handle of(long type) throws HDF5Exception {
        Handle fresh = made(type);
        if (!H5.H5Tequal(fresh.id, type)) {
            fresh.close();
            throw StorageException.write(
                    null,
                    "its objects share a type that cannot be made anew: " + H5DumpText.of(LibraryDatatype.of(type)),
                    null);
        }
        return fresh;
    }

    private static Handle made(long type) throws HDF5Exception {
        int kind = H5.H5Tget_class(type);
        if (kind == HDF5Constants.H5T_COMPOUND) {
            return compound(type);
        }
        if (kind == HDF5Constants.H5T_ENUM) {
            return enumeration(type);
        }
        if (kind == HDF5Constants.H5T_OPAQUE) {
            Handle opaque = Handle.type(H5.H5Tcreate(kind, H5.H5Tget_size(type)));
            H5.H5Tset_tag(opaque.id, H5.H5Tget_tag(type));
            return opaque;
        }
        if (kind == HDF5Constants.H5T_ARRAY) {
            try (Handle base = Handle.type(H5.H5Tget_super(type))) {
                long[] extents = new long[H5.H5Tget_array_ndims(type)];
                H5.H5Tget_array_dims(type, extents);
                return Handle.type(H5.H5Tarray_create(base.id, extents.length, extents));
            }
        }
        if (kind == HDF5Constants.H5T_VLEN) {
            try (Handle base = Handle.type(H5.H5Tget_super(type))) {
                return Handle.type(H5.H5Tvlen_create(base.id));
            }
        }
        if (kind == HDF5Constants.H5T_STRING) {
            Handle text = Handle.type(H5.H5Tcopy(HDF5Constants.H5T_C_S1));
            boolean variable = H5.H5Tis_variable_str(type);
            H5.H5Tset_size(text.id, variable ? HDF5Constants.H5T_VARIABLE : H5.H5Tget_size(type));
            H5.H5Tset_strpad(text.id, H5.H5Tget_strpad(type));
            H5.H5Tset_cset(text.id, H5.H5Tget_cset(type));
            return text;
        }
        if (kind == HDF5Constants.H5T_REFERENCE) {
            boolean object = H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_OBJ);
            return Handle.type(H5.H5Tcopy(object ? HDF5Constants.H5T_STD_REF_OBJ : HDF5Constants.H5T_STD_REF_DSETREG));
        }
        return number(type, kind);
    }

    private static Handle number(long type, int kind) throws HDF5Exception {
        boolean real = kind == HDF5Constants.H5T_FLOAT;
        boolean integer = kind == HDF5Constants.H5T_INTEGER;
        Handle number = Handle.type(H5.H5Tcopy(
                real
                        ? HDF5Constants.H5T_IEEE_F64LE
                        : integer ? HDF5Constants.H5T_STD_I64LE : HDF5Constants.H5T_STD_B64LE));
        if (real) {
            long[] fields = new long[5];
            H5.H5Tget_fields(type, fields);
            H5.H5Tset_size(number.id, Math.max(Double.BYTES, H5.H5Tget_size(type)));
            H5.H5Tset_precision(number.id, Math.max(Double.SIZE, H5.H5Tget_precision(type)));
            H5.H5Tset_fields(number.id, fields[0], fields[1], fields[2], fields[3], fields[4]);
            H5.H5Tset_ebias(number.id, H5.H5Tget_ebias(type));
            H5.H5Tset_norm(number.id, H5.H5Tget_norm(type));
            H5.H5Tset_inpad(number.id, H5.H5Tget_inpad(type));
        }
        H5.H5Tset_precision(number.id, H5.H5Tget_precision(type));
        H5.H5Tset_size(number.id, H5.H5Tget_size(type));
        H5.H5Tset_precision(number.id, H5.H5Tget_precision(type));
        H5.H5Tset_offset(number.id, H5.H5Tget_offset(type));
        H5.H5Tset_order(number.id, H5.H5Tget_order(type));
        if (integer) {
            H5.H5Tset_sign(number.id, H5.H5Tget_sign(type));
        }
        return number;
    }

    private static Handle compound(long type) throws HDF5Exception {
        Handle compound = Handle.type(H5.H5Tcreate(HDF5Constants.H5T_COMPOUND, H5.H5Tget_size(type)));
        for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
            try (Handle member = Handle.type(H5.H5Tget_member_type(type, i))) {
                H5.H5Tinsert(compound.id, H5.H5Tget_member_name(type, i), H5.H5Tget_member_offset(type, i), member.id);
            }
        }
        return compound;
    }

    private static Handle enumeration(long type) throws HDF5Exception {
        try (Handle base = Handle.type(H5.H5Tget_super(type))) {
            Handle enumeration = Handle.type(H5.H5Tenum_create(base.id));
            for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
                byte[] value = new byte[(int) H5.H5Tget_size(type)];
                H5.H5Tget_member_value(type, i, value);
                H5.H5Tenum_insert(enumeration.id, H5.H5Tget_member_name(type, i), value);
            }
            return enumeration;
        }
    }
}
