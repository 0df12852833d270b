package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A number. If no stored kind was declared, a number may come in any Java type if the column's kind holds its value exactly: 3 in a
 * column of float64 and 2.0 in one of int32, but not 2.5. If one was declared, each integer is checked or saturated, and a
 * floating-point number is rounded to the nearest, ties to even.
 */
final class NumberCell implements Cell {

    private final String column;
    private final ColumnType type;
    private final Kind kind;
    private final boolean declared;
    private final boolean unsigned;
    private final boolean saturate;
    private final long min;
    private final long max;

    NumberCell(String column, ColumnType type, ColumnRule rule) {
        this.column = column;
        this.type = type;
        this.kind = type.kind();
        this.declared = rule.stored() != null;
        this.unsigned = rule.unsigned();
        this.saturate = rule.saturate();
        int bits = 8 * type.elementBytes();
        boolean signed = kind.compareTo(Kind.INT64) <= 0;
        this.min = signed ? -1L << (bits - 1) : 0;
        this.max = signed ? ~min : bits == Long.SIZE ? Long.MAX_VALUE : (1L << bits) - 1; // no long is larger
    }

    static boolean isNumber(Kind kind) {
        return kind.compareTo(Kind.FLOAT64) <= 0;
    }

    @Override
    public void put(@Nullable Object value, ByteBuffer block, int at) {
        if (!(value instanceof Number number) || !(accepts(value.getClass()) || holds(number))) {
            throw new SchemaViolation(column, type.toString(), SchemaViolation.text(value), wayOut(value));
        }
        if (value instanceof Double || value instanceof Float) {
            putReal(number.doubleValue(), block, at);
        } else {
            putInteger(unsigned ? bits(number) : number.longValue(), block, at);
        }
    }

    /** Puts the number of an optional without a box; false if the value is no optional of a primitive number, or is empty. */
    boolean putOptional(@Nullable Object value, ByteBuffer block, int at) {
        if (value instanceof OptionalDouble optional && optional.isPresent() && accepts(Double.class)) {
            putReal(optional.getAsDouble(), block, at);
        } else if (value instanceof OptionalInt optional && optional.isPresent() && accepts(Integer.class)) {
            int number = optional.getAsInt();
            putInteger(unsigned ? Integer.toUnsignedLong(number) : number, block, at);
        } else if (value instanceof OptionalLong optional && optional.isPresent() && accepts(Long.class)) {
            putInteger(optional.getAsLong(), block, at);
        } else {
            return false;
        }
        return true;
    }

    /** Whether the column's kind, if no kind was declared, holds the number exactly. */
    private boolean holds(Number number) {
        if (unsigned || declared) {
            return false;
        }
        boolean wide = kind == Kind.FLOAT64;
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            return kind == Kind.FLOAT32
                    ? Double.isNaN(value) || (float) value == value
                    : wide || (value == Math.rint(value) && value >= min && value < 0x1p63 && (long) value <= max);
        }
        if (!isInteger(number)) {
            return false;
        }
        long value = number.longValue();
        if (wide || kind == Kind.FLOAT32) {
            double near = wide ? (double) value : (double) (float) value;
            return near != 0x1p63 && (long) near == value;
        }
        return value >= min && value <= max;
    }

    private static boolean isInteger(@Nullable Object value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
    }

    /** The declaration with which the column takes this value and all before, in words for a message; null if no declaration helps. */
    private @Nullable String wayOut(@Nullable Object value) {
        boolean real = value instanceof Double || value instanceof Float;
        if (unsigned || declared || !(real || isInteger(value))) {
            return null;
        }
        String stored = real || !isInteger(kind) ? "FLOAT64" : "INT64";
        boolean rounds = stored.equals("FLOAT64") && (kind == Kind.INT64 || kind == Kind.FLOAT64);
        return "column(\"" + column + "\", c -> c.as(StoredType." + stored + ")) takes both"
                + (rounds ? ", and rounds integers beyond 2^53" : "");
    }

    private static boolean isInteger(Kind kind) {
        return kind.compareTo(Kind.INT64) <= 0;
    }

    /** Whether numbers of a Java class can be in the column, whatever their value is. */
    boolean accepts(Class<?> number) {
        if (unsigned && number.isPrimitive()) {
            return storesBits(number);
        }
        int bits = number == byte.class || number == Byte.class
                ? Byte.SIZE
                : number == short.class || number == Short.class
                        ? Short.SIZE
                        : number == int.class || number == Integer.class
                                ? Integer.SIZE
                                : number == long.class || number == Long.class ? Long.SIZE : 0;
        if (bits > 0) {
            return switch (kind) {
                case FLOAT16 -> declared;
                case FLOAT32 -> declared || bits <= 24;
                case FLOAT64 -> declared || bits <= 53;
                default -> declared || bits <= 8 * type.elementBytes();
            };
        }
        if (number == float.class || number == Float.class) {
            return declared || kind == Kind.FLOAT32 || kind == Kind.FLOAT64;
        }
        return (number == double.class || number == Double.class) && (declared || kind == Kind.FLOAT64);
    }

    /** Whether numbers of a primitive type are stored as they are, bit for bit. */
    boolean storesBits(Class<?> primitive) {
        return switch (kind) {
            case INT8 -> primitive == byte.class;
            case INT16 -> primitive == short.class;
            case INT32 -> primitive == int.class;
            case INT64 -> primitive == long.class;
            case UINT8 -> unsigned && primitive == byte.class;
            case UINT16 -> unsigned && primitive == short.class;
            case UINT32 -> unsigned && primitive == int.class;
            case UINT64 -> unsigned && primitive == long.class;
            case FLOAT32 -> primitive == float.class;
            case FLOAT64 -> primitive == double.class;
            default -> false;
        };
    }

    void putInteger(long value, ByteBuffer block, int at) {
        switch (kind) {
            case FLOAT16 -> block.putShort(at, Half.of((double) value));
            case FLOAT32 -> block.putFloat(at, (float) value);
            case FLOAT64 -> block.putDouble(at, (double) value);
            default -> store(narrow(value), block, at);
        }
    }

    void putReal(double value, ByteBuffer block, int at) {
        switch (kind) {
            case FLOAT16 -> block.putShort(at, Half.of(value));
            case FLOAT32 -> block.putFloat(at, (float) value);
            case FLOAT64 -> block.putDouble(at, value);
            default -> store(narrow(value), block, at);
        }
    }

    private void store(long value, ByteBuffer block, int at) {
        switch (type.elementBytes()) {
            case 1 -> block.put(at, (byte) value);
            case 2 -> block.putShort(at, (short) value);
            case 4 -> block.putInt(at, (int) value);
            default -> block.putLong(at, value);
        }
    }

    /** An integer as the column's kind holds it; the integer's low bits are stored. */
    long narrow(long value) {
        if (unsigned || (value >= min && value <= max)) {
            return value;
        }
        if (saturate) {
            return value < min ? min : max;
        }
        throw outOfRange(Long.toString(value));
    }

    /** A floating-point number as an integer of the same value or, if {@code saturate} was declared, the nearest integer of the kind. */
    long narrow(double value) {
        double whole = saturate ? Math.rint(value) : value;
        // No long is 2^63 or more; -2^63 is a long. No integer is the nearest to NaN.
        boolean representable = whole >= -0x1p63 && whole < 0x1p63 && whole == Math.rint(whole);
        if (representable) {
            return narrow((long) whole);
        }
        if (kind == Kind.UINT64 && whole >= 0x1p63 && whole < 0x1p64) {
            return (long) (whole - 0x1p63) + Long.MIN_VALUE;
        }
        if (saturate && !Double.isNaN(value)) {
            return value < 0 ? min : kind == Kind.UINT64 ? -1 : max;
        }
        throw outOfRange(Double.toString(value));
    }

    private SchemaViolation outOfRange(String value) {
        String last = Long.toUnsignedString(kind == Kind.UINT64 ? -1 : max);
        return new SchemaViolation(column, "an integer from " + min + " to " + last + ", for " + type, value);
    }

    private static long bits(Number value) {
        return value instanceof Byte number
                ? Byte.toUnsignedLong(number)
                : value instanceof Short number
                        ? Short.toUnsignedLong(number)
                        : value instanceof Integer number ? Integer.toUnsignedLong(number) : value.longValue();
    }
}
