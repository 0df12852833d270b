package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.ColumnType.Member;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A type in a file as it is read: as the C library puts it into memory, where it has converted byte order and gaps, and as this room
 * hands it out. What has a fixed size is handed out as it is in memory, little-endian.
 */
final class SourceType implements AutoCloseable {

    /** The type in memory. */
    final Handle memory;

    final ColumnType type;
    final SourceCopy copy;

    private SourceType(Handle memory, ColumnType type, SourceCopy copy) {
        this.memory = memory;
        this.type = type;
        this.copy = copy;
    }

    @Override
    public void close() throws HDF5Exception {
        memory.close();
    }

    /**
     * Reads a type of a file.
     *
     * @throws StoreException if Java has no value for it
     */
    static SourceType of(String path, long fileType) throws HDF5Exception {
        int typeClass = H5.H5Tget_class(fileType);
        if (typeClass == HDF5Constants.H5T_INTEGER) {
            boolean signed = H5.H5Tget_sign(fileType) != HDF5Constants.H5T_SGN_NONE;
            return number(path, fileType, signed ? SIGNED : UNSIGNED);
        }
        if (typeClass == HDF5Constants.H5T_FLOAT) {
            return real(fileType);
        }
        if (typeClass == HDF5Constants.H5T_BITFIELD) {
            SourceType integer = number(path, fileType, UNSIGNED);
            integer.close();
            long same = List.of(
                            HDF5Constants.H5T_STD_B8LE,
                            HDF5Constants.H5T_STD_B16LE,
                            HDF5Constants.H5T_STD_B32LE,
                            HDF5Constants.H5T_STD_B64LE)
                    .get(UNSIGNED.indexOf(integer.type.kind()));
            return new SourceType(copied(same), integer.type, integer.copy);
        }
        if (typeClass == HDF5Constants.H5T_STRING) {
            return string(fileType);
        }
        if (typeClass == HDF5Constants.H5T_ENUM) {
            return enumeration(fileType);
        }
        if (typeClass == HDF5Constants.H5T_COMPOUND) {
            return compound(path, fileType);
        }
        if (typeClass == HDF5Constants.H5T_ARRAY) {
            return array(path, fileType);
        }
        if (typeClass == HDF5Constants.H5T_VLEN) {
            return sequence(path, fileType);
        }
        if (typeClass == HDF5Constants.H5T_OPAQUE) {
            return raw(fileType);
        }
        if (H5.H5Tequal(fileType, HDF5Constants.H5T_STD_REF_OBJ)) {
            return text(fileType, new SourceCopy.Reference(HDF5Constants.H5R_OBJECT, H5.H5Tget_size(fileType)));
        }
        if (H5.H5Tequal(fileType, HDF5Constants.H5T_STD_REF_DSETREG)) {
            return text(fileType, new SourceCopy.Reference(HDF5Constants.H5R_DATASET_REGION, H5.H5Tget_size(fileType)));
        }
        throw refused(path, fileType, "a type that NumPy, too, has a value for");
    }

    /** Elements as they are in the file, which have nothing elsewhere. */
    static SourceType raw(long fileType) throws HDF5Exception {
        int bytes = Math.toIntExact(H5.H5Tget_size(fileType));
        ColumnType bytewise = ColumnType.scalar(Kind.UINT8).shaped(List.of(bytes));
        return new SourceType(copied(fileType), bytewise, new SourceCopy.Plain(bytes));
    }

    private static final List<Kind> SIGNED = List.of(Kind.INT8, Kind.INT16, Kind.INT32, Kind.INT64);
    private static final List<Kind> UNSIGNED = List.of(Kind.UINT8, Kind.UINT16, Kind.UINT32, Kind.UINT64);

    private static StoreException refused(String path, long fileType, String expected) throws HDF5Exception {
        return StoreException.schema(path, expected, TypeText.of(fileType));
    }

    /** A number of the least width that holds it; the library converts those of odd widths. */
    private static SourceType number(String path, long fileType, List<Kind> kinds) throws HDF5Exception {
        long bytes = H5.H5Tget_size(fileType);
        boolean onlySwapped = isOnlySwapped(fileType);
        for (int i = 0; i < kinds.size(); i++) {
            if (onlySwapped ? bytes < 1 << i : bytes <= 1 << i) {
                return plain(ColumnType.scalar(kinds.get(i)));
            }
        }
        throw refused(
                path,
                fileType,
                onlySwapped ? "a big-endian integer that uses all of its 8 bytes" : "an integer of at most 64 bits");
    }

    /**
     * Whether the library, which is to turn the bytes of a number round, forgets to extend its sign beyond its precision ({@code
     * H5T__conv_order_opt}): it does not if the number has another width in memory.
     */
    private static boolean isOnlySwapped(long fileType) throws HDF5Exception {
        return H5.H5Tget_order(fileType) == HDF5Constants.H5T_ORDER_BE
                && H5.H5Tget_offset(fileType) == 0
                && H5.H5Tget_precision(fileType) < Byte.SIZE * H5.H5Tget_size(fileType);
    }

    /** A float; of a format that Java does not have, such as x86's of 80 bits, the nearest 64-bit one, to which the library converts it. */
    private static SourceType real(long fileType) throws HDF5Exception {
        for (Kind kind : List.of(Kind.FLOAT64, Kind.FLOAT32, Kind.FLOAT16)) {
            try (Handle same = Types.of(ColumnType.scalar(kind))) {
                boolean little = H5.H5Tequal(fileType, same.id);
                H5.H5Tset_order(same.id, HDF5Constants.H5T_ORDER_BE);
                if (little || H5.H5Tequal(fileType, same.id)) {
                    return plain(ColumnType.scalar(kind));
                }
            }
        }
        return plain(ColumnType.scalar(fitsFloat32(fileType) ? Kind.FLOAT32 : Kind.FLOAT64));
    }

    /** Whether a 32-bit float holds all values of a float of another format, such as bfloat16. */
    private static boolean fitsFloat32(long fileType) throws HDF5Exception {
        long[] fields =
                new long[5]; // the places of the sign, of the exponent, and its bits, of the mantissa, and its bits
        H5.H5Tget_fields(fileType, fields);
        return fields[2] <= 8 && fields[4] <= 23 && H5.H5Tget_ebias(fileType) < 1 << (fields[2] - 1);
    }

    private static SourceType plain(ColumnType type) throws HDF5Exception {
        return new SourceType(Types.of(type), type, new SourceCopy.Plain(type.elementBytes()));
    }

    private static Handle copied(long type) throws HDF5Exception {
        return Handle.type(H5.H5Tcopy(type));
    }

    private static SourceType text(long fileType, SourceCopy copy) throws HDF5Exception {
        return new SourceType(copied(fileType), ColumnType.scalar(Kind.STRING), copy);
    }

    private static SourceType string(long fileType) throws HDF5Exception {
        if (H5.H5Tis_variable_str(fileType)) {
            return text(fileType, new SourceCopy.Text());
        }
        int bytes = Math.toIntExact(H5.H5Tget_size(fileType));
        int padding = H5.H5Tget_strpad(fileType);
        SourceCopy copy = padding == HDF5Constants.H5T_STR_NULLPAD
                ? new SourceCopy.Plain(bytes)
                : new SourceCopy.Padded(bytes, padding == HDF5Constants.H5T_STR_SPACEPAD);
        return new SourceType(copied(fileType), ColumnType.fixedString(bytes), copy);
    }

    private static SourceType enumeration(long fileType) throws HDF5Exception {
        record Symbol(String name, BigInteger value) {}
        List<Symbol> symbols = new ArrayList<>();
        for (int i = 0; i < H5.H5Tget_nmembers(fileType); i++) {
            byte[] value = new byte[(int) H5.H5Tget_size(fileType)];
            H5.H5Tget_member_value(fileType, i, value);
            symbols.add(new Symbol(H5.H5Tget_member_name(fileType, i), TypeText.number(fileType, value)));
        }
        symbols.sort(Comparator.comparing(Symbol::value));
        List<String> names = symbols.stream().map(Symbol::name).toList();
        // h5py's bool; the values must be those, too, because others may stand in the file
        boolean bool = names.equals(List.of("FALSE", "TRUE"))
                && symbols.get(0).value.signum() == 0
                && symbols.get(1).value.equals(BigInteger.ONE);
        return plain(bool ? ColumnType.scalar(Kind.BOOL) : ColumnType.enumeration(names));
    }

    private static SourceType compound(String path, long fileType) throws HDF5Exception {
        List<SourceType> parts = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        List<SourceCopy> copies = new ArrayList<>();
        try {
            Set<String> names = new HashSet<>();
            long size = 0;
            for (int i = 0; i < H5.H5Tget_nmembers(fileType); i++) {
                String name = H5.H5Tget_member_name(fileType, i);
                if (!names.add(name)) {
                    throw refused(path, fileType, "a compound whose members have names of their own");
                }
                try (Handle member = Handle.type(H5.H5Tget_member_type(fileType, i))) {
                    SourceType part = of(path, member.id);
                    parts.add(part);
                    members.add(new Member(name, part.type, Math.toIntExact(size)));
                    copies.add(part.copy);
                    size += part.copy.bytes();
                }
            }
            Handle memory = Handle.type(H5.H5Tcreate(HDF5Constants.H5T_COMPOUND, size));
            for (int i = 0; i < parts.size(); i++) {
                H5.H5Tinsert(memory.id, members.get(i).name(), members.get(i).offset(), parts.get(i).memory.id);
            }
            return new SourceType(memory, ColumnType.compound(members), SourceCopy.compound(copies));
        } finally {
            for (SourceType part : parts) {
                part.close();
            }
        }
    }

    private static SourceType array(String path, long fileType) throws HDF5Exception {
        long[] extents = new long[H5.H5Tget_array_ndims(fileType)];
        H5.H5Tget_array_dims(fileType, extents);
        try (Handle base = Handle.type(H5.H5Tget_super(fileType));
                SourceType element = of(path, base.id)) {
            if (element.type.ragged()) {
                throw refused(path, fileType, "an array of what has a fixed size, or of strings");
            }
            List<Integer> shape = new ArrayList<>();
            Arrays.stream(extents).forEach(extent -> shape.add(Math.toIntExact(extent)));
            int count = shape.stream().reduce(1, Math::multiplyExact);
            shape.addAll(element.type.shape());
            return new SourceType(
                    Handle.type(H5.H5Tarray_create(element.memory.id, extents.length, extents)),
                    element.type.shaped(shape),
                    SourceCopy.array(element.copy, count));
        }
    }

    private static SourceType sequence(String path, long fileType) throws HDF5Exception {
        try (Handle base = Handle.type(H5.H5Tget_super(fileType));
                SourceType element = of(path, base.id)) {
            if (element.type.ragged() || !element.type.shape().isEmpty()) {
                throw refused(path, fileType, "a sequence of single elements");
            }
            return new SourceType(
                    Handle.type(H5.H5Tvlen_create(element.memory.id)),
                    element.type.anyNumber(),
                    new SourceCopy.Sequence(element.copy));
        }
    }
}
