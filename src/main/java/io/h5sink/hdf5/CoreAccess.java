package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;

/** {@code H5FD_CORE}: in memory, where it stays open until the session ends. */
public final class CoreAccess extends Access {

    /** What becomes of a file in memory when it is closed. */
    public enum End {
        /** It is written to disk. */
        FILE,
        /** It is given away. */
        IMAGE,
        /** It is gone. */
        NOTHING
    }

    private final long increment;
    private final End end;

    /**
     * A file in memory.
     *
     * @param increment by how much it grows, in bytes
     * @param end what becomes of it when it is closed
     */
    public CoreAccess(long increment, End end) {
        super(end == End.IMAGE ? "image(…)" : "core(" + increment + ", " + (end == End.FILE) + ")");
        this.increment = increment;
        this.end = end;
    }

    /** Whether the file's bytes are wanted when it is closed. */
    boolean givesImage() {
        return end == End.IMAGE;
    }

    @Override
    boolean inMemory() {
        return true;
    }

    @Override
    boolean onDisk() {
        return end == End.FILE;
    }

    @Override
    void set(long fileAccess, long memberAccess) throws HDF5Exception {
        set(fileAccess, end == End.FILE);
    }

    void set(long fileAccess, boolean backing) throws HDF5Exception {
        H5.H5Pset_fapl_core(fileAccess, increment, backing);
    }

    @Override
    void setForReading(long fileAccess, long memberAccess) throws HDF5Exception {
        H5.H5Pset_fapl_sec2(fileAccess); // nothing of it need be in memory
    }

    @Override
    void setForLooking(long fileAccess, long memberAccess) throws HDF5Exception {
        setLog(fileAccess);
    }
}
