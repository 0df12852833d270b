package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * How values of fixed size become bytes. A number may come in any Java type that the column's type holds exactly: an
 * {@code Integer} in a column of float64, but no {@code Double} in a column of int32.
 */
final class Cells {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Cells() {}

    static Cell of(String column, ColumnType type) {
        return switch (type.shape().size()) {
            case 0 -> scalar(column, type);
            case 1 -> vector(column, type, type.shape().get(0));
            default -> matrix(column, type, type.shape().get(0), type.shape().get(1));
        };
    }

    private static Cell scalar(String column, ColumnType type) {
        return switch (type.kind()) {
            case INT8 -> (value, block, at) -> block.put(at, (byte) integer(column, type, value, 8));
            case INT16 -> (value, block, at) -> block.putShort(at, (short) integer(column, type, value, 16));
            case INT32 -> (value, block, at) -> block.putInt(at, (int) integer(column, type, value, 32));
            case INT64 -> (value, block, at) -> block.putLong(at, integer(column, type, value, 64));
            case FLOAT32 -> (value, block, at) -> block.putFloat(at, (float) real(column, type, value, 24));
            case FLOAT64 -> (value, block, at) -> block.putDouble(at, real(column, type, value, 53));
            case BOOL ->
                (value, block, at) -> {
                    if (!(value instanceof Boolean truth)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    putBoolean(block, at, truth);
                };
            case CHAR ->
                (value, block, at) -> {
                    if (!(value instanceof Character character)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    putChar(column, block, at, character);
                };
            case INSTANT ->
                (value, block, at) -> {
                    if (!(value instanceof Instant instant)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    block.putLong(at, nanoseconds(column, instant));
                };
            case ENUM -> enumeration(column, type);
            case STRING -> throw new IllegalArgumentException("a string has no fixed size");
        };
    }

    @SuppressWarnings(
            "EnumOrdinal") // the stored value of a constant is its ordinal, by definition of the column's type
    private static Cell enumeration(String column, ColumnType type) {
        return (value, block, at) -> {
            if (!(value instanceof Enum<?> constant)
                    || constant.ordinal() >= type.symbols().size()
                    || !type.symbols().get(constant.ordinal()).equals(constant.name())) {
                throw new SchemaViolation(column, type, value);
            }
            switch (type.elementBytes()) {
                case 1 -> block.put(at, (byte) constant.ordinal());
                case 2 -> block.putShort(at, (short) constant.ordinal());
                default -> block.putInt(at, constant.ordinal());
            }
        };
    }

    private static Cell vector(String column, ColumnType type, int length) {
        return (value, block, at) -> {
            if (!putArray(column, type.kind(), value, length, block, at)) {
                throw new SchemaViolation(column, type, value);
            }
        };
    }

    private static Cell matrix(String column, ColumnType type, int length, int width) {
        int stride = width * type.elementBytes();
        return (value, block, at) -> {
            if (!(value instanceof Object[] rows) || rows.length != length) {
                throw new SchemaViolation(column, type, value);
            }
            for (int i = 0; i < length; i++) {
                Object row = rows[i];
                if (row == null || !putArray(column, type.kind(), row, width, block, at + i * stride)) {
                    throw new SchemaViolation(column, type, value);
                }
            }
        };
    }

    /** Puts a primitive array; false if it is of another type or length. */
    private static boolean putArray(String column, Kind kind, Object value, int length, ByteBuffer block, int at) {
        if (value instanceof double[] doubles) {
            return kind == Kind.FLOAT64 && doubles.length == length && put(block, at, doubles);
        }
        if (value instanceof float[] floats) {
            return kind == Kind.FLOAT32 && floats.length == length && put(block, at, floats);
        }
        if (value instanceof long[] longs) {
            return kind == Kind.INT64 && longs.length == length && put(block, at, longs);
        }
        if (value instanceof int[] ints) {
            return kind == Kind.INT32 && ints.length == length && put(block, at, ints);
        }
        if (value instanceof short[] shorts) {
            return kind == Kind.INT16 && shorts.length == length && put(block, at, shorts);
        }
        if (value instanceof byte[] bytes) {
            return kind == Kind.INT8 && bytes.length == length && put(block, at, bytes);
        }
        if (value instanceof boolean[] booleans) {
            return kind == Kind.BOOL && booleans.length == length && put(block, at, booleans);
        }
        return value instanceof char[] chars
                && kind == Kind.CHAR
                && chars.length == length
                && put(column, block, at, chars);
    }

    private static boolean put(ByteBuffer block, int at, double[] values) {
        region(block, at, values.length * Double.BYTES).asDoubleBuffer().put(values);
        return true;
    }

    private static boolean put(ByteBuffer block, int at, float[] values) {
        region(block, at, values.length * Float.BYTES).asFloatBuffer().put(values);
        return true;
    }

    private static boolean put(ByteBuffer block, int at, long[] values) {
        region(block, at, values.length * Long.BYTES).asLongBuffer().put(values);
        return true;
    }

    private static boolean put(ByteBuffer block, int at, int[] values) {
        region(block, at, values.length * Integer.BYTES).asIntBuffer().put(values);
        return true;
    }

    private static boolean put(ByteBuffer block, int at, short[] values) {
        region(block, at, values.length * Short.BYTES).asShortBuffer().put(values);
        return true;
    }

    private static boolean put(ByteBuffer block, int at, byte[] values) {
        block.put(at, values);
        return true;
    }

    private static boolean put(ByteBuffer block, int at, boolean[] values) {
        for (int i = 0; i < values.length; i++) {
            putBoolean(block, at + i, values[i]);
        }
        return true;
    }

    private static boolean put(String column, ByteBuffer block, int at, char[] values) {
        for (int i = 0; i < values.length; i++) {
            putChar(column, block, at + 3 * i, values[i]);
        }
        return true;
    }

    private static ByteBuffer region(ByteBuffer block, int at, int bytes) {
        return block.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static void putBoolean(ByteBuffer block, int at, boolean value) {
        block.put(at, (byte) (value ? 1 : 0));
    }

    /** UTF-8 of one code unit, padded with NUL to 3 bytes. */
    static void putChar(String column, ByteBuffer block, int at, char value) {
        if (Character.isSurrogate(value)) {
            throw new SchemaViolation(
                    column, "a character that has UTF-8 of its own", "half of a surrogate pair, U+%04X".formatted((int)
                                    value));
        }
        if (value < 0x80) {
            putBytes(block, at, value, 0, 0);
        } else if (value < 0x800) {
            putBytes(block, at, 0xC0 | (value >> 6), 0x80 | (value & 0x3F), 0);
        } else {
            putBytes(block, at, 0xE0 | (value >> 12), 0x80 | ((value >> 6) & 0x3F), 0x80 | (value & 0x3F));
        }
    }

    private static void putBytes(ByteBuffer block, int at, int first, int second, int third) {
        block.put(at, (byte) first).put(at + 1, (byte) second).put(at + 2, (byte) third);
    }

    private static long nanoseconds(String column, Instant instant) {
        try {
            // The earliest instants have a second below the range and a fraction that lifts them back into it.
            long seconds = instant.getEpochSecond();
            return seconds < 0
                    ? Math.addExact(
                            Math.multiplyExact(seconds + 1, NANOS_PER_SECOND), instant.getNano() - NANOS_PER_SECOND)
                    : Math.addExact(Math.multiplyExact(seconds, NANOS_PER_SECOND), (long) instant.getNano());
        } catch (ArithmeticException e) {
            throw new SchemaViolation(
                    column,
                    "an instant within int64 nanoseconds of 1970, 1677-09-21 to 2262-04-11",
                    instant.toString());
        }
    }

    /** An integer from a Java integer of at most the given width. */
    private static long integer(String column, ColumnType type, Object value, int bits) {
        if (bitsOf(value) <= bits) {
            return ((Number) value).longValue();
        }
        throw new SchemaViolation(column, type, value);
    }

    /** A floating-point number from a Java number that needs at most the given precision. */
    private static double real(String column, ColumnType type, Object value, int precision) {
        boolean exact =
                value instanceof Double ? precision == 53 : value instanceof Float || bitsOf(value) <= precision;
        if (exact) {
            return ((Number) value).doubleValue();
        }
        throw new SchemaViolation(column, type, value);
    }

    private static int bitsOf(Object value) {
        return value instanceof Integer
                ? Integer.SIZE
                : value instanceof Long
                        ? Long.SIZE
                        : value instanceof Short ? Short.SIZE : value instanceof Byte ? Byte.SIZE : Integer.MAX_VALUE;
    }
}
