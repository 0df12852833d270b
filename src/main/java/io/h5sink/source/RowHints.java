package io.h5sink.source;

import io.h5sink.H5Field;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ElementEncoder;
import io.h5sink.schema.ElementHints;
import io.h5sink.schema.ValueMismatch;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the hints for reading a column from the file's attributes and the declaration of the record's component. */
final class RowHints {

    private RowHints() {}

    /** The hints of a column. The fill value is the file's, or else the declared one, because not every table stores one. */
    static ElementHints of(
            @Nullable String units, @Nullable ByteBuffer fill, ColumnType type, @Nullable RecordComponent component) {
        H5Field field = component == null ? null : component.getAnnotation(H5Field.class);
        if (field == null) {
            return new ElementHints(units, fill, false, false);
        }
        boolean nullable = field.fill().length > 0;
        ByteBuffer known = fill == null && nullable ? declared(type.one(), field.fill()[0]) : fill;
        return new ElementHints(units, known, nullable, field.unsigned());
    }

    private static @Nullable ByteBuffer declared(ColumnType type, String text) {
        try {
            return ElementEncoder.of(type, List.of(), value(type, text));
        } catch (ValueMismatch | NumberFormatException | ArithmeticException e) {
            return null; // no element can be equal to a declared fill value of another type
        }
    }

    private static Object value(ColumnType type, String text) {
        return switch (type.kind()) {
            case FLOAT16, FLOAT32, FLOAT64 -> Double.valueOf(text);
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> new BigDecimal(text).toBigIntegerExact();
            case BOOL -> Boolean.valueOf(text);
            default -> text;
        };
    }
}
