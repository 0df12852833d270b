package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Datatypes as {@code h5dump -H} prints them behind {@code DATATYPE}, on one line. The words are those of h5dump 1.10; later versions of
 * h5dump have names for some types that earlier ones describe, such as half precision.
 */
public final class TypeText {

    private static final int MAX_NAME = 1 << 12;

    private TypeText() {}

    /** The quoted path of a committed type; the {@link #structure} of any other type. */
    public static String of(long type) throws HDF5Exception {
        String name = H5.H5Tcommitted(type) ? name(type) : null;
        return name == null ? structure(type) : '"' + name + '"';
    }

    /** The structure of a type, committed or not. */
    public static String structure(long type) throws HDF5Exception {
        return describe(type).replaceAll("\\s+", " "); // names may contain anything
    }

    /** The offsets of a type's members, which h5dump does not print. */
    public static String places(long type) throws HDF5Exception {
        int typeClass = H5.H5Tget_class(type);
        String size = H5.H5Tget_size(type) + " bytes";
        if (typeClass == HDF5Constants.H5T_COMPOUND) {
            List<String> members = new ArrayList<>();
            for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
                try (Handle member = Handle.type(H5.H5Tget_member_type(type, i))) {
                    members.add('"' + Named.member(type, i) + "\" at byte " + H5.H5Tget_member_offset(type, i) + " ("
                            + places(member.id) + ")");
                }
            }
            return size + ": " + String.join(", ", members);
        }
        if (typeClass == HDF5Constants.H5T_INTEGER || typeClass == HDF5Constants.H5T_BITFIELD) {
            return size + ", " + span(H5.H5Tget_offset(type), H5.H5Tget_precision(type)) + " used";
        }
        if (typeClass == HDF5Constants.H5T_FLOAT) {
            long[] fields = new long[5];
            H5.H5Tget_fields(type, fields);
            return size + ", sign in bit " + fields[0] + ", exponent in " + span(fields[1], fields[2]) + " with bias "
                    + H5.H5Tget_ebias(type) + ", fraction in " + span(fields[3], fields[4]);
        }
        if (typeClass == HDF5Constants.H5T_ARRAY
                || typeClass == HDF5Constants.H5T_VLEN
                || typeClass == HDF5Constants.H5T_ENUM) {
            try (Handle base = Handle.type(H5.H5Tget_super(type))) {
                return size + " of " + places(base.id);
            }
        }
        return size;
    }

    private static String span(long first, long count) {
        return "bits " + first + " to " + (first + count - 1);
    }

    private static String describe(long type) throws HDF5Exception {
        int typeClass = H5.H5Tget_class(type);
        if (typeClass == HDF5Constants.H5T_INTEGER) {
            return integer(type);
        }
        if (typeClass == HDF5Constants.H5T_FLOAT) {
            return real(type);
        }
        if (typeClass == HDF5Constants.H5T_STRING) {
            return string(type);
        }
        if (typeClass == HDF5Constants.H5T_BITFIELD) {
            return isStandard(type) ? "H5T_STD_B" + bits(type) + order(type) : "undefined bitfield";
        }
        if (typeClass == HDF5Constants.H5T_OPAQUE) {
            return "H5T_OPAQUE { OPAQUE_TAG \"" + H5.H5Tget_tag(type) + "\"; }";
        }
        if (typeClass == HDF5Constants.H5T_COMPOUND) {
            return compound(type);
        }
        if (typeClass == HDF5Constants.H5T_REFERENCE) {
            return "H5T_REFERENCE { " + reference(type) + " }";
        }
        if (typeClass == HDF5Constants.H5T_ENUM) {
            return enumeration(type);
        }
        if (typeClass == HDF5Constants.H5T_VLEN) {
            return "H5T_VLEN { " + base(type) + "}"; // h5dump leaves the space out
        }
        if (typeClass == HDF5Constants.H5T_ARRAY) {
            return array(type);
        }
        return typeClass == HDF5Constants.H5T_TIME ? "H5T_TIME: not yet implemented" : "unknown datatype";
    }

    private static String integer(long type) throws HDF5Exception {
        boolean signed = H5.H5Tget_sign(type) != HDF5Constants.H5T_SGN_NONE;
        return isStandard(type)
                ? "H5T_STD_" + (signed ? "I" : "U") + bits(type) + order(type)
                : bits(type) + "-bit" + endian(type) + (signed ? "" : " unsigned") + " integer " + precision(type);
    }

    private static String real(long type) throws HDF5Exception {
        Map<String, Long> predefined = Map.of(
                "H5T_IEEE_F32LE", HDF5Constants.H5T_IEEE_F32LE,
                "H5T_IEEE_F32BE", HDF5Constants.H5T_IEEE_F32BE,
                "H5T_IEEE_F64LE", HDF5Constants.H5T_IEEE_F64LE,
                "H5T_IEEE_F64BE", HDF5Constants.H5T_IEEE_F64BE);
        for (Map.Entry<String, Long> entry : predefined.entrySet()) {
            if (H5.H5Tequal(type, entry.getValue())) {
                return entry.getKey();
            }
        }
        return bits(type) + "-bit" + endian(type) + " floating-point " + precision(type);
    }

    private static String string(long type) throws HDF5Exception {
        int padding = H5.H5Tget_strpad(type);
        String pad = padding == HDF5Constants.H5T_STR_NULLTERM
                ? "NULLTERM"
                : padding == HDF5Constants.H5T_STR_NULLPAD
                        ? "NULLPAD"
                        : padding == HDF5Constants.H5T_STR_SPACEPAD ? "SPACEPAD" : "UNKNOWN";
        int set = H5.H5Tget_cset(type);
        String characters =
                set == HDF5Constants.H5T_CSET_ASCII ? "ASCII" : set == HDF5Constants.H5T_CSET_UTF8 ? "UTF8" : "UNKNOWN";
        String size = H5.H5Tis_variable_str(type) ? "H5T_VARIABLE" : Long.toString(H5.H5Tget_size(type));
        return "H5T_STRING { STRSIZE " + size + "; STRPAD H5T_STR_" + pad + "; CSET H5T_CSET_" + characters
                + "; CTYPE H5T_C_S1; }";
    }

    private static String compound(long type) throws HDF5Exception {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
            try (Handle member = Handle.type(H5.H5Tget_member_type(type, i))) {
                members.add(of(member.id) + " \"" + Named.member(type, i) + "\"; ");
            }
        }
        return "H5T_COMPOUND { " + String.join("", members) + "}";
    }

    private static String reference(long type) throws HDF5Exception {
        if (H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_OBJ)) {
            return "H5T_STD_REF_OBJECT";
        }
        return H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_DSETREG) ? "H5T_STD_REF_DSETREG" : "UNDEFINED";
    }

    private static String enumeration(long type) throws HDF5Exception {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < H5.H5Tget_nmembers(type); i++) {
            byte[] value = new byte[(int) H5.H5Tget_size(type)];
            H5.H5Tget_member_value(type, i, value);
            members.add('"' + Named.member(type, i) + "\" " + number(type, value) + "; ");
        }
        return "H5T_ENUM { " + base(type) + "; " + String.join("", members) + "}";
    }

    public static BigInteger number(long enumeration, byte[] bytes) throws HDF5Exception {
        try (Handle base = Handle.type(H5.H5Tget_super(enumeration))) {
            byte[] bigEndian = bytes.clone();
            if (H5.H5Tget_order(base.id) == HDF5Constants.H5T_ORDER_LE) {
                for (int i = 0; i < bytes.length; i++) {
                    bigEndian[i] = bytes[bytes.length - 1 - i];
                }
            }
            return H5.H5Tget_sign(base.id) == HDF5Constants.H5T_SGN_NONE
                    ? new BigInteger(1, bigEndian)
                    : new BigInteger(bigEndian);
        }
    }

    private static String array(long type) throws HDF5Exception {
        long[] extent = new long[H5.H5Tget_array_ndims(type)];
        H5.H5Tget_array_dims(type, extent);
        String axes =
                LongStream.of(extent).mapToObj(length -> "[" + length + "]").collect(Collectors.joining());
        return "H5T_ARRAY { " + axes + " " + base(type) + " }";
    }

    private static String base(long type) throws HDF5Exception {
        try (Handle base = Handle.type(H5.H5Tget_super(type))) {
            return of(base.id);
        }
    }

    /** The path of a committed type; null if the file has no link to the type any more. */
    private static @Nullable String name(long type) throws HDF5Exception {
        byte[] reference = H5.H5Rcreate(type, ".", HDF5Constants.H5R_OBJECT, -1);
        String[] name = {""};
        long length = H5.H5Rget_name(type, HDF5Constants.H5R_OBJECT, reference, name, MAX_NAME);
        return length > 0 ? name[0] : null;
    }

    /** Whether an integer or bit field has 8, 16, 32 or 64 bits and uses all of them as its precision. */
    private static boolean isStandard(long type) throws HDF5Exception {
        long bits = bits(type);
        return bits == H5.H5Tget_precision(type) && bits <= Long.SIZE && Long.bitCount(bits) == 1;
    }

    private static long bits(long type) throws HDF5Exception {
        return Byte.SIZE * H5.H5Tget_size(type);
    }

    private static String precision(long type) throws HDF5Exception {
        return H5.H5Tget_precision(type) + "-bit precision";
    }

    private static String order(long type) throws HDF5Exception {
        return H5.H5Tget_order(type) == HDF5Constants.H5T_ORDER_BE ? "BE" : "LE";
    }

    private static String endian(long type) throws HDF5Exception {
        if (H5.H5Tget_size(type) == 1) {
            return "";
        }
        int order = H5.H5Tget_order(type);
        return order == HDF5Constants.H5T_ORDER_LE
                ? " little-endian"
                : order == HDF5Constants.H5T_ORDER_BE
                        ? " big-endian"
                        : order == HDF5Constants.H5T_ORDER_VAX ? " mixed-endian" : " unknown-byte-order";
    }
}
