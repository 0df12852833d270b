package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.transaction.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which of a file's metadata the C library changes when it flushes, as its log tells. One thread at a time. */
final class LibraryChanges {

    /** Unchanged bytes between two changed pieces that are not worth a piece more. */
    private static final int GAP = 64;

    /** Bytes that are backed by the disk at once. */
    private static final int BACKED = 1 << 20;

    private final DiskFile disk;
    private @Nullable MetadataLog log;

    /** How much of what the library has changed since it opened the file the log tells, least last. */
    private enum Coverage {
        /** All. */
        ALL,

        /**
         * All that the commit under way overwrites, or no commit is under way; but not all collections of the global heap that the library may
         * go on with for as long as it has the file open.
         */
        NOT_HEAPS,

        /** Not all that the commit under way overwrites: all of the file is to be noted. */
        NOT_ENOUGH
    }

    private Coverage coverage = Coverage.ALL;

    LibraryChanges(DiskFile disk) {
        this.disk = disk;
    }

    /** The C library has opened the file, and logs what it changes. */
    void opened(MetadataLog itsLog) throws IOException {
        log = itsLog;
        itsLog.opened();
        coverage = Coverage.ALL;
    }

    /** The C library has closed the file. */
    void closed() throws IOException {
        if (log != null) {
            log.close();
            log = null;
        }
    }

    /** Lets the log be taken in, before it grows large. */
    void proceed() throws IOException {
        if (log != null) {
            log.update();
        }
    }

    /** The C library has flushed. */
    void flushed() throws IOException {
        if (log != null) {
            log.flushed();
        }
    }

    /** Notes that the log is silent about collections of the global heap. */
    void unloggedHeaps() {
        coverage = isUnlogged() ? coverage : Coverage.NOT_HEAPS;
    }

    /** Notes that the log is silent about what the commit under way overwrites. */
    void unlogged() {
        coverage = Coverage.NOT_ENOUGH;
    }

    /** Whether the log is silent about what the commit under way overwrites. */
    boolean isUnlogged() {
        return coverage == Coverage.NOT_ENOUGH;
    }

    /** Whether the log is silent about something that the library may go on to change. */
    boolean isIncomplete() {
        return coverage != Coverage.ALL;
    }

    /** No commit is under way. */
    void forget() {
        coverage = isUnlogged() ? Coverage.NOT_HEAPS : coverage;
    }

    /**
     * What the flush will overwrite, as it is now.
     *
     * @param committedEnd where the space ends that committed metadata may refer to
     * @param raw raw data that was overwritten by now
     */
    List<RollbackJournal.Image> images(long committedEnd, List<RollbackJournal.Image> raw) throws IOException {
        return isUnlogged() ? new ArrayList<>(List.of(all(committedEnd, raw))) : logged(committedEnd);
    }

    /** All that there was in a small file. */
    private RollbackJournal.Image all(long committedEnd, List<RollbackJournal.Image> raw) throws IOException {
        ByteBuffer bytes = disk.read(0, (int) committedEnd);
        for (RollbackJournal.Image image : raw) { // which was overwritten by now
            bytes.put((int) image.address(), image.bytes(), 0, image.bytes().limit());
        }
        return new RollbackJournal.Image(0, bytes);
    }

    private List<RollbackJournal.Image> logged(long committedEnd) throws IOException {
        List<RollbackJournal.Image> images = new ArrayList<>();
        long start = 0;
        long last = disk.superblock().length();
        for (Map.Entry<Long, Integer> piece :
                Objects.requireNonNull(log).changed().entrySet()) {
            if (piece.getKey() >= committedEnd) {
                continue;
            }
            long pieceEnd = Math.min(piece.getKey() + piece.getValue(), committedEnd);
            if (piece.getKey() > last + GAP) {
                images.add(new RollbackJournal.Image(start, disk.read(start, Math.toIntExact(last - start))));
                start = piece.getKey();
            }
            last = Math.max(last, pieceEnd);
        }
        images.add(new RollbackJournal.Image(start, disk.read(start, Math.toIntExact(last - start))));
        return images;
    }

    /** Has the disk keep room for all metadata that is new. */
    void back(long file, long committedEnd) throws IOException, HDF5Exception {
        long end = H5.H5Fget_filesize(file) - disk.start();
        for (long at = 0; isUnlogged() && at < end; at += BACKED) {
            disk.back(at, (int) Math.min(BACKED, end - at));
        }
        for (Map.Entry<Long, Integer> piece :
                Objects.requireNonNull(log).changed().entrySet()) {
            long from = Math.max(piece.getKey(), committedEnd);
            long to = Math.min(piece.getKey() + piece.getValue(), end);
            if (to > from) {
                disk.back(from, Math.toIntExact(to - from));
            }
        }
    }
}
