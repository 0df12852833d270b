package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.transaction.DiskFile;
import java.io.IOException;

/**
 * Reserves disk space for the writes that the C library still holds in memory. HDF5 cannot discard a write that failed, and then cannot
 * close the file; with the space reserved, such a write does not fail for a full disk. One thread at a time.
 */
final class DiskReservation {

    /** An upper bound of the metadata that rows in one dataset bring along, in bytes. */
    private static final long SLACK = 1 << 15;

    private final DiskFile disk;

    /** The end of the space that is reserved for this commit, as a position in the file. */
    private long filled;

    /**
     * The bytes of the reserved space that the C library has not allocated yet, as of the time when its allocated space ended at {@code
     * promisedAt}.
     */
    private long promised;

    private long promisedAt;

    /** Whether a commit of the session has waited for disk space, and no commit has succeeded since: then all space must be reserved. */
    private boolean tight;

    DiskReservation(DiskFile disk) {
        this.disk = disk;
    }

    /**
     * Reserves space.
     *
     * @param file the identifier of the file
     * @param bytes the bytes that will be written
     * @param more an upper bound of the bytes that the file may grow by besides
     * @param asked whether the space must be reserved; otherwise only the limit of the file's size is checked, because a full disk then
     *     fails the writing of rows, which can be undone
     */
    void keep(long file, long bytes, long more, boolean asked) throws IOException, HDF5Exception {
        boolean sure = asked || tight;
        long end = H5.H5Fget_filesize(file);
        if (sure) {
            long taken = Math.max(0, end - promisedAt);
            long now = Math.max(0, promised - taken) + bytes;
            long to = end + now + SLACK;
            disk.fill(Math.max(end, filled), to);
            filled = Math.max(filled, to);
            promised = now;
            promisedAt = end;
        } else {
            disk.mustBeAllowed(end + bytes + more + SLACK);
        }
    }

    /** Drops the reservation of a commit that waits, and reserves all space of the next ones. */
    void breakPromise() {
        promised = 0;
        tight = true;
    }

    /** Notes that a commit has succeeded: from now on only asked space is reserved. */
    void loosen() {
        tight = false;
    }

    /** Forgets the reservation of a commit that has ended. */
    void forget() {
        filled = 0;
        promised = 0;
    }
}
