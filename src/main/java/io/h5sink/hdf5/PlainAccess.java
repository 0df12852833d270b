package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;

/** {@code H5FD_SEC2} and {@code H5FD_STDIO}: one file, which does not show by which of them it was written. */
public final class PlainAccess extends Access {

    private final boolean buffered;

    /**
     * One file.
     *
     * @param buffered whether it is written through the C library's streams, not by the system's calls
     */
    public PlainAccess(boolean buffered) {
        super(buffered ? "stdio()" : "sec2()");
        this.buffered = buffered;
    }

    @Override
    public boolean isOneFileOnDisk() {
        return true;
    }

    @Override
    public boolean canBeFollowed() {
        return !buffered;
    }

    @Override
    void set(long fileAccess, long memberAccess) throws HDF5Exception {
        if (buffered) {
            H5.H5Pset_fapl_stdio(fileAccess);
        } else {
            H5.H5Pset_fapl_sec2(fileAccess);
        }
    }

    @Override
    void setForReading(long fileAccess, long memberAccess) throws HDF5Exception {
        new PlainAccess(!buffered).set(fileAccess, memberAccess);
    }

    @Override
    void setForLooking(long fileAccess, long memberAccess) throws HDF5Exception {
        setLog(fileAccess);
    }
}
