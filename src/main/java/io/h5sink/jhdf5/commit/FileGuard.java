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
 * Keeps programs away that would open a file for writing, while the C library closes it and opens it again: when it closes a file it writes
 * a superblock of which others must not see anything, and takes the mark away. The library itself holds a shared lock for that time, by
 * reading the file through another driver.
 */
final class FileGuard implements AutoCloseable {

    private static final long NONE = -1;

    private final long id;

    private FileGuard(long id) {
        this.id = id;
    }

    /** Keeps nobody away. */
    static FileGuard none() {
        return new FileGuard(NONE);
    }

    /**
     * Keeps others away from a file that is complete; nobody, if this HDF5 cannot be told whether to lock files.
     *
     * @throws StorageException if another program has the file, of kind {@link StorageException.Kind#BUSY}
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
                return none(); // the opening that comes next says what is wrong
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
