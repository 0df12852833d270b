package io.h5sink.storage;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file could not be opened, has other content than expected, or could not be written. */
public final class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The kind of the failure, by which a caller decides what to do. */
    public enum Kind {
        /** The file cannot be used. */
        FILE,
        /** An object in the file is not as expected. */
        SCHEMA,
        /** Another program or session has the file now. */
        BUSY,
        /** The disk is full, or a quota or a file size limit is reached. */
        FULL,
        /** Rows could not be written. */
        WRITE
    }

    /**
     * The system's messages for a full disk: {@code ENOSPC}, {@code EDQUOT}, {@code EFBIG}. HDF5's file drivers report the number, Java
     * reports the words.
     */
    private static final Pattern NO_SPACE =
            Pattern.compile("\\(errno (28|122|27)\\)|No space left on device|Disk quota exceeded|File too large");

    private final Kind kind;
    private final @Nullable String object;
    private final @Nullable String expected;
    private final @Nullable String actual;

    private StorageException(
            Kind kind,
            @Nullable String object,
            @Nullable String expected,
            @Nullable String actual,
            String message,
            @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.object = object;
        this.expected = expected;
        this.actual = actual;
    }

    /**
     * The file cannot be used. The kind is {@link Kind#FULL} if the message has the system's words for a full disk.
     *
     * @param message the reason
     * @param cause the exception that reported the failure; null for none
     * @return the exception
     */
    public static StorageException file(String message, @Nullable Throwable cause) {
        return new StorageException(kind(message, Kind.FILE), null, null, null, message, cause);
    }

    /**
     * Another program or session has the file now.
     *
     * @param message the reason
     * @param cause the exception that reported the failure; null for none
     * @return the exception
     */
    public static StorageException busy(String message, @Nullable Throwable cause) {
        return new StorageException(Kind.BUSY, null, null, null, message, cause);
    }

    /**
     * An object is not as expected.
     *
     * @param object the object's absolute path
     * @param expected the expected properties, in words
     * @param actual the properties in the file, in words
     * @return the exception
     */
    public static StorageException schema(String object, String expected, String actual) {
        return new StorageException(
                Kind.SCHEMA, object, expected, actual, "expected " + expected + ", found " + actual, null);
    }

    /**
     * An object is not as expected, with a reason that the two descriptions do not show.
     *
     * @param object the object's absolute path
     * @param expected the expected properties, in words
     * @param actual the properties in the file, in words
     * @param why the reason
     * @return the exception
     */
    public static StorageException schema(String object, String expected, String actual, String why) {
        return new StorageException(
                Kind.SCHEMA, object, expected, actual, "expected " + expected + ", found " + actual + ": " + why, null);
    }

    /**
     * Rows could not be written. The kind is {@link Kind#FULL} if the message has the system's words for a full disk.
     *
     * @param object the absolute path of the rows' dataset; null if the failure concerns no single dataset
     * @param message the reason
     * @param cause the exception that reported the failure; null for none
     * @return the exception
     */
    public static StorageException write(@Nullable String object, String message, @Nullable Throwable cause) {
        return new StorageException(kind(message, Kind.WRITE), object, null, null, message, cause);
    }

    private static Kind kind(String message, Kind otherwise) {
        return NO_SPACE.matcher(message).find() ? Kind.FULL : otherwise;
    }

    /**
     * The kind of the failure.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The object that the failure concerns.
     *
     * @return its absolute path, or null if the failure concerns the file
     */
    public @Nullable String object() {
        return object;
    }

    /**
     * The expected properties.
     *
     * @return words for a message; null if nothing was compared
     */
    public @Nullable String expected() {
        return expected;
    }

    /**
     * The properties in the file.
     *
     * @return words for a message; null if nothing was compared
     */
    public @Nullable String actual() {
        return actual;
    }
}
