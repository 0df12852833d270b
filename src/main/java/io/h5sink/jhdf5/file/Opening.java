package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.DriverProperties;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.FileLocks;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** File access properties, and the opening or creating of a file with them. */
public final class Opening implements AutoCloseable {

    /** The message of HDF5's drivers for a file that another program has locked. */
    private static final Pattern LOCKED = Pattern.compile("lock (the )?file");

    /** The message of HDF5 for a file that HDF5 could lock, and that is marked as open for writing. */
    private static final Pattern MARKED = Pattern.compile("already open for write");

    public final Handle list;
    private final Handle members;

    /** Whether other programs can open a file that this process has open, because HDF5 does not lock it. */
    public final boolean lockFree;

    /** Access properties with the default driver. */
    public Opening() throws HDF5Exception {
        list = Handle.properties(HDF5Constants.H5P_FILE_ACCESS);
        members = Handle.properties(HDF5Constants.H5P_FILE_ACCESS);
        H5.H5Pset_fclose_degree(list.id, HDF5Constants.H5F_CLOSE_STRONG);
        FileLocks.use(members.id, false);
        lockFree = FileLocks.use(list.id, false) || "FALSE".equals(System.getenv("HDF5_USE_FILE_LOCKING"));
    }

    /** Access properties for writing in the format of HDF5 1.10; objects of other programs in the file may have a newer format. */
    public Opening(FileDriver access) throws HDF5Exception {
        this();
        H5.H5Pset_libver_bounds(list.id, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_LATEST);
        choose(access);
    }

    /** Has new objects made in the format of HDF5 1.8. */
    public void forOld() throws HDF5Exception {
        H5.H5Pset_libver_bounds(list.id, HDF5Constants.H5F_LIBVER_V18, HDF5Constants.H5F_LIBVER_LATEST);
    }

    /**
     * Chooses the driver for reading.
     *
     * @param shared whether HDF5's files in memory may be shared with a writer in this process, as for SWMR
     */
    public void forReading(FileDriver access, boolean shared) throws HDF5Exception {
        if (shared) {
            DriverProperties.set(access, list.id, members.id);
        } else {
            DriverProperties.setForReading(access, list.id, members.id);
        }
    }

    /** Chooses the driver for a short look at a file as it is on disk now, even if this process has the file open. */
    public void forLooking(FileDriver access) throws HDF5Exception {
        DriverProperties.setForLooking(access, list.id, members.id);
    }

    private void choose(FileDriver access) {
        try {
            DriverProperties.set(access, list.id, members.id);
        } catch (HDF5Exception | UnsatisfiedLinkError e) {
            throw StorageException.file(
                    access + " is not offered by " + Library.describe() + ": "
                            + (e instanceof HDF5Exception refused ? ErrorStack.reason(refused) : e.getMessage()),
                    e);
        }
    }

    /**
     * Makes the file.
     *
     * @param replace whether the file replaces an existing one
     * @param lock whether HDF5 locks the file: another program's HDF5 would create a file anew that it opens for writing and finds empty.
     *     Nothing else in this process can open a locked file
     */
    public long create(Path path, boolean replace, boolean lock) {
        try {
            FileLocks.use(list.id, lock);
            int flags = replace ? HDF5Constants.H5F_ACC_TRUNC : HDF5Constants.H5F_ACC_EXCL;
            return Named.createFile(path.toString(), flags, HDF5Constants.H5P_DEFAULT, list.id);
        } catch (HDF5Exception e) {
            String message = "the file cannot be created: " + ErrorStack.reason(e);
            throw LOCKED.matcher(message).find()
                    ? StorageException.busy(message, e)
                    : StorageException.file(message, e);
        }
    }

    /** Opens an existing file for writing. */
    public long open(Path path) {
        try {
            return Named.openFile(path.toString(), HDF5Constants.H5F_ACC_RDWR, list.id);
        } catch (HDF5Exception e) {
            String message = "HDF5 cannot open the file: " + ErrorStack.reason(e);
            if (MARKED.matcher(message).find()) {
                throw StorageException.busy("another program has just opened it for writing", e);
            }
            throw lockFree || !LOCKED.matcher(message).find()
                    ? StorageException.file(message, e)
                    : StorageException.busy(
                            message + "; another program holds it open, and "
                                    + Library.calls().provider()
                                    + " cannot do without file locks: set HDF5_USE_FILE_LOCKING=FALSE for this process,"
                                    + " or use the embedded HDF5",
                            e);
        }
    }

    /** Whether HDF5's message says that another program has the file open. */
    public static boolean isOpenElsewhere(String reason) {
        return LOCKED.matcher(reason).find() || MARKED.matcher(reason).find();
    }

    /** Whether no program has a file open that is marked as open for writing, as far as file locks show. */
    public static boolean isStale(StoredFile file) {
        try (Opening opening = new Opening(file.access())) {
            FileLocks.use(opening.list.id, true);
            return isStale(file.path(), opening.list.id);
        } catch (HDF5Exception e) {
            return false; // the locks show nothing
        }
    }

    /** Reads the reason of a failure before the property list is closed, which clears the error stack. */
    private static boolean isStale(Path path, long list) throws HDF5Exception {
        try {
            H5.H5Fclose(Named.openFile(path.toString(), HDF5Constants.H5F_ACC_RDWR, list));
            return true;
        } catch (HDF5Exception e) {
            return MARKED.matcher(ErrorStack.reason(e)).find();
        }
    }

    @Override
    public void close() throws HDF5Exception {
        list.close();
        members.close();
    }
}
