package io.h5sink.jhdf5.type;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.message.Datatype;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryDatatype;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.ColumnType.Member;
import io.h5sink.storage.StorageException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A type in a file as it is read: the memory type, to which the C library converts byte order and gaps, and the form in which elements are
 * given to the caller. Elements of fixed size are given as they are in memory, little-endian.
 */
public final class LibraryType implements AutoCloseable {

    /** The type in memory. */
    public final Handle memory;

    public final ColumnType type;
    public final LibraryElements copy;

    private LibraryType(Handle memory, ColumnType type, LibraryElements copy) {
        this.memory = memory;
        this.type = type;
        this.copy = copy;
    }

    @Override
    public void close() throws HDF5Exception {
        memory.close();
    }

    /**
     * Finds the memory type of a type of a file.
     *
     * @throws StorageException if Java has no value for the type
     */
    public static LibraryType of(String path, long fileType) throws HDF5Exception {
        int typeClass = H5.H5Tget_class(fileType);
        if (typeClass == HDF5Constants.H5T_INTEGER) {
            boolean signed = H5.H5Tget_sign(fileType) != HDF5Constants.H5T_SGN_NONE;
            return number(path, fileType, signed ? SIGNED : UNSIGNED);
        }
        if (typeClass == HDF5Constants.H5T_FLOAT) {
            return real(fileType);
        }
        if (typeClass == HDF5Constants.H5T_BITFIELD) {
            LibraryType integer = number(path, fileType, UNSIGNED);
            integer.close();
            long same = List.of(
                            HDF5Constants.H5T_STD_B8LE,
                            HDF5Constants.H5T_STD_B16LE,
                            HDF5Constants.H5T_STD_B32LE,
                            HDF5Constants.H5T_STD_B64LE)
                    .get(UNSIGNED.indexOf(integer.type.kind()));
            return new LibraryType(copied(same), integer.type, integer.copy);
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
            int bytes = Math.toIntExact(H5.H5Tget_size(fileType));
            return new LibraryType(copied(fileType), ColumnType.opaque(bytes), new LibraryElements.Plain(bytes));
        }
        if (H5.H5Tequal(fileType, HDF5Constants.H5T_STD_REF_OBJ)) {
            return text(
                    fileType, new LibraryElements.ReferenceElement(HDF5Constants.H5R_OBJECT, H5.H5Tget_size(fileType)));
        }
        if (H5.H5Tequal(fileType, HDF5Constants.H5T_STD_REF_DSETREG)) {
            return text(
                    fileType,
                    new LibraryElements.ReferenceElement(HDF5Constants.H5R_DATASET_REGION, H5.H5Tget_size(fileType)));
        }
        throw refused(path, fileType, "a type that NumPy, too, has a value for");
    }

    /** The type of elements as they are in the file, for elements without data elsewhere (strings and sequences of variable length). */
    public static LibraryType raw(long fileType) throws HDF5Exception {
        int bytes = Math.toIntExact(H5.H5Tget_size(fileType));
        ColumnType bytewise = ColumnType.scalar(Kind.UINT8).shaped(List.of(bytes));
        return new LibraryType(copied(fileType), bytewise, new LibraryElements.Plain(bytes));
    }

    private static final List<Kind> SIGNED = List.of(Kind.INT8, Kind.INT16, Kind.INT32, Kind.INT64);
    private static final List<Kind> UNSIGNED = List.of(Kind.UINT8, Kind.UINT16, Kind.UINT32, Kind.UINT64);

    private static StorageException refused(String path, long fileType, String expected) throws HDF5Exception {
        return StorageException.schema(path, expected, ObjectText.type(fileType));
    }

    /** A number type of the least width that holds all values; the C library converts numbers of odd widths. */
    private static LibraryType number(String path, long fileType, List<Kind> kinds) throws HDF5Exception {
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
     * Whether HDF5 would only swap the bytes of a number, and so not extend the sign beyond the precision ({@code H5T__conv_order_opt});
     * HDF5 does extend the sign if the number has another width in memory.
     */
    private static boolean isOnlySwapped(long fileType) throws HDF5Exception {
        return H5.H5Tget_order(fileType) == HDF5Constants.H5T_ORDER_BE
                && H5.H5Tget_offset(fileType) == 0
                && H5.H5Tget_precision(fileType) < Byte.SIZE * H5.H5Tget_size(fileType);
    }

    /** A float type; a format that Java lacks, such as x86's 80 bits, is converted by the C library to the nearest 64-bit float. */
    private static LibraryType real(long fileType) throws HDF5Exception {
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
        long[] fields = new long[5]; // positions: sign, exponent and its size, mantissa and its size
        H5.H5Tget_fields(fileType, fields);
        return fields[2] <= 8 && fields[4] <= 23 && H5.H5Tget_ebias(fileType) < 1 << (fields[2] - 1);
    }

    private static LibraryType plain(ColumnType type) throws HDF5Exception {
        return new LibraryType(Types.of(type), type, new LibraryElements.Plain(type.elementBytes()));
    }

    private static Handle copied(long type) throws HDF5Exception {
        return Handle.type(H5.H5Tcopy(type));
    }

    private static LibraryType text(long fileType, LibraryElements copy) throws HDF5Exception {
        return new LibraryType(copied(fileType), ColumnType.scalar(Kind.STRING), copy);
    }

    private static LibraryType string(long fileType) throws HDF5Exception {
        if (H5.H5Tis_variable_str(fileType)) {
            return text(fileType, new LibraryElements.Text());
        }
        int bytes = Math.toIntExact(H5.H5Tget_size(fileType));
        int padding = H5.H5Tget_strpad(fileType);
        LibraryElements copy = padding == HDF5Constants.H5T_STR_NULLPAD
                ? new LibraryElements.Plain(bytes)
                : new LibraryElements.Padded(bytes, padding == HDF5Constants.H5T_STR_SPACEPAD);
        return new LibraryType(copied(fileType), ColumnType.fixedString(bytes), copy);
    }

    private static LibraryType enumeration(long fileType) throws HDF5Exception {
        record Symbol(String name, BigInteger value) {}
        Datatype.EnumerationType type = (Datatype.EnumerationType) LibraryDatatype.of(fileType);
        List<Symbol> symbols = new ArrayList<>();
        for (int i = 0; i < type.names().size(); i++) {
            symbols.add(new Symbol(type.names().get(i), H5DumpText.number(type, i)));
        }
        symbols.sort(Comparator.comparing(Symbol::value));
        List<String> names = symbols.stream().map(Symbol::name).toList();
        // h5py's bool; the values must match too, since a file may have others
        boolean bool = names.equals(List.of("FALSE", "TRUE"))
                && symbols.get(0).value.signum() == 0
                && symbols.get(1).value.equals(BigInteger.ONE);
        return plain(bool ? ColumnType.scalar(Kind.BOOL) : ColumnType.enumeration(names));
    }

    private static LibraryType compound(String path, long fileType) throws HDF5Exception {
        List<LibraryType> parts = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        List<LibraryElements> copies = new ArrayList<>();
        try {
            Set<String> names = new HashSet<>();
            long size = 0;
            for (int i = 0; i < H5.H5Tget_nmembers(fileType); i++) {
                String name = Named.member(fileType, i);
                if (!names.add(name)) {
                    throw refused(path, fileType, "a compound whose members have names of their own");
                }
                try (Handle member = Handle.type(H5.H5Tget_member_type(fileType, i))) {
                    LibraryType part = of(path, member.id);
                    parts.add(part);
                    members.add(new Member(name, part.type, Math.toIntExact(size)));
                    copies.add(part.copy);
                    size += part.copy.bytes();
                }
            }
            Handle memory = Handle.type(H5.H5Tcreate(HDF5Constants.H5T_COMPOUND, size));
            for (int i = 0; i < parts.size(); i++) {
                Named.insert(memory.id, members.get(i).name(), members.get(i).offset(), parts.get(i).memory.id);
            }
            return new LibraryType(memory, ColumnType.compound(members), LibraryElements.compound(copies));
        } finally {
            for (LibraryType part : parts) {
                part.close();
            }
        }
    }

    private static LibraryType array(String path, long fileType) throws HDF5Exception {
        long[] extents = new long[H5.H5Tget_array_ndims(fileType)];
        H5.H5Tget_array_dims(fileType, extents);
        try (Handle base = Handle.type(H5.H5Tget_super(fileType));
                LibraryType element = of(path, base.id)) {
            if (element.type.ragged()) {
                throw refused(path, fileType, "an array of what has a fixed size, or of strings");
            }
            List<Integer> shape = new ArrayList<>();
            Arrays.stream(extents).forEach(extent -> shape.add(Math.toIntExact(extent)));
            int count = shape.stream().reduce(1, Math::multiplyExact);
            shape.addAll(element.type.shape());
            return new LibraryType(
                    Handle.type(H5.H5Tarray_create(element.memory.id, extents.length, extents)),
                    element.type.shaped(shape),
                    LibraryElements.array(element.copy, count));
        }
    }

    private static LibraryType sequence(String path, long fileType) throws HDF5Exception {
        try (Handle base = Handle.type(H5.H5Tget_super(fileType));
                LibraryType element = of(path, base.id)) {
            if (element.type.ragged() || !element.type.shape().isEmpty()) {
                throw refused(path, fileType, "a sequence of single elements");
            }
            return new LibraryType(
                    Handle.type(H5.H5Tvlen_create(element.memory.id)),
                    element.type.anyNumber(),
                    new LibraryElements.Sequence(element.copy));
        }
    }
}
