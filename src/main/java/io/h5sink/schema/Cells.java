package io.h5sink.schema;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the cells of single values of fixed size. */
final class Cells {

    private Cells() {}

    /** A cell for one element, which is not null. */
    static Cell of(String column, ColumnType type, ColumnRule rule) {
        return switch (type.kind()) {
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
            case UUID ->
                (value, block, at) -> {
                    if (!(value instanceof UUID)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    putPadded(Utf8.encode(column, value.toString()), type.elementBytes(), block, at);
                };
            case FIXED_STRING -> fixedString(column, type, rule.cut());
            case ENUM -> enumeration(column, type);
            case INSTANT, LOCAL_DATE_TIME, LOCAL_DATE, LOCAL_TIME, DURATION -> Times.of(column, type);
            case STRING, COMPOUND -> throw new IllegalArgumentException(type.toString());
            default -> new NumberCell(column, type, rule);
        };
    }

    /**
     * A cell for values that may be null or an optional: puts the fill value for a missing value, and any other value by the given cell.
     */
    static Cell orFill(String column, ColumnType type, @Nullable ByteBuffer fill, int elements, Cell cell) {
        NumberCell number = cell instanceof NumberCell numbers ? numbers : null;
        return (value, block, at) -> {
            if (number != null && number.putOptional(value, block, at)) {
                return;
            }
            Object present = Sequences.unwrap(value);
            if (present != null) {
                cell.put(present, block, at);
            } else if (fill != null) {
                fill(fill, elements, block, at);
            } else {
                throw new SchemaViolation(column, type, null);
            }
        };
    }

    private static void fill(ByteBuffer fill, int elements, ByteBuffer block, int at) {
        int bytes = fill.capacity();
        for (int i = 0; i < elements; i++) {
            block.put(at + i * bytes, fill, 0, bytes);
        }
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

    private static Cell fixedString(String column, ColumnType type, boolean cut) {
        return (value, block, at) -> {
            if (!(value instanceof CharSequence text)) {
                throw new SchemaViolation(column, type, value);
            }
            byte[] utf8 = Utf8.encode(column, text.toString());
            if (utf8.length > type.length() && !cut) {
                throw new SchemaViolation(
                        column, "a string of at most " + type.length() + " bytes of UTF-8", "one of " + utf8.length);
            }
            putPadded(utf8, type.length(), block, at);
        };
    }

    /** Puts a string, or the whole characters of the string that fit. */
    private static void putPadded(byte[] utf8, int length, ByteBuffer block, int at) {
        int end = Math.min(utf8.length, length);
        if (end < utf8.length) {
            while (end > 0 && (utf8[end] & 0xC0) == 0x80) { // the byte at the end belongs to the character before
                end--;
            }
        }
        block.put(at, utf8, 0, end);
        for (int i = end; i < length; i++) {
            block.put(at + i, (byte) 0);
        }
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
}
