package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.FileLocks;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;

/**
 * A shared lock on a file, held while the C library closes and reopens the file, so that no other program opens the file for writing then:
 * H5Fclose writes a superblock that other programs must not see, and takes the mark away. The C library holds the lock, by having the file
 * open for reading through another driver.
 */
final class FileGuard implements AutoCloseable {

    private static final long NONE = -1;

    private final long id;

    private FileGuard(long id) {
        this.id = id;
    }

    /** A guard without a lock. */
    static FileGuard none() {
        return new FileGuard(NONE);
    }

    /**
     * Locks a file that is complete; gives a guard without a lock if this HDF5 has no property for file locking, or the environment
     * decides.
     *
     * @throws StorageException if another program has the file open for writing, of kind {@link StorageException.Kind#BUSY}
     */
    static FileGuard of(StoredFile file) throws HDF5Exception {
        try (Opening opening = new Opening()) {
            if (System.getenv("HDF5_USE_FILE_LOCKING") != null || !FileLocks.use(opening.list.id, true)) {
                return none();
            }
            opening.forReading(file.access(), false);
            try {
                return new FileGuard(H5.H5Fopen(file.path().toString(), HDF5Constants.H5F_ACC_RDONLY, opening.list.id));
            } catch (HDF5Exception e) {
                String reason = ErrorStack.reason(e);
                if (Opening.isOpenElsewhere(reason)) {
                    throw StorageException.busy("another program has opened it for writing", e);
                }
                return none(); // the next H5Fopen reports the failure
            }
        }
    }

    @Override
    public void close() throws HDF5Exception {
        if (id != NONE) {
            H5.H5Fclose(id);
        }
    }
}
