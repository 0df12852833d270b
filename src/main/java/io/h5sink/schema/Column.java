package io.h5sink.schema;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A column: its name, its type, and how one value becomes the bytes of one row.
 *
 * <p>Immutable; any thread may use it.
 */
public final class Column {

    private final String name;
    private final ColumnType type;
    private final Cell cell;

    private Column(String name, ColumnType type, Cell cell) {
        this.name = name;
        this.type = type;
        this.cell = cell;
    }

    /**
     * A column that holds values like the given one.
     *
     * @param name the column's name, relative to its group
     * @param first its first value, which fixes the element kind and the shape
     * @return the column
     * @throws SchemaViolation if no column can hold the value
     */
    public static Column like(String name, @Nullable Object first) {
        ColumnType type = TypeInference.of(name, first);
        return new Column(name, type, type.variable() ? Column::noFixedBytes : Cells.of(name, type));
    }

    /**
     * The name.
     *
     * @return relative to the group
     */
    public String name() {
        return name;
    }

    /**
     * The type.
     *
     * @return what one row holds
     */
    public ColumnType type() {
        return type;
    }

    /**
     * Puts one value of fixed size into a block. For columns whose type is not {@link ColumnType#variable()}.
     *
     * @param value the value
     * @param block little-endian
     * @param offset where the row starts, in bytes
     * @throws SchemaViolation if the value is null or does not fit the type; the row's bytes are then undefined
     */
    public void put(@Nullable Object value, ByteBuffer block, int offset) {
        if (value == null) {
            throw new SchemaViolation(name, type, null);
        }
        cell.put(value, block, offset);
    }

    /**
     * Encodes one string. For columns whose type is {@link ColumnType#variable()}.
     *
     * @param value the value
     * @return its UTF-8, without a terminating NUL
     * @throws SchemaViolation if the value is null or not a string that HDF5 can hold
     */
    public byte[] text(@Nullable Object value) {
        if (value instanceof CharSequence text) {
            return Utf8.encode(name, text.toString());
        }
        throw new SchemaViolation(name, type, value);
    }

    private static void noFixedBytes(Object value, ByteBuffer block, int offset) {
        throw new IllegalStateException("a row of variable size has no cell");
    }
}
