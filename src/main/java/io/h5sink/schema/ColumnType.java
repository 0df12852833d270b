package io.h5sink.schema;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What one row of a column holds: the kind of its elements and their shape. This is the word that all rooms of the house
 * share.
 *
 * @param kind what an element is
 * @param shape the extent of each axis after the first; empty for a scalar, {@code [k]} for an array, {@code [k, m]} for
 *     an array of arrays
 * @param symbols the names of an enumeration in the order of their values, which count from 0; empty for other kinds
 */
public record ColumnType(Kind kind, List<Integer> shape, List<String> symbols) {

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
        /** Nanoseconds since 1970-01-01T00:00Z, 8 bytes, with the attribute {@code units}. */
        INSTANT(8);

        private final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * A type of one element a row.
     *
     * @param kind what the element is
     * @return the type
     */
    public static ColumnType scalar(Kind kind) {
        return new ColumnType(kind, List.of(), List.of());
    }

    /**
     * Whether a row has no fixed number of bytes.
     *
     * @return true for strings
     */
    public boolean variable() {
        return kind == Kind.STRING;
    }

    /**
     * The stored size of one element.
     *
     * @return bytes; 0 where it varies
     */
    public int elementBytes() {
        if (kind == Kind.ENUM) {
            return symbols.size() <= 1 << 7 ? 1 : symbols.size() <= 1 << 15 ? 2 : 4;
        }
        return kind.bytes;
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
        return Math.multiplyExact(elements(), (long) elementBytes());
    }

    /**
     * The element kind in NumPy's words.
     *
     * @return for example {@code float64}
     */
    public String kindName() {
        return switch (kind) {
            case ENUM -> "enum" + symbols.stream().collect(Collectors.joining(", ", "{", "}"));
            case STRING -> "variable-length UTF-8 string";
            case CHAR -> "UTF-8 string of 3 bytes";
            case INSTANT -> "int64";
            default -> kind.name().toLowerCase(java.util.Locale.ROOT);
        };
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
