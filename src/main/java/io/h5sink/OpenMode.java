package io.h5sink;

/** The way in which a session treats an existing file, and a missing one. The names in brackets are h5py's. */
public enum OpenMode {
    /** Goes on with the file that is there, or creates one ({@code a}). */
    APPEND,
    /** Replaces the file that is there ({@code w}). */
    TRUNCATE,
    /** Creates a file and fails if there is one ({@code x}, {@code w-}). */
    CREATE_NEW,
    /** Goes on with the file that is there and fails if there is none ({@code r+}). */
    EXISTING
}
