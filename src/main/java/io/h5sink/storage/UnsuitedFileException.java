package io.h5sink.storage;

/**
 * A file has something that Java cannot extend yet, and the C library can. The commit has not been written, and must be abandoned before
 * the C library opens the file.
 */
public final class UnsuitedFileException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * The exception for an object.
     *
     * @param object the absolute path, or other words for the object
     * @param why the reason, in words
     */
    public UnsuitedFileException(String object, String why) {
        super(object + ": " + why, null, false, false);
    }
}
