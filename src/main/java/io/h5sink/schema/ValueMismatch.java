package io.h5sink.schema;

/** A Java type does not hold the stored value. */
public final class ValueMismatch extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String actual;

    /**
     * A mismatch.
     *
     * @param expected the values that the Java type takes
     * @param actual the stored value or type
     */
    public ValueMismatch(String expected, String actual) {
        super("expected " + expected + ", found " + actual);
        this.expected = expected;
        this.actual = actual;
    }

    /**
     * The values that the Java type takes.
     *
     * @return words for a message
     */
    public String expected() {
        return expected;
    }

    /**
     * The stored value or type.
     *
     * @return words for a message
     */
    public String actual() {
        return actual;
    }
}
