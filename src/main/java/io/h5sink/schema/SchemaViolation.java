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
     * @param column the column's name; null if it is about the record as a whole
     * @param expected what the column can hold
     * @param actual what came
     */
    public SchemaViolation(@Nullable String column, String expected, String actual) {
        this(column, expected, actual, null);
    }

    /**
     * A violation that can be avoided.
     *
     * @param column the column's name; null if it is about the record as a whole
     * @param expected what the column can hold
     * @param actual what came
     * @param wayOut what to do, in words for a message; null if nothing is known
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
     * @param expected what can be stored
     * @param actual what came
     * @return the violation
     */
    public static SchemaViolation ofRecord(String expected, String actual) {
        return new SchemaViolation(null, expected, actual);
    }

    /**
     * The column.
     *
     * @return its name, relative to the group; null if it is about the record as a whole
     */
    public @Nullable String column() {
        return column;
    }

    /**
     * What the column can hold.
     *
     * @return words for a message
     */
    public String expected() {
        return expected;
    }

    /**
     * What came.
     *
     * @return words for a message
     */
    public String actual() {
        return actual;
    }

    /**
     * How it can be avoided.
     *
     * @return words for a message; null if nothing is known
     */
    public @Nullable String wayOut() {
        return wayOut;
    }

    /** A value in a message: class, and where it is short, what it holds; for arrays their extents. */
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

    /** The extents of nested sequences, as far as all of an axis have the same. */
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
