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

/**
 * The metadata that the C library will change in a file when it flushes, found in HDF5's {@link MetadataLog}; for a small file, all bytes
 * of the file. One thread at a time.
 */
final class LibraryChanges {

    /** The most unchanged bytes between two changed pieces that are noted as one image. */
    private static final int GAP = 64;

    /** The bytes whose disk space is reserved by one call. */
    private static final int BACKED = 1 << 20;

    private final DiskFile disk;
    private @Nullable MetadataLog log;

    /** How much of the C library's changes since it opened the file the log covers, in descending order. */
    private enum Coverage {
        /** All changes. */
        ALL,

        /**
         * All changes of the commit under way, if one is; but not all collections of the global heap that HDF5 may write to for as long as
         * the file is open.
         */
        NOT_HEAPS,

        /** Not all changes of the commit under way: the whole file is noted in the journal. */
        NOT_ENOUGH
    }

    private Coverage coverage = Coverage.ALL;

    LibraryChanges(DiskFile disk) {
        this.disk = disk;
    }

    /** Begins to read the log of a file that the C library has opened. */
    void opened(MetadataLog itsLog) throws IOException {
        log = itsLog;
        itsLog.opened();
        coverage = Coverage.ALL;
    }

    /** Closes the log of a file that the C library has closed. */
    void closed() throws IOException {
        if (log != null) {
            log.close();
            log = null;
        }
    }

    /** Reads the log so far, before the log grows large. */
    void proceed() throws IOException {
        if (log != null) {
            log.update();
        }
    }

    /** Forgets the logged changes after a flush. */
    void flushed() throws IOException {
        if (log != null) {
            log.flushed();
        }
    }

    /** Notes that changes of collections of the global heap were not logged. */
    void unloggedHeaps() {
        coverage = isUnlogged() ? coverage : Coverage.NOT_HEAPS;
    }

    /** Notes that changes of the commit under way were not logged. */
    void unlogged() {
        coverage = Coverage.NOT_ENOUGH;
    }

    /** Whether changes of the commit under way were not logged. */
    boolean isUnlogged() {
        return coverage == Coverage.NOT_ENOUGH;
    }

    /** Whether the log lacks metadata that the C library may still change. */
    boolean isIncomplete() {
        return coverage != Coverage.ALL;
    }

    /** Notes that no commit is under way. */
    void forget() {
        coverage = isUnlogged() ? Coverage.NOT_HEAPS : coverage;
    }

    /**
     * The bytes that the flush will overwrite, as they are on disk now, but for raw data, which is given as it was.
     *
     * @param committedEnd the end of the space that committed metadata may refer to
     * @param raw pre-images of raw data that was overwritten already
     */
    List<RollbackJournal.Image> images(long committedEnd, List<RollbackJournal.Image> raw) throws IOException {
        return isUnlogged() ? new ArrayList<>(List.of(all(committedEnd, raw))) : logged(committedEnd);
    }

    /** The whole committed content of a small file. */
    private RollbackJournal.Image all(long committedEnd, List<RollbackJournal.Image> raw) throws IOException {
        ByteBuffer bytes = disk.read(0, (int) committedEnd);
        for (RollbackJournal.Image image : raw) { // raw data that was overwritten already
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

    /** Reserves disk space for all new metadata. */
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
