package io.h5sink.hdf5;

/** What the first opening of a file does with one that is there, and with one that is not. */
public enum StoreMode {
    /** Goes on with the file that is there, or makes one. */
    APPEND,
    /** Replaces the file that is there. */
    TRUNCATE,
    /** Makes a file where there is none. */
    CREATE_NEW,
    /** Goes on with the file that is there. */
    EXISTING
}
