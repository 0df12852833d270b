package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.FileLook;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.storage.RealPath;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.util.Map;

/**
 * A file that was looked at in Java and then opened by the C library.
 *
 * @param id its identifier
 * @param disk its bytes
 * @param lengths how long its datasets are
 */
public record OpenedFile(long id, DiskView disk, DatasetLengths lengths) {

    private static final long ATTEMPTS = 16;

    /**
     * Opens a file that is there.
     *
     * @param looking whether it is read as it is now, also if this process has had it open before
     * @param writable whether elements are to be replaced
     * @throws StorageException if that is not possible; of kind {@link StorageException.Kind#BUSY} if it may be later
     */
    public static OpenedFile of(StoredFile file, boolean looking, boolean writable) {
        Library.calls();
        boolean written = RollbackJournal.isBeside(RealPath.of(file.path()));
        FileLook before = written ? FileLook.at(file) : null;
        Map<Long, Long> lengths = ReadableCheck.mustBeReadable(file, writable);
        boolean swmr = lengths == null;
        if (before != null && !swmr) {
            FileLook now = FileLook.at(file);
            if (now == null
                    || now.changing()
                    || !now.unchanged(before)) { // or the lengths would be those of two commits
                throw StorageException.busy("it is just being written", null);
            }
        }
        try (Opening opening = new Opening()) {
            if (looking) {
                opening.forLooking(file.access());
            } else {
                opening.forReading(file.access(), swmr || writable);
            }
            if (swmr) { // it tries 100 times, and waits longer each time, which for a damaged file is for ever
                H5.H5Pset_metadata_read_attempts(opening.list.id, ATTEMPTS);
            }
            int flags = writable
                    ? HDF5Constants.H5F_ACC_RDWR
                    : HDF5Constants.H5F_ACC_RDONLY | (swmr ? HDF5Constants.H5F_ACC_SWMR_READ : 0);
            Object key = DiskView.key(file);
            long id;
            try {
                id = Named.openFile(file.path().toString(), flags, opening.list.id);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
            try {
                DiskView disk = DiskView.open(file, key, swmr, writable);
                return new OpenedFile(id, disk, new DatasetLengths(file, lengths));
            } catch (StorageException e) {
                H5.H5Fclose(id);
                throw e;
            }
        } catch (HDF5Exception e) { // which a commit that is on the way may be the reason of
            throw StorageException.busy("HDF5 cannot open it: " + ErrorStack.reason(e), e);
        }
    }
}
