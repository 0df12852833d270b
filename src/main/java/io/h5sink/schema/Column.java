package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column: its name, its type, and how one value becomes the bytes of one row.
 *
 * <p>Immutable; any thread may use it.
 */
public final class Column {

    private final String name;
    private final ColumnType type;
    private final ColumnRule rule;
    private final List<Column> members;

    /** Puts one row; null if rows have no fixed size. */
    private final @Nullable Cell row;

    /** Puts the elements of a ragged row; null for others. */
    private final @Nullable ArrayCell ragged;

    /** Puts a row that is a single number; null for other rows. */
    private final @Nullable NumberCell number;

    /** A column whose elements the given cell puts; the cell is null if elements have no fixed size. */
    Column(String name, ColumnType type, ColumnRule rule, @Nullable Cell element) {
        this(name, type, rule, type.fill(), element, List.of());
    }

    /** A column of compounds. */
    Column(String name, ColumnType type, ColumnRule rule, Cell element, List<Column> members) {
        this(name, type, rule, type.fill(), element, members);
    }

    /** A ragged column with a fill value for single elements, which may be missing though no row may. */
    Column(String name, ColumnType type, ColumnRule rule, @Nullable ByteBuffer fill, @Nullable Cell element) {
        this(name, type, rule, fill, element, List.of());
    }

    private Column(
            String name,
            ColumnType type,
            ColumnRule rule,
            @Nullable ByteBuffer fill,
            @Nullable Cell element,
            List<Column> members) {
        this.name = name;
        this.members = List.copyOf(members);
        this.type = type;
        this.rule = rule;
        if (element == null) {
            row = null;
            ragged = null;
            number = null;
            return;
        }
        boolean scalar = type.shape().isEmpty();
        Cell cell = scalar ? element : new ArrayCell(name, type, fill, element);
        row = type.ragged() ? null : Cells.orFill(name, type, fill, (int) type.elements(), cell);
        ragged = type.ragged() ? new ArrayCell(name, type, fill, element) : null;
        number = scalar && !type.ragged() && element instanceof NumberCell numbers ? numbers : null;
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
     * @return the type of one row
     */
    public ColumnType type() {
        return type;
    }

    /**
     * The declared rule.
     *
     * @return {@link ColumnRule#NONE} if nothing was declared
     */
    public ColumnRule rule() {
        return rule;
    }

    /**
     * The members of compound elements.
     *
     * @return the members, in order; empty for other kinds
     */
    public List<Column> members() {
        return members;
    }

    /** The cell of rows that are single numbers; null for other rows. */
    @Nullable
    NumberCell number() {
        return number;
    }

    /** The cell that puts one row of fixed size. */
    Cell row() {
        if (row == null) {
            throw new IllegalStateException("a row of variable size has no cell");
        }
        return row;
    }

    /**
     * Puts one value of fixed size into a block. For columns whose type is not {@link ColumnType#variable()}.
     *
     * @param value the value
     * @param block little-endian
     * @param offset where the row starts, in bytes
     * @throws SchemaViolation if the value is missing and there is no fill value, or if it does not fit the type; the row's
     *     bytes are then undefined
     */
    public void put(@Nullable Object value, ByteBuffer block, int offset) {
        row().put(value, block, offset);
    }

    /**
     * Encodes one row. For columns whose type is {@link ColumnType#variable()}.
     *
     * @param value the value
     * @return the elements one after the other; strings in UTF-8, each with a NUL behind it
     * @throws SchemaViolation if the value is missing and there is no fill value, or if it does not fit the type
     */
    public byte[] bytes(@Nullable Object value) {
        Object present = Sequences.unwrap(value);
        if (ragged != null) {
            if (present == null || !Sequences.is(present)) {
                throw new SchemaViolation(name, type, present);
            }
            long size = (long) Sequences.length(present) * type.elementBytes();
            if (size > Integer.MAX_VALUE - 8) {
                throw new SchemaViolation(name, "a row of less than 2 GiB", "one of " + size + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
            ragged.putAll(present, bytes);
            return bytes.array();
        }
        if (type.shape().isEmpty()) {
            return text(present);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (present == null && type.fill() != null) {
            for (long i = 0; i < type.elements(); i++) {
                bytes.writeBytes(text(null));
            }
            return bytes.toByteArray();
        }
        if (!texts(present, 0, bytes)) {
            throw new SchemaViolation(name, type, present);
        }
        return bytes.toByteArray();
    }

    private boolean texts(@Nullable Object value, int axis, ByteArrayOutputStream bytes) {
        if (axis == type.shape().size()) {
            bytes.writeBytes(text(Sequences.unwrap(value)));
            return true;
        }
        List<?> parts = value instanceof Object[] array
                ? Arrays.asList(array)
                : value instanceof Collection<?> collection ? new ArrayList<>(collection) : List.of();
        if (parts.size() != type.shape().get(axis)) {
            return false;
        }
        for (Object part : parts) {
            if (!texts(part, axis + 1, bytes)) {
                return false;
            }
        }
        return true;
    }

    private byte[] text(@Nullable Object value) {
        if (value instanceof CharSequence text) {
            return Utf8.terminated(name, text.toString());
        }
        ByteBuffer fill = type.fill();
        if (value == null && fill != null && type.kind() == Kind.STRING) {
            byte[] bytes = new byte[fill.capacity()];
            fill.get(0, bytes);
            return bytes;
        }
        throw new SchemaViolation(name, type, value);
    }
}
