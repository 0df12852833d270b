package io.h5sink.schema;

import org.jspecify.annotations.Nullable;

/** A value that cannot be stored as the column says. Thrown on the publisher's thread; the record is left out whole. */
public final class SchemaViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String column;
    private final String expected;
    private final String actual;

    /**
     * A violation.
     *
     * @param column the column's name
     * @param expected what the column can hold
     * @param actual what came
     */
    public SchemaViolation(String column, String expected, String actual) {
        super(column + ": expected " + expected + ", got " + actual);
        this.column = column;
        this.expected = expected;
        this.actual = actual;
    }

    /**
     * A violation of a record as a whole.
     *
     * @param expected what can be stored
     * @param actual what came
     */
    public SchemaViolation(String expected, String actual) {
        super("expected " + expected + ", got " + actual);
        this.column = null;
        this.expected = expected;
        this.actual = actual;
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
     * The column.
     *
     * @return its name, relative to the group, or null if it is about the record as a whole
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
}
