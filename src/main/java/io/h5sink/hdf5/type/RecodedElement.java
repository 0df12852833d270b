package io.h5sink.hdf5.type;

import java.nio.ByteBuffer;

/** Converts one element of a column to the type of a dataset. */
@FunctionalInterface
public interface RecodedElement {

    /**
     * Converts an element.
     *
     * @param from the buffer with the column's element
     * @param at the element's offset in bytes
     * @param to the buffer that gets the dataset's element
     * @param into the offset there in bytes
     * @throws Unfit if the dataset's type does not hold the value
     */
    void put(ByteBuffer from, int at, ByteBuffer to, int into);

    /** Thrown for a value that the dataset's type cannot hold unchanged. */
    final class Unfit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** The values that the dataset holds. */
        public final String expected;

        /** The value that does not fit. */
        public final String actual;

        Unfit(String expected, String actual) {
            super(expected + ", not " + actual, null, false, false);
            this.expected = expected;
            this.actual = actual;
        }
    }
}
