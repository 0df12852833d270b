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
 * A file that Java has checked and the C library has then opened for reading.
 *
 * @param id the identifier of the file
 * @param disk the bytes of the file on disk
 * @param lengths the lengths of the file's datasets
 */
public record OpenedFile(long id, DiskView disk, DatasetLengths lengths) {

    private static final long ATTEMPTS = 16;

    /**
     * Opens an existing file.
     *
     * @param looking whether the file is read as it is on disk now, even if this process has the file open already
     * @param writable whether elements are to be replaced
     * @throws StorageException if the file cannot be opened; of kind {@link StorageException.Kind#BUSY} if a later attempt may succeed
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
                    || !now.unchanged(before)) { // otherwise the lengths could be those of two commits
                throw StorageException.busy("it is just being written", null);
            }
        }
        try (Opening opening = new Opening()) {
            if (looking) {
                opening.forLooking(file.access());
            } else {
                opening.forReading(file.access(), swmr || writable);
            }
            if (swmr) { // HDF5's default of 100 attempts, each longer, would take for ever with a damaged file
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
        } catch (HDF5Exception e) { // a commit that is under way may be the reason
            throw StorageException.busy("HDF5 cannot open it: " + ErrorStack.reason(e), e);
        }
    }
}
