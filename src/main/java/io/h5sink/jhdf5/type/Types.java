package io.h5sink.jhdf5.type;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Named;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Maps the element types of columns to types of the C library. */
public final class Types {

    private Types() {}

    /** The type of a dataset's elements, in the file and in memory. */
    public static Handle of(ColumnType type) throws HDF5Exception {
        if (!type.ragged()) {
            return element(type);
        }
        try (Handle element = element(type)) {
            return Handle.type(H5.H5Tvlen_create(element.id));
        }
    }

    private static Handle element(ColumnType type) throws HDF5Exception {
        return switch (type.kind()) {
            case INT8 -> copy(HDF5Constants.H5T_STD_I8LE);
            case INT16 -> copy(HDF5Constants.H5T_STD_I16LE);
            case INT32 -> copy(HDF5Constants.H5T_STD_I32LE);
            case INT64, INSTANT, LOCAL_DATE_TIME, LOCAL_DATE, LOCAL_TIME, DURATION -> copy(HDF5Constants.H5T_STD_I64LE);
            case UINT8 -> copy(HDF5Constants.H5T_STD_U8LE);
            case UINT16 -> copy(HDF5Constants.H5T_STD_U16LE);
            case UINT32 -> copy(HDF5Constants.H5T_STD_U32LE);
            case UINT64 -> copy(HDF5Constants.H5T_STD_U64LE);
            case FLOAT16 -> float16();
            case FLOAT32 -> copy(HDF5Constants.H5T_IEEE_F32LE);
            case FLOAT64 -> copy(HDF5Constants.H5T_IEEE_F64LE);
            case BOOL -> enumeration(1, List.of("FALSE", "TRUE"));
            case ENUM -> enumeration(type.elementBytes(), type.symbols());
            case CHAR, UUID, FIXED_STRING -> string(type.elementBytes(), HDF5Constants.H5T_STR_NULLPAD);
            case OPAQUE -> Handle.type(H5.H5Tcreate(HDF5Constants.H5T_OPAQUE, type.length()));
            case STRING -> text();
            case COMPOUND -> compound(type);
        };
    }

    private static Handle compound(ColumnType type) throws HDF5Exception {
        Handle compound = Handle.type(H5.H5Tcreate(HDF5Constants.H5T_COMPOUND, type.elementBytes()));
        for (ColumnType.Member member : type.members()) {
            try (Handle part = array(member.type())) {
                Named.insert(compound.id, member.name(), member.offset(), part.id);
            }
        }
        return compound;
    }

    /** The type of a row as a single element: an array type if the row has a shape. */
    private static Handle array(ColumnType type) throws HDF5Exception {
        Handle element = element(type);
        if (type.shape().isEmpty()) {
            return element;
        }
        try (element) {
            long[] extents = type.shape().stream().mapToLong(Integer::longValue).toArray();
            return Handle.type(H5.H5Tarray_create(element.id, extents.length, extents));
        }
    }

    /** IEEE 754 binary16, as h5py makes it: sign 1 bit, exponent 5 bits with bias 15, fraction 10 bits. */
    private static Handle float16() throws HDF5Exception {
        Handle type = copy(HDF5Constants.H5T_IEEE_F32LE);
        H5.H5Tset_fields(type.id, 15, 10, 5, 0, 10);
        H5.H5Tset_size(type.id, 2);
        H5.H5Tset_ebias(type.id, 15);
        return type;
    }

    /** A UTF-8 string of variable length. */
    public static Handle text() throws HDF5Exception {
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

    /** Whether a type in a file is a column's type. */
    public static boolean same(long found, long expected) throws HDF5Exception {
        // H5Tequal distinguishes variable-length types in memory and in a file.
        if (H5.H5Tget_class(found) == HDF5Constants.H5T_VLEN && H5.H5Tget_class(expected) == HDF5Constants.H5T_VLEN) {
            try (Handle foundElement = Handle.type(H5.H5Tget_super(found));
                    Handle expectedElement = Handle.type(H5.H5Tget_super(expected))) {
                return same(foundElement.id, expectedElement.id);
            }
        }
        if (H5.H5Tget_class(found) != HDF5Constants.H5T_STRING) {
            return H5.H5Tequal(found, expected);
        }
        return H5.H5Tget_class(expected) == HDF5Constants.H5T_STRING
                && H5.H5Tis_variable_str(found) == H5.H5Tis_variable_str(expected)
                && H5.H5Tget_cset(found) == H5.H5Tget_cset(expected)
                && (H5.H5Tis_variable_str(found)
                        || (H5.H5Tget_size(found) == H5.H5Tget_size(expected)
                                && H5.H5Tget_strpad(found) == H5.H5Tget_strpad(expected)));
    }
}
