package io.h5sink.hdf5.type;

import io.h5sink.filter.Filter;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.ArrayType;
import io.h5sink.format.message.Datatype.BitFieldType;
import io.h5sink.format.message.Datatype.ComplexType;
import io.h5sink.format.message.Datatype.CompoundType;
import io.h5sink.format.message.Datatype.EnumerationType;
import io.h5sink.format.message.Datatype.FixedPointType;
import io.h5sink.format.message.Datatype.FloatingPointType;
import io.h5sink.format.message.Datatype.NumberOrder;
import io.h5sink.format.message.Datatype.OpaqueType;
import io.h5sink.format.message.Datatype.ReferenceType;
import io.h5sink.format.message.Datatype.StringType;
import io.h5sink.format.message.Datatype.TimeType;
import io.h5sink.format.message.Datatype.VariableLengthType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Objects as {@code h5dump -pH} prints them, on one line. The words are those of h5dump 1.10; later versions of h5dump have names for some
 * types that earlier ones describe, such as half precision. The places of bytes are left out: sizes, offsets, external files and the
 * sources of virtual datasets.
 */
public final class H5DumpText {

    private static final int SZIP_K13 = 1;
    private static final int SZIP_HARDWARE = 2;
    private static final int SZIP_ENTROPY = 4;
    private static final int SZIP_LSB = 8;
    private static final int SZIP_MSB = 16;
    private static final int SZIP_NEAREST_NEIGHBOUR = 32;
    private static final int SZIP_RAW = 128;

    private H5DumpText() {}

    /** A group at a path. */
    public static String group(String path) {
        return "GROUP \"" + path + '"';
    }

    /** A group that holds a dataset, within nested groups if the relative path has several names. */
    public static String group(String group, String relativePath, String content) {
        int slash = relativePath.indexOf('/');
        return group(group) + " { "
                + (slash < 0
                        ? dataset(relativePath, content)
                        : group(relativePath.substring(0, slash), relativePath.substring(slash + 1), content))
                + " }";
    }

    /** A committed datatype at a path. */
    public static String committed(String path, Datatype type) {
        return "DATATYPE \"" + path + "\" " + of(type) + ';';
    }

    /** A dataset of the given name. */
    public static String dataset(String name, String content) {
        return "DATASET \"" + name + "\" { " + content + " }";
    }

    /** The type and the space of a dataset. */
    public static String dataset(Datatype type, Dataspace space) {
        return dataset(type, null, space);
    }

    /**
     * The type and the space of a dataset.
     *
     * @param committed the path of the type if the type is a committed one; null for any other type, and if no link leads to the type
     */
    public static String dataset(Datatype type, @Nullable String committed, Dataspace space) {
        String name = committed == null ? "" : onOneLine('"' + committed + "\" ");
        return "DATATYPE " + name + of(type) + " DATASPACE " + space(space);
    }

    /** The text behind {@code DATATYPE}. */
    public static String of(Datatype type) {
        return onOneLine(described(type));
    }

    private static String onOneLine(String text) {
        return text.replaceAll("\\s+", " "); // names may contain anything
    }

    private static String described(Datatype type) {
        if (type instanceof FixedPointType integer) {
            return integer(integer);
        }
        if (type instanceof FloatingPointType real) {
            return real(real);
        }
        if (type instanceof StringType string) {
            return string(Long.toString(string.size()), string.padding(), string.characters());
        }
        if (type instanceof BitFieldType bits) {
            return isStandard(bits.size(), bits.precision())
                    ? "H5T_STD_B" + bits(bits) + order(bits.order())
                    : "undefined bitfield";
        }
        if (type instanceof OpaqueType opaque) {
            return "H5T_OPAQUE { OPAQUE_TAG \"" + opaque.tag() + "\"; }";
        }
        if (type instanceof CompoundType compound) {
            return "H5T_COMPOUND { "
                    + compound.members().stream()
                            .map(member -> described(member.type()) + " \"" + member.name() + "\"; ")
                            .collect(Collectors.joining())
                    + "}";
        }
        if (type instanceof ReferenceType reference) {
            return "H5T_REFERENCE { " + reference(reference.kind()) + " }";
        }
        if (type instanceof EnumerationType enumeration) {
            return enumeration(enumeration);
        }
        if (type instanceof VariableLengthType variable) {
            return variable.text()
                    ? string("H5T_VARIABLE", variable.padding(), variable.characters())
                    : "H5T_VLEN { " + described(variable.of()) + "}"; // h5dump leaves the space out
        }
        if (type instanceof ArrayType array) {
            String axes = array.dimensions().stream()
                    .map(length -> "[" + length + "]")
                    .collect(Collectors.joining());
            return "H5T_ARRAY { " + axes + " " + described(array.of()) + " }";
        }
        if (type instanceof ComplexType complex) {
            return "H5T_COMPLEX { " + described(complex.of()) + " }";
        }
        return type instanceof TimeType ? "H5T_TIME: not yet implemented" : "unknown datatype";
    }

    private static String integer(FixedPointType type) {
        return isStandard(type.size(), type.precision())
                ? "H5T_STD_" + (type.signed() ? "I" : "U") + bits(type) + order(type.order())
                : bits(type) + "-bit" + endian(type.size(), type.order()) + (type.signed() ? "" : " unsigned")
                        + " integer " + precision(type.precision());
    }

    private static String real(FloatingPointType type) {
        return isIeee(type)
                ? "H5T_IEEE_F" + bits(type) + order(type.order())
                : bits(type) + "-bit" + endian(type.size(), type.order()) + " floating-point "
                        + precision(type.precision());
    }

    private static boolean isIeee(FloatingPointType type) {
        FloatingPointType littleEndian =
                type.order() == NumberOrder.BIG_ENDIAN ? type.in(NumberOrder.LITTLE_ENDIAN) : type;
        return littleEndian.equals(Datatype.ieee(4, 8)) || littleEndian.equals(Datatype.ieee(8, 11));
    }

    private static String string(String size, int padding, int characters) {
        String pad = switch (padding) {
            case Datatype.NULL_TERMINATED -> "NULLTERM";
            case Datatype.NULL_PADDED -> "NULLPAD";
            case Datatype.SPACE_PADDED -> "SPACEPAD";
            default -> "UNKNOWN";
        };
        String set = switch (characters) {
            case Datatype.ASCII -> "ASCII";
            case Datatype.UTF_8 -> "UTF8";
            default -> "UNKNOWN";
        };
        return "H5T_STRING { STRSIZE " + size + "; STRPAD H5T_STR_" + pad + "; CSET H5T_CSET_" + set
                + "; CTYPE H5T_C_S1; }";
    }

    private static String reference(int kind) {
        return switch (kind) {
            case ReferenceType.OBJECT -> "H5T_STD_REF_OBJECT";
            case ReferenceType.REGION -> "H5T_STD_REF_DSETREG";
            default -> "UNDEFINED";
        };
    }

    private static String enumeration(EnumerationType type) {
        return "H5T_ENUM { " + described(type.of()) + "; "
                + IntStream.range(0, type.names().size())
                        .mapToObj(i -> '"' + type.names().get(i) + "\" " + number(type, i) + "; ")
                        .collect(Collectors.joining())
                + "}";
    }

    /** The number of a name of an enumeration. */
    public static BigInteger number(EnumerationType type, int index) {
        ByteBuffer stored = type.value(index);
        byte[] bigEndian = new byte[stored.remaining()];
        stored.get(bigEndian);
        FixedPointType of = type.of() instanceof FixedPointType integer ? integer : null;
        if (of != null && of.order() == NumberOrder.LITTLE_ENDIAN) {
            for (int i = 0; i < bigEndian.length; i++) {
                bigEndian[i] = stored.get(bigEndian.length - 1 - i);
            }
        }
        return of != null && !of.signed() ? new BigInteger(1, bigEndian) : new BigInteger(bigEndian);
    }

    /** The sizes and offsets of a type's parts, which h5dump does not print. */
    public static String places(Datatype type) {
        return onOneLine(placed(type));
    }

    private static String placed(Datatype type) {
        String size = type.size() + " bytes";
        if (type instanceof CompoundType compound) {
            return size + ": "
                    + compound.members().stream()
                            .map(member -> '"' + member.name() + "\" at byte " + member.offset() + " ("
                                    + placed(member.type()) + ")")
                            .collect(Collectors.joining(", "));
        }
        if (type instanceof FixedPointType integer) {
            return size + ", " + span(integer.offset(), integer.precision()) + " used";
        }
        if (type instanceof BitFieldType bits) {
            return size + ", " + span(bits.offset(), bits.precision()) + " used";
        }
        if (type instanceof FloatingPointType real) {
            return size + ", sign in bit " + real.sign() + ", exponent in "
                    + span(real.exponent(), real.exponentBits()) + " with bias " + real.bias() + ", fraction in "
                    + span(real.fraction(), real.fractionBits());
        }
        if (type instanceof ArrayType array) {
            return size + " of " + placed(array.of());
        }
        if (type instanceof VariableLengthType variable && !variable.text()) {
            return size + " of " + placed(variable.of());
        }
        return type instanceof EnumerationType enumeration ? size + " of " + placed(enumeration.of()) : size;
    }

    private static String span(int first, int count) {
        return "bits " + first + " to " + (first + count - 1);
    }

    /** Whether an integer or bit field has 8, 16, 32 or 64 bits and uses all of them. */
    private static boolean isStandard(long size, int precision) {
        long bits = Byte.SIZE * size;
        return bits == precision && bits <= Long.SIZE && Long.bitCount(bits) == 1;
    }

    private static long bits(Datatype type) {
        return Byte.SIZE * type.size();
    }

    private static String precision(int bits) {
        return bits + "-bit precision";
    }

    private static String order(NumberOrder order) {
        return order == NumberOrder.BIG_ENDIAN ? "BE" : "LE";
    }

    private static String endian(long size, NumberOrder order) {
        if (size == 1) {
            return "";
        }
        return switch (order) {
            case LITTLE_ENDIAN -> " little-endian";
            case BIG_ENDIAN -> " big-endian";
            case VAX -> " mixed-endian";
        };
    }

    /** The text behind {@code DATASPACE}. */
    public static String space(Dataspace space) {
        return switch (space.kind()) {
            case NULL -> "NULL";
            case SCALAR -> "SCALAR";
            case SIMPLE -> "SIMPLE { " + axes(space.dimensions()) + " / " + axes(space.maxDimensions()) + " }";
        };
    }

    private static String axes(List<Long> lengths) {
        return lengths.stream()
                .map(length -> length == Dataspace.UNLIMITED ? "H5S_UNLIMITED" : Long.toUnsignedString(length))
                .collect(Collectors.joining(", ", "( ", " )"));
    }

    /** The storage of a dataset that is not chunked, and so has no filters. */
    public static String storage(DataLayout layout) {
        String words = switch (layout.kind()) {
            case DataLayout.CONTIGUOUS -> "CONTIGUOUS";
            case DataLayout.COMPACT -> "COMPACT";
            default -> "VIRTUAL";
        };
        return "STORAGE_LAYOUT { " + words + " } FILTERS { NONE }";
    }

    /** The storage of a chunked dataset whose filters have no names in the file. */
    public static String chunks(long[] chunk, List<Filter> filters) {
        return chunks(chunk, filters, Collections.nCopies(filters.size(), ""));
    }

    /**
     * The storage of a chunked dataset.
     *
     * @param names the filters' names in the file; an empty one for a filter without a name
     */
    public static String chunks(long[] chunk, List<Filter> filters, List<String> names) {
        String extents = axes(LongStream.of(chunk).boxed().toList());
        return "STORAGE_LAYOUT { CHUNKED " + extents + " } FILTERS { " + filters(filters, names) + " }";
    }

    /**
     * The text within {@code FILTERS}.
     *
     * @param names the filters' names in the file; an empty one for a filter without a name
     */
    public static String filters(List<Filter> filters, List<String> names) {
        StringJoiner words = new StringJoiner(" ").setEmptyValue("NONE");
        for (int i = 0; i < filters.size(); i++) {
            words.add(filter(filters.get(i).id(), names.get(i), filters.get(i).values()));
        }
        return words.toString();
    }

    private static String filter(int id, String name, List<Integer> values) {
        return switch (id) {
            case Filter.GZIP -> "COMPRESSION DEFLATE { LEVEL " + value(values, 0) + " }";
            case Filter.SHUFFLE -> "PREPROCESSING SHUFFLE";
            case Filter.FLETCHER32 -> "CHECKSUM FLETCHER32";
            case Filter.SZIP -> "COMPRESSION SZIP { " + szip(value(values, 0), value(values, 1)) + " }";
            case Filter.N_BIT -> "COMPRESSION NBIT";
            case Filter.SCALE_OFFSET ->
                "COMPRESSION SCALEOFFSET { MIN BITS " + value(values, 0)
                        + " }"; // h5dump's label; the value is not a number of bits
            default ->
                "USER_DEFINED_FILTER { FILTER_ID " + id + (name.isEmpty() ? "" : " COMMENT " + name) + " PARAMS { "
                        + values.stream().map(value -> value + " ").collect(Collectors.joining()) + "} }";
        };
    }

    /** A client value; 0 if a damaged message has fewer values. */
    private static int value(List<Integer> values, int index) {
        return index < values.size() ? values.get(index) : 0;
    }

    private static String szip(int options, int pixelsPerBlock) {
        StringJoiner words = new StringJoiner(" ").add("PIXELS_PER_BLOCK " + pixelsPerBlock);
        words.add((options & SZIP_HARDWARE) != 0 ? "MODE HARDWARE" : (options & SZIP_K13) != 0 ? "MODE K13" : "");
        words.add("CODING").add((options & SZIP_ENTROPY) != 0 ? "ENTROPY" : "");
        words.add((options & SZIP_NEAREST_NEIGHBOUR) != 0 ? "NEAREST NEIGHBOUR" : "");
        words.add((options & SZIP_LSB) != 0 ? "BYTE_ORDER LSB" : (options & SZIP_MSB) != 0 ? "BYTE_ORDER MSB" : "");
        words.add((options & SZIP_RAW) != 0 ? "HEADER RAW" : "");
        return words.toString().replaceAll(" +", " ").strip();
    }

    /**
     * The fill value of a dataset without a fill value of its own.
     *
     * @param time the time at which HDF5 fills, as the fill value message has it: 0 on allocation, 1 never, 2 if a fill value is set
     * @param defined whether the fill value is HDF5's default, and not undefined
     */
    public static String fill(int time, boolean defined) {
        String when = time == 1 ? "NEVER" : time == 0 ? "ALLOC" : "IFSET";
        return "FILLVALUE { FILL_TIME H5D_FILL_TIME_" + when + " VALUE H5D_FILL_VALUE_"
                + (defined ? "DEFAULT" : "UNDEFINED") + " }";
    }
}
