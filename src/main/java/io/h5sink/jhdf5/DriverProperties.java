package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.storage.driver.FamilyDriver;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.SplitDriver;

/**
 * Chooses a file's driver in lists of file access properties. The C library gives whoever opens a file that the process has open the file as
 * it is in memory, with what is not committed; so that who reads or looks gets another driver for the same files.
 */
public final class DriverProperties {

    private DriverProperties() {}

    /**
     * Chooses the driver itself.
     *
     * @param fileAccess the list
     * @param memberAccess by which the parts of a file are opened that has some
     * @throws UnsatisfiedLinkError if the provider does not offer the driver
     */
    public static void set(FileDriver access, long fileAccess, long memberAccess) throws HDF5Exception {
        if (access instanceof PosixDriver plain) {
            setPlain(fileAccess, plain.isBuffered());
        } else if (access instanceof CoreDriver core) {
            setCore(core, fileAccess, core.onDisk());
        } else if (access instanceof FamilyDriver family) {
            H5.H5Pset_fapl_family(fileAccess, family.memberBytes(), memberAccess);
        } else if (access instanceof SplitDriver split) {
            H5.H5Pset_fapl_split(fileAccess, split.metaExtension(), memberAccess, split.rawExtension(), memberAccess);
        } else {
            throw new UnsatisfiedLinkError("H5Pset_fapl of " + access);
        }
    }

    /** Chooses memory, from which the file is written at its end or not. */
    public static void setCore(CoreDriver core, long fileAccess, boolean backing) throws HDF5Exception {
        H5.H5Pset_fapl_core(fileAccess, core.increment(), backing);
    }

    private static void setPlain(long fileAccess, boolean buffered) throws HDF5Exception {
        if (buffered) {
            H5.H5Pset_fapl_stdio(fileAccess);
        } else {
            H5.H5Pset_fapl_sec2(fileAccess);
        }
    }

    /** Chooses a driver that reads the same files and is not the same. */
    public static void setForReading(FileDriver access, long fileAccess, long memberAccess) throws HDF5Exception {
        if (access instanceof PosixDriver plain) {
            setPlain(fileAccess, !plain.isBuffered());
        } else if (access instanceof CoreDriver) {
            setPlain(fileAccess, false); // nothing of it need be in memory
        } else {
            H5.H5Pset_fapl_stdio(memberAccess);
            set(access, fileAccess, memberAccess);
        }
    }

    /** Chooses a driver that reads the same files and is neither of the others, because who reads a file for long has it in memory. */
    public static void setForLooking(FileDriver access, long fileAccess, long memberAccess) throws HDF5Exception {
        if (access instanceof PosixDriver || access instanceof CoreDriver) {
            setLog(fileAccess);
        } else {
            setLog(memberAccess);
            set(access, fileAccess, memberAccess);
        }
    }

    /** {@code H5FD_LOG}, without a log: reads and writes as sec2 does. */
    private static void setLog(long fileAccess) throws HDF5Exception {
        H5.H5Pset_fapl_log(fileAccess, "", 0, 0);
    }
}
