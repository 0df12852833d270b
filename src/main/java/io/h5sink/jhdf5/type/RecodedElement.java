package io.h5sink.jhdf5.type;

import java.nio.ByteBuffer;

/** Makes one element of a column what an element of a dataset of another type is. */
@FunctionalInterface
public interface RecodedElement {

    /**
     * Puts an element.
     *
     * @param from has the element as the column has it
     * @param at where, in bytes
     * @param to gets it as the dataset has it
     * @param into where, in bytes
     * @throws Unfit if the dataset's type does not hold the value
     */
    void put(ByteBuffer from, int at, ByteBuffer to, int into);

    /** A value that would be another one in the dataset. */
    final class Unfit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** What the dataset holds. */
        public final String expected;

        /** What came. */
        public final String actual;

        Unfit(String expected, String actual) {
            super(expected + ", not " + actual, null, false, false);
            this.expected = expected;
            this.actual = actual;
        }
    }
}
