package io.h5sink.storage;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file could not be opened, does not fit, or could not be written. */
public final class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a caller can do about it. */
    public enum Kind {
        /** The file cannot be used. */
        FILE,
        /** An object in the file is not what was expected. */
        SCHEMA,
        /** Someone else has the file now. */
        BUSY,
        /** There is no room, on the disk or for this user or process. */
        FULL,
        /** Rows could not be written. */
        WRITE
    }

    /**
     * How the system says that there is no room: {@code ENOSPC}, {@code EDQUOT}, {@code EFBIG}. File drivers tell the number, and
     * Java the words.
     */
    private static final Pattern NO_ROOM =
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
     * The file cannot be used, unless there is no room, of which the message tells in the system's words.
     *
     * @param message why
     * @param cause what reported it, if anything did
     * @return the exception
     */
    public static StorageException file(String message, @Nullable Throwable cause) {
        return new StorageException(kind(message, Kind.FILE), null, null, null, message, cause);
    }

    /**
     * Someone else has the file now.
     *
     * @param message why
     * @param cause what reported it, if anything did
     * @return the exception
     */
    public static StorageException busy(String message, @Nullable Throwable cause) {
        return new StorageException(Kind.BUSY, null, null, null, message, cause);
    }

    /**
     * An object is not what was expected.
     *
     * @param object its absolute path
     * @param expected what was expected
     * @param actual what was found
     * @return the exception
     */
    public static StorageException schema(String object, String expected, String actual) {
        return new StorageException(
                Kind.SCHEMA, object, expected, actual, "expected " + expected + ", found " + actual, null);
    }

    /**
     * An object is not what was expected, for a reason that is not plain from both.
     *
     * @param object its absolute path
     * @param expected what was expected
     * @param actual what was found
     * @param why the reason
     * @return the exception
     */
    public static StorageException schema(String object, String expected, String actual, String why) {
        return new StorageException(
                Kind.SCHEMA, object, expected, actual, "expected " + expected + ", found " + actual + ": " + why, null);
    }

    /**
     * Rows could not be written, for want of room if the message says so in the system's words.
     *
     * @param object the absolute path of their dataset, if it is about one
     * @param message why
     * @param cause what reported it, if anything did
     * @return the exception
     */
    public static StorageException write(@Nullable String object, String message, @Nullable Throwable cause) {
        return new StorageException(kind(message, Kind.WRITE), object, null, null, message, cause);
    }

    private static Kind kind(String message, Kind otherwise) {
        return NO_ROOM.matcher(message).find() ? Kind.FULL : otherwise;
    }

    /**
     * What a caller can do about it.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The object.
     *
     * @return its absolute path, or null if it is about the file
     */
    public @Nullable String object() {
        return object;
    }

    /**
     * What was expected.
     *
     * @return words for a message; null if nothing was compared
     */
    public @Nullable String expected() {
        return expected;
    }

    /**
     * What was found.
     *
     * @return words for a message; null if nothing was compared
     */
    public @Nullable String actual() {
        return actual;
    }
}
