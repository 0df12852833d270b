package io.h5sink.schema;

/** A Java type does not hold what is stored. */
public final class ValueMismatch extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String actual;

    /**
     * A mismatch.
     *
     * @param expected what the Java type needs
     * @param actual what is stored
     */
    public ValueMismatch(String expected, String actual) {
        super("expected " + expected + ", found " + actual);
        this.expected = expected;
        this.actual = actual;
    }

    /**
     * What the Java type needs.
     *
     * @return words for a message
     */
    public String expected() {
        return expected;
    }

    /**
     * What is stored.
     *
     * @return words for a message
     */
    public String actual() {
        return actual;
    }
}
