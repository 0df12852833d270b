package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.transaction.DiskFile;
import java.io.IOException;

/**
 * The room that the disk keeps for what the C library is about to write, since the library cannot forget what it failed to write: it
 * must not come to that. One thread at a time.
 */
final class DiskReservation {

    /** More than the metadata takes that comes with rows in one dataset, in bytes. */
    private static final long SLACK = 1 << 15;

    private final DiskFile disk;

    /** Where the room ends that the disk keeps for this commit, as a position in the file. */
    private long filled;

    /** What the library may still take of that, and where its space ended when that was last known. */
    private long promised;

    private long promisedAt;

    /** Whether a commit of the session has waited for room, since when no other was done: then all room must be there. */
    private boolean tight;

    DiskReservation(DiskFile disk) {
        this.disk = disk;
    }

    /**
     * Has the disk keep room.
     *
     * @param file its identifier
     * @param bytes what will be written
     * @param more what the file may grow by besides
     * @param asked whether it must be there; otherwise the file need only be allowed to have it, because what fails then is
     *     the writing of rows, which can be taken back
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

    /** The library has not taken what it was promised, and is not to. */
    void breakPromise() {
        promised = 0;
        tight = true;
    }

    /** A commit is done. */
    void loosen() {
        tight = false;
    }

    /** The commit is over. */
    void forget() {
        filled = 0;
        promised = 0;
    }
}
