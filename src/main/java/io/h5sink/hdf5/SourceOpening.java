package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.Map;

/**
 * A file that was looked at in Java and then opened by the C library.
 *
 * @param id its identifier
 * @param disk its bytes
 * @param lengths how long its datasets are
 */
record SourceOpening(long id, SourceDisk disk, SourceLengths lengths) {

    private static final long ATTEMPTS = 16;

    /**
     * Opens a file that is there.
     *
     * @param looking whether it is read as it is now, also if this process has had it open before
     * @param writable whether elements are to be replaced
     * @throws StoreException if that is not possible; of kind {@link StoreException.Kind#BUSY} if it may be later
     */
    static SourceOpening of(StoredFile file, boolean looking, boolean writable) {
        Library.calls();
        boolean written = Journal.isBeside(RealPath.of(file.path()));
        SourceLook before = written ? SourceLook.at(file) : null;
        Map<Long, Long> lengths = SourceCheck.mustBeReadable(file, writable);
        boolean swmr = lengths == null;
        if (before != null && !swmr) {
            SourceLook now = SourceLook.at(file);
            if (now == null
                    || now.changing()
                    || !now.unchanged(before)) { // or the lengths would be those of two commits
                throw StoreException.busy("it is just being written", null);
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
            Object key = SourceDisk.key(file);
            long id;
            try {
                id = Named.openFile(file.path().toString(), flags, opening.list.id);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
            try {
                SourceDisk disk = SourceDisk.open(file, key, swmr, writable);
                return new SourceOpening(id, disk, new SourceLengths(file, lengths));
            } catch (StoreException e) {
                H5.H5Fclose(id);
                throw e;
            }
        } catch (HDF5Exception e) { // which a commit that is on the way may be the reason of
            throw StoreException.busy("HDF5 cannot open it: " + ErrorStack.reason(e), e);
        }
    }
}
