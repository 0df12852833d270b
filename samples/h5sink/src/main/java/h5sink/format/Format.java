package h5sink.format;

import h5sink.field.Fields;
import h5sink.input.BadLineException;
import h5sink.input.Lines;
import java.util.function.Consumer;

/** How an input has records with fields. One thread at a time. */
public interface Format {

    /** Takes the fields of records that are looked at first. */
    interface Look {
        /**
         * A field and its value: null, a {@code Boolean}, {@code Long}, {@code BigInteger}, {@code Double}, {@code String} or {@code List}
         * of them.
         */
        void see(String key, Object value);
    }

    /**
     * Looks at the next record for what its fields are, and waits for it until the deadline.
     *
     * @return false at the end, and at the deadline
     * @throws BadLineException if it is none; {@link Lines#record} has all of it, and the next one comes next
     */
    boolean look(Look look, long deadline) throws BadLineException;

    /**
     * Reads the next record. Fields that are not among these and have a value are reported to {@code unknown}, and left out.
     *
     * @return false at the end
     * @throws BadLineException if it cannot be recorded; {@link Lines#record} has all of it, and the next one comes next
     */
    boolean read(Fields fields, Consumer<String> unknown) throws BadLineException;

    /** What is missing at the end of the input; null if nothing is. */
    default String missing() {
        return null;
    }
}
