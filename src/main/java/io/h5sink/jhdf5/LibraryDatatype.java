package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.NumberOrder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A type of the C library as the message that describes the same type. */
public final class LibraryDatatype {

    private LibraryDatatype() {}

    /** The type; elements of variable length, and compounds that have such members, have the sizes that they have in memory. */
    public static Datatype of(long type) throws HDF5Exception {
        int typeClass = H5.H5Tget_class(type);
        long size = H5.H5Tget_size(type);
        if (typeClass == HDF5Constants.H5T_INTEGER || typeClass == HDF5Constants.H5T_BITFIELD) {
            return bits(type, typeClass, size);
        }
        if (typeClass == HDF5Constants.H5T_FLOAT) {
            return real(type, size);
        }
        if (typeClass == HDF5Constants.H5T_TIME) {
            return new Datatype.TimeType(size, order(type), H5.H5Tget_precision(type));
        }
        if (typeClass == HDF5Constants.H5T_STRING) {
            int padding = H5.H5Tget_strpad(type);
            int characters = H5.H5Tget_cset(type);
            return H5.H5Tis_variable_str(type)
                    ? new Datatype.VariableLengthType(size, true, padding, characters, Datatype.integer(1, false))
                    : new Datatype.StringType(size, padding, characters);
        }
        if (typeClass == HDF5Constants.H5T_OPAQUE) {
            return new Datatype.OpaqueType(size, H5.H5Tget_tag(type));
        }
        if (typeClass == HDF5Constants.H5T_COMPOUND) {
            List<Datatype.CompoundMember> members = new ArrayList<>();
            for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
                try (Handle member = Handle.type(H5.H5Tget_member_type(type, i))) {
                    members.add(new Datatype.CompoundMember(
                            Named.member(type, i), H5.H5Tget_member_offset(type, i), of(member.id)));
                }
            }
            return new Datatype.CompoundType(size, members);
        }
        if (typeClass == HDF5Constants.H5T_REFERENCE) {
            int kind = H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_OBJ)
                    ? Datatype.ReferenceType.OBJECT
                    : H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_DSETREG)
                            ? Datatype.ReferenceType.REGION
                            : Datatype.ReferenceType.REGION + 1;
            return new Datatype.ReferenceType(size, kind, 0);
        }
        if (typeClass == HDF5Constants.H5T_ENUM
                || typeClass == HDF5Constants.H5T_VLEN
                || typeClass == HDF5Constants.H5T_ARRAY) {
            try (Handle base = Handle.type(H5.H5Tget_super(type))) {
                return derived(type, typeClass, size, of(base.id));
            }
        }
        return new Datatype.UnknownType(typeClass, size, ByteBuffer.allocate(0));
    }

    private static Datatype derived(long type, int typeClass, long size, Datatype of) throws HDF5Exception {
        if (typeClass == HDF5Constants.H5T_VLEN) {
            return new Datatype.VariableLengthType(size, false, 0, 0, of);
        }
        if (typeClass == HDF5Constants.H5T_ARRAY) {
            long[] extents = new long[H5.H5Tget_array_ndims(type)];
            H5.H5Tget_array_dims(type, extents);
            return new Datatype.ArrayType(LongStream.of(extents).boxed().toList(), of);
        }
        List<String> names = new ArrayList<>();
        int bytes = Math.toIntExact(size);
        ByteBuffer values = ByteBuffer.allocate(Math.multiplyExact(bytes, H5.H5Tget_nmembers(type)));
        while (values.hasRemaining()) {
            byte[] value = new byte[bytes];
            H5.H5Tget_member_value(type, names.size(), value);
            names.add(Named.member(type, names.size()));
            values.put(value);
        }
        return new Datatype.EnumerationType(of, names, values.flip());
    }

    private static Datatype bits(long type, int typeClass, long size) throws HDF5Exception {
        int[] padding = new int[2];
        H5.H5Tget_pad(type, padding);
        boolean low = padding[0] == HDF5Constants.H5T_PAD_ONE;
        boolean high = padding[1] == HDF5Constants.H5T_PAD_ONE;
        int offset = H5.H5Tget_offset(type);
        int precision = H5.H5Tget_precision(type);
        return typeClass == HDF5Constants.H5T_BITFIELD
                ? new Datatype.BitFieldType(size, order(type), low, high, offset, precision)
                : new Datatype.FixedPointType(
                        size,
                        order(type),
                        low,
                        high,
                        H5.H5Tget_sign(type) != HDF5Constants.H5T_SGN_NONE,
                        offset,
                        precision);
    }

    private static Datatype real(long type, long size) throws HDF5Exception {
        int[] padding = new int[2];
        H5.H5Tget_pad(type, padding);
        long[] fields = new long[5];
        H5.H5Tget_fields(type, fields);
        int norm = H5.H5Tget_norm(type);
        Datatype.Normalization normalization = norm == HDF5Constants.H5T_NORM_IMPLIED
                ? Datatype.Normalization.IMPLIED
                : norm == HDF5Constants.H5T_NORM_MSBSET ? Datatype.Normalization.SET : Datatype.Normalization.NONE;
        return new Datatype.FloatingPointType(
                size,
                order(type),
                padding[0] == HDF5Constants.H5T_PAD_ONE,
                padding[1] == HDF5Constants.H5T_PAD_ONE,
                H5.H5Tget_inpad(type) == HDF5Constants.H5T_PAD_ONE,
                normalization,
                (int) fields[0],
                H5.H5Tget_offset(type),
                H5.H5Tget_precision(type),
                (int) fields[1],
                (int) fields[2],
                (int) fields[3],
                (int) fields[4],
                Integer.toUnsignedLong(H5.H5Tget_ebias(type)));
    }

    private static NumberOrder order(long type) throws HDF5Exception {
        int order = H5.H5Tget_order(type);
        return order == HDF5Constants.H5T_ORDER_BE
                ? NumberOrder.BIG_ENDIAN
                : order == HDF5Constants.H5T_ORDER_VAX ? NumberOrder.VAX : NumberOrder.LITTLE_ENDIAN;
    }
}
