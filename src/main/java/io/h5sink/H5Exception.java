package io.h5sink;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A stream could not be written to its file, or a file could not be read. The subtypes say where the cause lies: {@link
 * H5FileException} in the file as a whole, {@link H5SchemaException} in a record or in an object of the file that does not fit it,
 * {@link H5WriteException} in writing, {@link H5ReadException} in reading.
 *
 * <p>The message names the file, the object's path where there is one, what was expected and what was found, and of a stream
 * that was written how many records are safe.
 */
public class H5Exception extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final @Nullable String object;
    private final @Nullable String expected;
    private final @Nullable String actual;
    private final long safeRecords;

    /**
     * The parts of an exception.
     *
     * @param message the whole message
     * @param cause what reported the error
     * @param file the file
     * @param object an absolute path in the file
     * @param expected what was expected
     * @param actual what was found
     * @param safeRecords the records of the session that are committed
     */
    record Details(
            String message,
            Throwable cause,
            Path file,
            @Nullable String object,
            @Nullable String expected,
            @Nullable String actual,
            long safeRecords) {}

    H5Exception(Details details) {
        super(details.message, details.cause);
        this.file = details.file.toString();
        this.object = details.object;
        this.expected = details.expected;
        this.actual = details.actual;
        this.safeRecords = details.safeRecords;
    }

    /**
     * The file.
     *
     * @return its path as it was given
     */
    public Path file() {
        return Path.of(file);
    }

    /**
     * The object that the error is about.
     *
     * @return an absolute path in the file, or null if the error is about the file as a whole
     */
    public @Nullable String object() {
        return object;
    }

    /**
     * What was expected. If an object in the file does not fit: what the sink would have made there, in the words of {@code
     * h5dump -pH} on one line.
     *
     * @return a type, a shape or a rule in words; null if nothing was compared
     */
    public @Nullable String expected() {
        return expected;
    }

    /**
     * What was found instead, in the same words.
     *
     * @return a type, a shape or a value in words; null if nothing was compared
     */
    public @Nullable String actual() {
        return actual;
    }

    /**
     * How many records of this session are safe: committed, and readable in the file.
     *
     * @return the number of records, counted from the start of the stream without those that were skipped; 0 if a
     *     file was read
     */
    public long safeRecords() {
        return safeRecords;
    }
}
