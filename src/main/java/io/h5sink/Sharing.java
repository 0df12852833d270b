package io.h5sink;

/** Who can open the file while a session writes to it. */
public enum Sharing {
    /**
     * Everybody, for reading: between commits the file is complete and not marked as open, so that any HDF5 tool opens it. An
     * attempt that meets a commit fails, and is to be repeated. Programs in the same JVM that use the same HDF5 may see the file as that
     * has it in memory.
     */
    RELEASE,
    /**
     * Readers that follow, in HDF5's single-writer multiple-reader mode: h5py with {@code swmr=True}. The file is marked as
     * open throughout, which all other readers refuse. No datasets can be made after the first commit, and none can hold data
     * of variable length.
     */
    SWMR,
    /** Nobody: the file is marked as open throughout, for a job that comes to an end. */
    EXCLUSIVE
}
