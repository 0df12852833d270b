package io.h5sink.hdf5;

/** Who can open a file that a session writes to. */
public enum StoreSharing {
    /** Everybody, for reading, between commits. */
    RELEASE,
    /** Readers that follow. */
    SWMR,
    /** Nobody. */
    EXCLUSIVE
}
