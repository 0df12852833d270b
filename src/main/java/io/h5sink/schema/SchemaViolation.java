package io.h5sink.schema;

import org.jspecify.annotations.Nullable;

/** A value that cannot be stored as the column says. Thrown on the publisher's thread; the record is left out whole. */
public final class SchemaViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

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
        this(column, type.toString(), ValueText.of(value));
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
}
