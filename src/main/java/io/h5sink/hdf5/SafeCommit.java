package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes each commit to a file on disk all or nothing, wherever the process dies. HDF5 keeps what it changes of a file's metadata in
 * its cache until it is told to flush, and raw data goes to space that no committed metadata refers to. So until the flush begins
 * the file is as the last commit left it, but for the mark in its superblock; before it begins, the bytes that it will overwrite go
 * to the {@link Journal}; and once it is done the journal is cleared. Whoever finds a journal that is not clear writes its bytes
 * back ({@link Recovery}). One thread at a time.
 */
final class SafeCommit {

    /** Unchanged bytes between two changed pieces that are not worth a piece more. */
    private static final int GAP = 64;

    private final DiskFile disk;
    private final Journal journal;
    private final boolean force;

    /** Whether the file is complete between commits. */
    private final boolean release;

    private @Nullable MetadataLog log;
    private boolean birth;

    /** What is written back if the commit fails; null before that is known. */
    private @Nullable List<Journal.Image> before;

    /** Of that, the raw data that is overwritten before the flush. */
    private final List<Journal.Image> raw = new ArrayList<>();

    private DiskFile.@Nullable Stamp stamp;

    /** Where the space ends that committed metadata may refer to, relative to the superblock. */
    private long committedEnd;

    /**
     * For a file whose journal is this process's.
     *
     * @param release whether the file is complete between commits
     * @param force whether each commit waits until the disk has it
     */
    SafeCommit(Path file, Access access, Journal journal, boolean release, boolean force) {
        this.disk = new DiskFile(file, access);
        this.journal = journal;
        this.release = release;
        this.force = force;
    }

    /** The file is about to be made. */
    void birth() throws IOException {
        note(Journal.Kind.BIRTH, List.of());
        birth = true;
    }

    /** The file is about to be opened. */
    void opening() throws IOException {
        if (!release) {
            note(Journal.Kind.OPEN, List.of());
        }
        if (force) {
            journal.forceNames();
        }
    }

    private void note(Journal.Kind kind, List<Journal.Image> images) throws IOException {
        journal.note(kind, images);
        if (force) {
            journal.force();
        }
    }

    /** The C library has opened the file, and logs what it changes. */
    void opened(MetadataLog itsLog) throws IOException {
        log = itsLog;
        itsLog.opened();
        committedEnd = birth ? 0 : disk.end();
        itsLog.flushed(committedEnd);
    }

    /** The C library has closed the file. */
    void closed() throws IOException {
        if (log != null) {
            log.close();
            log = null;
        }
    }

    /**
     * Begins a commit to a file that the C library has kept open.
     *
     * @return false if another program wrote to it meanwhile, so that what the library knows of it is wrong
     */
    boolean begin() throws IOException {
        DiskFile.Stamp known = Objects.requireNonNull(stamp);
        DiskFile.Stamp now;
        try {
            now = disk.stamp();
        } catch (NoSuchFileException e) {
            throw StoreException.file("it is gone", e);
        }
        if (!Objects.equals(now.key(), known.key())) {
            throw StoreException.file("another file has taken its place", null);
        }
        if (release) {
            if (!now.equals(known)) {
                mustNotBeMarked();
                return false;
            }
            disk.mark(true);
        }
        return true;
    }

    private void mustNotBeMarked() throws IOException {
        if (disk.superblock().marked()) {
            throw StoreException.busy("another program has opened it for writing", null);
        }
    }

    /**
     * Whether an address, and all that its owner is given until the commit, lies where nothing is that is committed: behind all that,
     * or in space that was free before.
     */
    boolean isNew(long address) throws IOException {
        return address >= committedEnd && log != null && !log.freed();
    }

    /** Lets the log be taken in, before it grows large. */
    void proceed() throws IOException {
        if (log != null) {
            log.update();
        }
    }

    /** Notes raw data that is about to be overwritten before the flush. */
    void overwrites(long offset, int length) throws IOException {
        if (!birth) {
            long address = disk.address(offset);
            raw.add(new Journal.Image(address, disk.read(address, length)));
            note(Journal.Kind.FLUSH, raw);
        }
    }

    /** Notes what the flush that comes next will overwrite. */
    void prepare(long file) throws IOException, HDF5Exception {
        if (!birth) {
            List<Journal.Image> images = images();
            before = images;
            note(Journal.Kind.FLUSH, images);
        }
        disk.reserve(H5.H5Fget_filesize(file));
        hold();
    }

    /** Makes sure that the disk has the mark before it has what comes next, lest a power cut show readers a part of that. */
    void hold() throws IOException {
        if (force) {
            disk.force();
        }
    }

    private List<Journal.Image> images() throws IOException {
        List<Journal.Image> images = new ArrayList<>();
        long start = 0;
        long end = disk.superblock().length();
        for (Map.Entry<Long, Integer> piece :
                Objects.requireNonNull(log).changed().entrySet()) {
            if (piece.getKey() >= committedEnd) {
                continue;
            }
            long pieceEnd = Math.min(piece.getKey() + piece.getValue(), committedEnd);
            if (piece.getKey() > end + GAP) {
                images.add(new Journal.Image(start, disk.read(start, Math.toIntExact(end - start))));
                start = piece.getKey();
            }
            end = Math.max(end, pieceEnd);
        }
        images.add(new Journal.Image(start, disk.read(start, Math.toIntExact(end - start))));
        images.addAll(raw);
        return images;
    }

    /**
     * The flush is done: the commit holds.
     *
     * @param closed whether the C library has closed the file, and has taken its own mark away
     */
    void done(boolean closed) throws IOException {
        if (force) {
            disk.force();
        }
        if (force && birth) {
            journal.forceNames();
        }
        if (closed) {
            disk.fit(); // to what the library, which does not know of the reserve, has left
        }
        if (release || closed) {
            journal.clear();
            if (force) {
                journal.force();
            }
            disk.mark(false);
        } else {
            note(Journal.Kind.OPEN, List.of());
        }
        birth = false;
        before = null;
        raw.clear();
        committedEnd = disk.end();
        if (log != null) {
            log.flushed(committedEnd);
        }
        stamp = disk.stamp();
    }

    /** Knows what a flush would overwrite, if it is not known yet. */
    void remember() throws IOException {
        if (!birth && before == null) {
            before = images();
        }
    }

    /** Makes the file what it was when the last commit was done. The C library must have closed it. */
    void undo() throws IOException {
        if (birth) {
            disk.delete();
        } else if (before != null) {
            disk.restore(before);
        }
        journal.clear();
        birth = false;
        before = null;
        raw.clear();
    }

    /**
     * Lets the C library close a file that another program has changed, so that what the library writes then does no harm.
     *
     * @param closing closes it
     */
    void closeStale(Closing closing) throws IOException, HDF5Exception {
        ByteBuffer head = disk.read(0, disk.superblock().length());
        try {
            closing.close();
        } finally {
            disk.write(0, head);
            closed();
        }
    }

    /** Closes a file. */
    interface Closing {
        void close() throws HDF5Exception;
    }

    /** Leaves the file to others. */
    void end() throws IOException {
        try (journal;
                disk) {
            closed();
        }
    }
}
