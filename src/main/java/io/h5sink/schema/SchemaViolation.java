package io.h5sink.schema;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A value that cannot be stored as the column says. Thrown on the publisher's thread; the record is left out whole. */
public final class SchemaViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_LENGTH = 60;

    private final @Nullable String column;
    private final String expected;
    private final String actual;
    private final @Nullable String wayOut;

    /**
     * A violation.
     *
     * @param column the column's name; null if the record as a whole cannot be stored
     * @param expected the values that the column can hold
     * @param actual the value that was found
     */
    public SchemaViolation(@Nullable String column, String expected, String actual) {
        this(column, expected, actual, null);
    }

    /**
     * A violation that can be avoided.
     *
     * @param column the column's name; null if the record as a whole cannot be stored
     * @param expected the values that the column can hold
     * @param actual the value that was found
     * @param wayOut how to avoid the violation, in words for a message; null if no way is known
     */
    SchemaViolation(@Nullable String column, String expected, String actual, @Nullable String wayOut) {
        super((column == null ? "" : column + ": ") + "expected " + expected + ", got " + actual);
        this.column = column;
        this.expected = expected;
        this.actual = actual;
        this.wayOut = wayOut;
    }

    /**
     * A value that a column does not take.
     *
     * @param column the column's name
     * @param type the column's type
     * @param value the value
     */
    SchemaViolation(String column, ColumnType type, @Nullable Object value) {
        this(column, type.toString(), text(value));
    }

    /**
     * A record that cannot be stored, whatever its columns are.
     *
     * @param expected the records that can be stored
     * @param actual the value that was found
     * @return the violation
     */
    public static SchemaViolation ofRecord(String expected, String actual) {
        return new SchemaViolation(null, expected, actual);
    }

    /**
     * The column.
     *
     * @return its name, relative to the group; null if the record as a whole cannot be stored
     */
    public @Nullable String column() {
        return column;
    }

    /**
     * The values that the column can hold.
     *
     * @return words for a message
     */
    public String expected() {
        return expected;
    }

    /**
     * The value that was found.
     *
     * @return words for a message
     */
    public String actual() {
        return actual;
    }

    /**
     * How to avoid the violation.
     *
     * @return words for a message; null if no way is known
     */
    public @Nullable String wayOut() {
        return wayOut;
    }

    /** A value in a message: its class, and the value itself if that is short; for arrays their extents. */
    static String text(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (Sequences.is(value)) {
            return sequence(value);
        }
        boolean plain = value instanceof Number
                || value instanceof CharSequence
                || value instanceof Enum<?>
                || value instanceof Boolean
                || value instanceof Character;
        String text = plain ? " " + value : "";
        return value.getClass().getTypeName()
                + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text);
    }

    private static String sequence(Object value) {
        Class<?> element = value.getClass();
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element.getTypeName() + extents(value);
    }

    /** The extents of nested sequences, down to the first axis along which lengths differ. */
    private static String extents(Object value) {
        String extent = "[" + Sequences.length(value) + "]";
        Object[] parts = value instanceof Object[] array
                ? array
                : value instanceof Collection<?> collection ? collection.toArray() : new Object[0];
        Class<?> type = value.getClass();
        boolean arrays = type.isArray() && type.getComponentType().isArray();
        boolean nested = parts.length > 0 && (arrays || Sequences.is(parts[0]));
        if (!nested) {
            return extent;
        }
        for (Object part : parts) {
            if (part == null
                    || parts[0] == null
                    || !Sequences.is(part)
                    || Sequences.length(part) != Sequences.length(parts[0])) {
                return extent + "[of unequal lengths]";
            }
        }
        return extent + extents(parts[0]);
    }
}
