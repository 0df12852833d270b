package io.h5sink.access;

import io.h5sink.schema.SchemaViolation;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.StorageException.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, before it is known how many records are safe. Each room reports in its own words; this is where they
 * become one.
 *
 * @param kind what a caller can do about it
 * @param message without the file and the number of safe records
 * @param object an absolute path in the file
 * @param expected what was expected
 * @param actual what was found
 * @param cause the exception that reported it
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

    /** Someone else had the file for too long. */
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

    /** Something that no room expected, such as an accessor of a record that throws. */
    public static Problem of(Throwable e, long ordinal) {
        return new Problem(Kind.SCHEMA, "record " + ordinal + " cannot be read: " + e, null, null, null, e);
    }

    /** Something that no room expected, on the HDF5 thread. */
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

    /** The source, or the file, was closed before. */
    public static Problem closed(Throwable e) {
        return new Problem(Kind.FILE, "the source is closed", null, null, null, e);
    }

    /** The log was closed before. */
    public static Problem logClosed() {
        return new Problem(
                Kind.FILE, "the log is closed", null, null, null, new IllegalStateException("the log is closed"));
    }

    /** Something of the user's ended the stream, such as who is told of bad records. */
    public static Problem ended(Throwable e) {
        return new Problem(Kind.WRITE, "the stream has ended: " + e, null, null, null, e);
    }

    /** The receiver of a file's image threw. */
    public static Problem image(Throwable e) {
        return new Problem(Kind.WRITE, "the image of the file was not taken: " + e, null, null, null, e);
    }

    /** The scheduler takes no more work. */
    public static Problem rejected(Throwable e) {
        return new Problem(Kind.WRITE, "the scheduler takes no more work: " + e.getMessage(), null, null, null, e);
    }

    /** The JVM has no memory for what is read. */
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

    /** The JVM has no more memory for blocks. */
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
