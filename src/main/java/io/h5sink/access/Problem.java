package io.h5sink.access;

import io.h5sink.schema.SchemaViolation;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.StorageException.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure, described before the number of safe records is known. The exceptions of all packages become problems, and {@link Failures} makes
 * the exceptions of the public API from problems.
 *
 * @param kind the class of exception that the user sees
 * @param message the text without the file and the number of safe records
 * @param object an absolute path in the file
 * @param expected the value, type or structure that was expected
 * @param actual the value, type or structure that was found
 * @param cause the exception that reported the failure
 */
public record Problem(
        Kind kind,
        String message,
        @Nullable String object,
        @Nullable String expected,
        @Nullable String actual,
        Throwable cause) {

    public static Problem of(StorageException e) {
        String where = e.object() == null ? "" : e.object() + ": ";
        return new Problem(e.kind(), where + e.getMessage(), e.object(), e.expected(), e.actual(), e);
    }

    /** Another program has had the file locked for longer than the timeout. */
    public static Problem busy(StorageException e, Duration waited) {
        return new Problem(Kind.BUSY, e.getMessage() + "; given up after " + waited, null, null, null, e);
    }

    /** A record that could not be encoded; its number counts from 1. */
    public static Problem of(SchemaViolation e, String group, long ordinal) {
        String column = e.column();
        String object = column == null
                ? null
                : (group.equals("/") ? "/" : group + "/") + (column.startsWith("/") ? column.substring(1) : column);
        String where = object == null ? "" : ", " + object;
        return new Problem(
                Kind.SCHEMA,
                "record " + ordinal + where + ": expected " + e.expected() + ", got " + e.actual()
                        + (e.wayOut() == null ? "" : "; " + e.wayOut()),
                object,
                e.expected(),
                e.actual(),
                e);
    }

    /** An unforeseen exception while a record was encoded, such as that of a record's accessor. */
    public static Problem of(Throwable e, long ordinal) {
        return new Problem(Kind.SCHEMA, "record " + ordinal + " cannot be read: " + e, null, null, null, e);
    }

    /** An unforeseen exception on the writer thread. */
    public static Problem unexpected(Throwable e) {
        return new Problem(Kind.WRITE, "writing failed: " + e, null, null, null, e);
    }

    /** A value in the file that a Java type does not hold; rows count from 0, and are -1 if all are meant. */
    public static Problem of(ValueMismatch e, String object, long row) {
        return new Problem(
                Kind.SCHEMA,
                object + (row < 0 ? "" : ", row " + row) + ": " + e.getMessage(),
                object,
                e.expected(),
                e.actual(),
                e);
    }

    /** The source has been closed. */
    public static Problem closed(Throwable e) {
        return new Problem(Kind.FILE, "the source is closed", null, null, null, e);
    }

    /** The log has been closed. */
    public static Problem logClosed() {
        return new Problem(
                Kind.FILE, "the log is closed", null, null, null, new IllegalStateException("the log is closed"));
    }

    /** User code ended the stream, such as a handler of bad records that throws. */
    public static Problem ended(Throwable e) {
        return new Problem(Kind.WRITE, "the stream has ended: " + e, null, null, null, e);
    }

    /** The receiver of a file's image has thrown an exception. */
    public static Problem image(Throwable e) {
        return new Problem(Kind.WRITE, "the image of the file was not taken: " + e, null, null, null, e);
    }

    /** The scheduler rejects tasks. */
    public static Problem rejected(Throwable e) {
        return new Problem(Kind.WRITE, "the scheduler takes no more work: " + e.getMessage(), null, null, null, e);
    }

    /** The heap has no memory for the values that are read. */
    public static Problem tooLarge(OutOfMemoryError e, @Nullable String object, String what) {
        return new Problem(
                Kind.WRITE,
                (object == null ? "" : object + ": ") + "there is no memory for " + what + " (" + e.getMessage()
                        + "); smaller parts of it can be read, or -Xmx gives the JVM more",
                object,
                null,
                null,
                e);
    }

    /** The JVM has no more direct memory for blocks. */
    public static Problem memory(OutOfMemoryError e, long held, long allowed) {
        return new Problem(
                Kind.WRITE,
                "there is no memory for another block: " + held + " bytes are in blocks, memory(" + allowed
                        + ") allows more than -XX:MaxDirectMemorySize (" + e.getMessage() + ")",
                null,
                null,
                null,
                e);
    }
}
