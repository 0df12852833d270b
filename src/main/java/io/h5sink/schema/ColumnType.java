package io.h5sink.schema;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one row of a column holds: the kind of its elements and their shape. This is the word that all rooms of the house
 * share.
 *
 * @param kind what an element is
 * @param shape the extent of each axis after the first; empty for a scalar, {@code [k]} for an array, {@code [k, m]} for
 *     an array of arrays, and so on
 * @param ragged whether a row holds any number of elements, as an HDF5 sequence of variable length; its shape is then empty
 * @param symbols the names of an enumeration in the order of their values, which count from 0; empty for other kinds
 * @param length the bytes of a string of fixed length or an opaque element; 0 for other kinds
 * @param members what a compound element consists of, without gaps; empty for other kinds
 * @param fill what stands for an element that is missing, as its stored bytes; for strings of variable length their UTF-8
 *     and a NUL; null if that was not declared
 */
public record ColumnType(
        Kind kind,
        List<Integer> shape,
        boolean ragged,
        List<String> symbols,
        int length,
        List<Member> members,
        @Nullable ByteBuffer fill) {

    /** What an element is, and how it is stored. Numbers are little-endian. */
    public enum Kind {
        /** Two's complement, 1 byte. */
        INT8(1),
        /** Two's complement, 2 bytes. */
        INT16(2),
        /** Two's complement, 4 bytes. */
        INT32(4),
        /** Two's complement, 8 bytes. */
        INT64(8),
        /** Unsigned, 1 byte. */
        UINT8(1),
        /** Unsigned, 2 bytes. */
        UINT16(2),
        /** Unsigned, 4 bytes. */
        UINT32(4),
        /** Unsigned, 8 bytes. */
        UINT64(8),
        /** IEEE 754 binary16. */
        FLOAT16(2),
        /** IEEE 754 binary32. */
        FLOAT32(4),
        /** IEEE 754 binary64. */
        FLOAT64(8),
        /** An HDF5 enumeration of {@code FALSE} = 0 and {@code TRUE} = 1 on 1 byte, which h5py reads as {@code bool}. */
        BOOL(1),
        /** An HDF5 enumeration on the smallest signed integer that numbers all constants. */
        ENUM(0),
        /** One UTF-16 code unit as a string of at most 3 bytes of UTF-8. */
        CHAR(3),
        /** A string of variable length in UTF-8. */
        STRING(0),
        /** A string of fixed length in UTF-8, padded with NUL. */
        FIXED_STRING(0),
        /** Bytes of which HDF5 knows nothing but how many they are; read only. */
        OPAQUE(0),
        /** A UUID as its 36 characters (RFC 9562, section 4). */
        UUID(36),
        /** An instant: nanoseconds since 1970-01-01T00:00Z, 8 bytes. */
        INSTANT(8, "nanoseconds since 1970-01-01"),
        /** A date and time without a zone: nanoseconds since 1970-01-01T00:00, 8 bytes. */
        LOCAL_DATE_TIME(8, "nanoseconds since 1970-01-01"),
        /** A date: days since 1970-01-01, 8 bytes. */
        LOCAL_DATE(8, "days since 1970-01-01"),
        /** A time of day: nanoseconds since midnight, 8 bytes. */
        LOCAL_TIME(8, "nanoseconds"),
        /** A duration: nanoseconds, 8 bytes. */
        DURATION(8, "nanoseconds"),
        /** Members of other types, one after the other. */
        COMPOUND(0);

        private final int bytes;
        private final @Nullable String units;

        Kind(int bytes) {
            this(bytes, null);
        }

        Kind(int bytes, @Nullable String units) {
            this.bytes = bytes;
            this.units = units;
        }

        /**
         * What the numbers of a time count, in the words of the CF conventions (section 4.4).
         *
         * @return the attribute {@code units}; null for kinds that are no times
         */
        public @Nullable String units() {
            return units;
        }
    }

    /**
     * A part of a compound element.
     *
     * @param name its name
     * @param type what it holds
     * @param offset where it starts in the element, in bytes
     */
    public record Member(String name, ColumnType type, int offset) {}

    /**
     * A type of one element a row.
     *
     * @param kind what the element is
     * @return the type
     */
    public static ColumnType scalar(Kind kind) {
        return new ColumnType(kind, List.of(), false, List.of(), 0, List.of(), null);
    }

    /**
     * An enumeration of one element a row.
     *
     * @param symbols its names, whose values count from 0
     * @return the type
     */
    public static ColumnType enumeration(List<String> symbols) {
        return new ColumnType(Kind.ENUM, List.of(), false, List.copyOf(symbols), 0, List.of(), null);
    }

    /**
     * A string of fixed length.
     *
     * @param bytes its length
     * @return the type
     */
    public static ColumnType fixedString(int bytes) {
        return new ColumnType(Kind.FIXED_STRING, List.of(), false, List.of(), bytes, List.of(), null);
    }

    /**
     * An opaque element.
     *
     * @param bytes its length
     * @return the type
     */
    public static ColumnType opaque(int bytes) {
        return new ColumnType(Kind.OPAQUE, List.of(), false, List.of(), bytes, List.of(), null);
    }

    /**
     * A compound of one element a row.
     *
     * @param members its parts
     * @return the type
     */
    public static ColumnType compound(List<Member> members) {
        return new ColumnType(Kind.COMPOUND, List.of(), false, List.of(), 0, List.copyOf(members), null);
    }

    /**
     * The same elements in another shape.
     *
     * @param extents the extent of each axis after the first
     * @return the type
     */
    public ColumnType shaped(List<Integer> extents) {
        return new ColumnType(kind, List.copyOf(extents), ragged, symbols, length, members, fill);
    }

    /**
     * The same elements, any number of them in a row.
     *
     * @return the type
     */
    public ColumnType anyNumber() {
        return new ColumnType(kind, List.of(), true, symbols, length, members, null);
    }

    /**
     * A single one of the elements.
     *
     * @return the type
     */
    public ColumnType one() {
        return new ColumnType(kind, List.of(), false, symbols, length, members, fill);
    }

    /**
     * The same type with a declared fill value.
     *
     * @param element the stored bytes of an element
     * @return the type
     */
    public ColumnType filledWith(ByteBuffer element) {
        return new ColumnType(kind, shape, ragged, symbols, length, members, element.asReadOnlyBuffer());
    }

    /**
     * Whether a row has no fixed number of bytes.
     *
     * @return true for strings of variable length and for ragged arrays
     */
    public boolean variable() {
        return ragged || kind == Kind.STRING;
    }

    /**
     * What a row takes in a chunk and in memory: for what varies, the references that the C library takes instead.
     *
     * @return bytes
     */
    public long referenceBytes() {
        return variable() ? Math.multiplyExact(elements(), 16L) : rowBytes();
    }

    /**
     * The stored size of one element.
     *
     * @return bytes; 0 where it varies
     */
    public int elementBytes() {
        return switch (kind) {
            case ENUM -> symbols.size() <= 1 << 7 ? 1 : symbols.size() <= 1 << 15 ? 2 : 4;
            case FIXED_STRING, OPAQUE -> length;
            case COMPOUND -> members.isEmpty() ? 0 : memberEnd(members.get(members.size() - 1));
            default -> kind.bytes;
        };
    }

    private static int memberEnd(Member last) {
        return Math.toIntExact(last.offset() + last.type().rowBytes());
    }

    /**
     * The number of elements in a row.
     *
     * @return the product of the shape
     */
    public long elements() {
        long product = 1;
        for (int extent : shape) {
            product = Math.multiplyExact(product, (long) extent);
        }
        return product;
    }

    /**
     * The stored size of one row.
     *
     * @return bytes; 0 where it varies
     */
    public long rowBytes() {
        return ragged ? 0 : Math.multiplyExact(elements(), (long) elementBytes());
    }

    /**
     * The element kind in NumPy's words.
     *
     * @return for example {@code float64}
     */
    public String kindName() {
        String name = switch (kind) {
            case ENUM -> "enum" + symbols.stream().collect(Collectors.joining(", ", "{", "}"));
            case STRING -> "variable-length UTF-8 string";
            case FIXED_STRING -> "UTF-8 string of " + length + " bytes";
            case OPAQUE -> "opaque of " + length + (length == 1 ? " byte" : " bytes");
            case CHAR, UUID -> "UTF-8 string of " + kind.bytes + " bytes";
            case INSTANT, LOCAL_DATE_TIME, LOCAL_DATE, LOCAL_TIME, DURATION -> "int64";
            case COMPOUND ->
                members.stream()
                        .map(member -> member.name() + ": " + member.type().elementName())
                        .collect(Collectors.joining(", ", "compound{", "}"));
            default -> kind.name().toLowerCase(Locale.ROOT);
        };
        return ragged ? "ragged " + name : name;
    }

    /**
     * What an element is.
     *
     * @return the kind's name, and the shape if there is one
     */
    public String elementName() {
        return kindName() + (shape.isEmpty() ? "" : shape.toString());
    }

    /**
     * The type as error messages show it.
     *
     * @return for example {@code float64 (N, 512)}
     */
    @Override
    public String toString() {
        return kindName()
                + (shape.isEmpty()
                        ? " (N,)"
                        : shape.stream().map(String::valueOf).collect(Collectors.joining(", ", " (N, ", ")")));
    }
}
