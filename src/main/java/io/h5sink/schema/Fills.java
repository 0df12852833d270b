package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Declared fill values as stored bytes. */
final class Fills {

    private Fills() {}

    /**
     * The bytes of one element.
     *
     * @param fill a value of the column's kind, or such a value as text; for times also the stored number
     * @throws SchemaViolation if it is something else
     */
    static ByteBuffer of(String column, ColumnType type, ColumnRule rule, Object fill) {
        if (type.kind() == Kind.STRING) {
            return ByteBuffer.wrap(Utf8.terminated(column, fill.toString()));
        }
        ByteBuffer bytes = ByteBuffer.allocate(type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (type.kind().units() != null && fill instanceof Number number) {
            return bytes.putLong(0, number.longValue());
        }
        if (type.kind() == Kind.ENUM && fill instanceof String name) {
            int value = type.symbols().indexOf(name);
            if (value < 0) {
                throw new SchemaViolation(column, type + " for its fill value", name);
            }
            return switch (bytes.capacity()) {
                case 1 -> bytes.put(0, (byte) value);
                case 2 -> bytes.putShort(0, (short) value);
                default -> bytes.putInt(0, value);
            };
        }
        cell(column, type, rule).put(value(column, type, fill), bytes, 0);
        return bytes;
    }

    /** A cell that takes a number of any Java type. */
    private static Cell cell(String column, ColumnType type, ColumnRule rule) {
        if (!NumberCell.isNumber(type.kind())) {
            return Cells.of(column, type, rule);
        }
        return new NumberCell(
                column, type, new ColumnRule(type.kind(), false, false, null, 0, false, ColumnRule.Ragged.NOT));
    }

    private static Object value(String column, ColumnType type, Object fill) {
        if (!(fill instanceof String text)) {
            return fill;
        }
        if (type.kind() == Kind.BOOL) {
            return Boolean.valueOf(text);
        }
        if (!NumberCell.isNumber(type.kind())) {
            return fill;
        }
        try {
            boolean real = type.kind().compareTo(Kind.FLOAT16) >= 0;
            return real ? (Object) Double.valueOf(text) : (Object) new BigDecimal(text).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new SchemaViolation(column, type + " for its fill value", text);
        }
    }
}
