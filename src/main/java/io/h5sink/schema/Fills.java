package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.ColumnType.Member;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Declared fill values as stored bytes. */
final class Fills {

    private Fills() {}

    /**
     * The bytes of one element.
     *
     * @param fill a value of the column's kind, or such a value as text; for times also the stored number
     * @throws SchemaViolation if {@code fill} is anything else
     */
    static ByteBuffer of(String column, ColumnType type, ColumnRule rule, Object fill) {
        if (type.kind() == Kind.STRING) {
            if (!(fill instanceof CharSequence)) {
                throw violation(column, type, fill);
            }
            return ByteBuffer.wrap(Utf8.terminated(column, fill.toString()));
        }
        ByteBuffer bytes = ByteBuffer.allocate(type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (type.kind() == Kind.ENUM && fill instanceof String name) {
            int value = type.symbols().indexOf(name);
            if (value < 0) {
                throw violation(column, type, fill);
            }
            return switch (bytes.capacity()) {
                case 1 -> bytes.put(0, (byte) value);
                case 2 -> bytes.putShort(0, (short) value);
                default -> bytes.putInt(0, value);
            };
        }
        Object value = fill instanceof String text ? parsed(column, type, text) : fill;
        if (value == null) {
            throw violation(column, type, fill);
        }
        cell(column, type, rule, value).put(value, bytes, 0);
        return bytes;
    }

    /** A compound whose fill value consists of its members' fill values; the compound has no fill value if a member has none. */
    static ColumnType ofMembers(ColumnType compound) {
        ByteBuffer whole = ByteBuffer.allocate(compound.elementBytes());
        for (Member member : compound.members()) {
            ByteBuffer fill = member.type().fill();
            if (fill == null) {
                return compound;
            }
            for (int i = 0; i < member.type().elements(); i++) {
                whole.put(member.offset() + i * fill.capacity(), fill, 0, fill.capacity());
            }
        }
        return compound.filledWith(whole);
    }

    private static Cell cell(String column, ColumnType type, ColumnRule rule, Object value) {
        boolean time = type.kind().units() != null;
        if (NumberCell.isNumber(type.kind()) || (time && value instanceof Number)) {
            return (number, bytes, at) -> putNumber(column, type, rule, number, bytes);
        }
        return Cells.of(column, type, rule);
    }

    /** A number of any Java type, if the column holds it; for unsigned columns also the negative number that has the same bits in Java. */
    private static void putNumber(
            String column, ColumnType type, ColumnRule rule, @Nullable Object value, ByteBuffer bytes) {
        ColumnType stored = type.kind().units() == null ? type : ColumnType.scalar(Kind.INT64);
        if (value instanceof BigInteger large
                && stored.kind() == Kind.UINT64
                && large.signum() >= 0
                && large.bitLength() <= Long.SIZE) {
            bytes.putLong(0, large.longValue());
            return;
        }
        NumberCell own = new NumberCell(column, stored, rule);
        NumberCell any = new NumberCell(column, stored, ColumnRule.NONE.withStored(stored.kind()));
        boolean bits = rule.unsigned()
                && value instanceof Number number
                && number.doubleValue() < 0
                && own.accepts(number.getClass());
        (bits ? own : any).put(value, bytes, 0);
    }

    /** The value that a text stands for; null if the column does not hold such a value. */
    private static @Nullable Object parsed(String column, ColumnType type, String text) {
        try {
            return switch (type.kind()) {
                case BOOL -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
                case CHAR -> text.length() == 1 ? (Object) text.charAt(0) : null;
                case UUID -> UUID.fromString(text);
                case FLOAT16, FLOAT32, FLOAT64 -> Double.valueOf(text);
                case UINT64 -> new BigDecimal(text).toBigIntegerExact();
                case FIXED_STRING, STRING -> text;
                default -> new BigDecimal(text).longValueExact();
            };
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw violation(column, type, text);
        }
    }

    private static SchemaViolation violation(String column, ColumnType type, Object fill) {
        return new SchemaViolation(column, type + " for its fill value", SchemaViolation.text(fill));
    }
}
