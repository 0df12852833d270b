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

/** The access properties of a file, with which the C library opens or makes it. */
public final class Opening implements AutoCloseable {

    /** What the drivers say of a file that another program has locked. */
    private static final Pattern LOCKED = Pattern.compile("lock (the )?file");

    /** What the C library says of a file that it could lock, but that is marked as open for writing. */
    private static final Pattern MARKED = Pattern.compile("already open for write");

    public final Handle list;
    private final Handle members;

    /** Whether others can open a file that this process has open. */
    public final boolean lockFree;

    /** Without a driver. */
    public Opening() throws HDF5Exception {
        list = Handle.properties(HDF5Constants.H5P_FILE_ACCESS);
        members = Handle.properties(HDF5Constants.H5P_FILE_ACCESS);
        H5.H5Pset_fclose_degree(list.id, HDF5Constants.H5F_CLOSE_STRONG);
        FileLocks.use(members.id, false);
        lockFree = FileLocks.use(list.id, false) || "FALSE".equals(System.getenv("HDF5_USE_FILE_LOCKING"));
    }

    /** For writing, in the format of HDF5 1.10; what others have made there may be of a newer one. */
    public Opening(FileDriver access) throws HDF5Exception {
        this();
        H5.H5Pset_libver_bounds(list.id, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_LATEST);
        choose(access);
    }

    /** Keeps what is made to what HDF5 1.8 knows. */
    public void forOld() throws HDF5Exception {
        H5.H5Pset_libver_bounds(list.id, HDF5Constants.H5F_LIBVER_V18, HDF5Constants.H5F_LIBVER_LATEST);
    }

    /**
     * Chooses the driver for reading a file that its writer lets be read meanwhile, or not.
     *
     * @param shared whether it does
     */
    public void forReading(FileDriver access, boolean shared) throws HDF5Exception {
        if (shared) {
            DriverProperties.set(access, list.id, members.id);
        } else {
            DriverProperties.setForReading(access, list.id, members.id);
        }
    }

    /** Chooses the driver for reading a file as it is now on disk, also if this process has it open, and for no longer than a turn. */
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
     * @param replace whether in place of one that is there
     * @param lock whether the library locks it, because HDF5 takes a file of no length that it opens for writing as one that it is to
     *     make; in this process nobody can then open it
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

    /** Opens the file that is there. */
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

    /** Whether the library says that another program has a file. */
    public static boolean isOpenElsewhere(String reason) {
        return LOCKED.matcher(reason).find() || MARKED.matcher(reason).find();
    }

    /** Whether nobody has a file open that is marked as open for writing, as far as locks tell. */
    public static boolean isStale(StoredFile file) {
        try (Opening opening = new Opening(file.access())) {
            FileLocks.use(opening.list.id, true);
            return isStale(file.path(), opening.list.id);
        } catch (HDF5Exception e) {
            return false; // nothing is known
        }
    }

    /** The reason is read before the list is closed, which clears it. */
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
