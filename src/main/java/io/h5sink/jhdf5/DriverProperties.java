package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.storage.driver.FamilyDriver;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.SplitDriver;

/**
 * Chooses a file's driver in lists of file access properties. If this process opens a file twice with the same driver, HDF5 gives both the
 * same file in memory, uncommitted data included; so readers get another driver for the same files than the writer.
 */
public final class DriverProperties {

    private DriverProperties() {}

    /**
     * Chooses the driver for writing.
     *
     * @param fileAccess the file access property list
     * @param memberAccess the file access property list of member files, for the family and split drivers
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

    /** Chooses {@code H5FD_CORE}; with {@code backing}, HDF5 writes the file to disk when it is closed. */
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

    /** Chooses a driver for reading that reads the same files as the writer's driver and is another one. */
    public static void setForReading(FileDriver access, long fileAccess, long memberAccess) throws HDF5Exception {
        if (access instanceof PosixDriver plain) {
            setPlain(fileAccess, !plain.isBuffered());
        } else if (access instanceof CoreDriver) {
            setPlain(fileAccess, false); // a reader of the file need not have all of it in memory
        } else {
            H5.H5Pset_fapl_stdio(memberAccess);
            set(access, fileAccess, memberAccess);
        }
    }

    /**
     * Chooses a third driver, for a short look at a file, different from the writer's and the reader's: HDF5 would give the look a
     * long-lived reader's cached metadata.
     */
    public static void setForLooking(FileDriver access, long fileAccess, long memberAccess) throws HDF5Exception {
        if (access instanceof PosixDriver || access instanceof CoreDriver) {
            setLog(fileAccess);
        } else {
            setLog(memberAccess);
            set(access, fileAccess, memberAccess);
        }
    }

    /** Chooses {@code H5FD_LOG} without a log file; this driver reads and writes as sec2 does. */
    private static void setLog(long fileAccess) throws HDF5Exception {
        H5.H5Pset_fapl_log(fileAccess, "", 0, 0);
    }
}
