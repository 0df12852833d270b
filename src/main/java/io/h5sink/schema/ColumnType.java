package io.h5sink.schema;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The type of one row of a column: the kind of its elements and their shape. All packages share this type.
 *
 * @param kind the kind of an element
 * @param shape the extent of each axis after the first; empty for a scalar, {@code [k]} for an array, {@code [k, m]} for
 *     an array of arrays, and so on
 * @param ragged whether a row holds any number of elements, as an HDF5 sequence of variable length; its shape is then empty
 * @param symbols the names of an enumeration in the order of their values, which count from 0; empty for other kinds
 * @param length the bytes of a string of fixed length or an opaque element; 0 for other kinds
 * @param members the members of a compound element, without gaps; empty for other kinds
 * @param fill the stored bytes that stand for a missing element; for strings of variable length UTF-8 and a NUL; null if no fill value was
 *     declared
 */
public record ColumnType(
        Kind kind,
        List<Integer> shape,
        boolean ragged,
        List<String> symbols,
        int length,
        List<Member> members,
        @Nullable ByteBuffer fill) {

    /** The kind of an element, and how HDF5 stores it. Numbers are little-endian. */
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
        /** Bytes of which HDF5 knows only the number; no column of this kind is written. */
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
         * The unit and the epoch of the numbers of a time, in the words of the CF conventions (section 4.4).
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
     * @param type the type of the member
     * @param offset the offset of the member in the element, in bytes
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
     * This type with another shape.
     *
     * @param extents the extent of each axis after the first
     * @return the type
     */
    public ColumnType shaped(List<Integer> extents) {
        return new ColumnType(kind, List.copyOf(extents), ragged, symbols, length, members, fill);
    }

    /**
     * The type of rows with any number of these elements.
     *
     * @return the type
     */
    public ColumnType anyNumber() {
        return new ColumnType(kind, List.of(), true, symbols, length, members, null);
    }

    /**
     * The type of a single element.
     *
     * @return the type
     */
    public ColumnType one() {
        return new ColumnType(kind, List.of(), false, symbols, length, members, fill);
    }

    /**
     * This type with a declared fill value.
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
     * The size of a row in a chunk and in memory; a value of variable length counts as the reference that the chunk holds.
     *
     * @return bytes
     */
    public long referenceBytes() {
        return variable() ? Math.multiplyExact(elements(), 16L) : rowBytes();
    }

    /**
     * The stored size of one element.
     *
     * @return bytes; 0 if the size varies
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
     * @return bytes; 0 if the size varies
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
     * The kind and the shape of an element.
     *
     * @return the kind's name, and the shape if the type has one
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
