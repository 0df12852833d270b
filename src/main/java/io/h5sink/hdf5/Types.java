package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Element types, from a column's to the C library's. */
final class Types {

    private Types() {}

    /** The type of an element, in the file and in memory. */
    static Handle of(ColumnType type) throws HDF5Exception {
        return switch (type.kind()) {
            case INT8 -> copy(HDF5Constants.H5T_STD_I8LE);
            case INT16 -> copy(HDF5Constants.H5T_STD_I16LE);
            case INT32 -> copy(HDF5Constants.H5T_STD_I32LE);
            case INT64, INSTANT -> copy(HDF5Constants.H5T_STD_I64LE);
            case FLOAT32 -> copy(HDF5Constants.H5T_IEEE_F32LE);
            case FLOAT64 -> copy(HDF5Constants.H5T_IEEE_F64LE);
            case BOOL -> enumeration(1, List.of("FALSE", "TRUE"));
            case ENUM -> enumeration(type.elementBytes(), type.symbols());
            case CHAR -> string(type.elementBytes(), HDF5Constants.H5T_STR_NULLPAD);
            case STRING -> text();
        };
    }

    /** A UTF-8 string of variable length. */
    static Handle text() throws HDF5Exception {
        return string(HDF5Constants.H5T_VARIABLE, HDF5Constants.H5T_STR_NULLTERM);
    }

    private static Handle copy(long type) throws HDF5Exception {
        return Handle.type(H5.H5Tcopy(type));
    }

    private static Handle string(long bytes, int padding) throws HDF5Exception {
        Handle type = copy(HDF5Constants.H5T_C_S1);
        H5.H5Tset_size(type.id, bytes);
        H5.H5Tset_strpad(type.id, padding);
        H5.H5Tset_cset(type.id, HDF5Constants.H5T_CSET_UTF8);
        return type;
    }

    private static Handle enumeration(int bytes, List<String> symbols) throws HDF5Exception {
        long base = bytes == 1
                ? HDF5Constants.H5T_STD_I8LE
                : bytes == 2 ? HDF5Constants.H5T_STD_I16LE : HDF5Constants.H5T_STD_I32LE;
        Handle type = Handle.type(H5.H5Tenum_create(base));
        for (int i = 0; i < symbols.size(); i++) {
            ByteBuffer value = ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, i);
            H5.H5Tenum_insert(type.id, symbols.get(i), value.array());
        }
        return type;
    }

    /** Whether a type in a file is the one that a column has. */
    static boolean same(long found, long expected) throws HDF5Exception {
        if (H5.H5Tget_class(found) != HDF5Constants.H5T_STRING) {
            return H5.H5Tequal(found, expected);
        }
        // Variable-length types that differ in where they lie are not equal for H5Tequal.
        return H5.H5Tget_class(expected) == HDF5Constants.H5T_STRING
                && H5.H5Tis_variable_str(found) == H5.H5Tis_variable_str(expected)
                && H5.H5Tget_cset(found) == H5.H5Tget_cset(expected)
                && (H5.H5Tis_variable_str(found) || H5.H5Tget_size(found) == H5.H5Tget_size(expected));
    }
}
