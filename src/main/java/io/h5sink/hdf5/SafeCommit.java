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

    /** More than the metadata takes that comes with rows in one dataset, in bytes. */
    private static final long SLACK = 1 << 15;

    /** As much of a file may as well be noted as a whole. */
    private static final long SMALL = 1 << 18;

    /** Bytes that are backed by the disk at once. */
    private static final int BACKED = 1 << 20;

    private final DiskFile disk;
    private final Journal journal;
    private final boolean force;

    /** What this session has used of the file and needs no more. */
    private final FreeSpace space = new FreeSpace();

    /** Whether the file is complete between commits. */
    private final boolean release;

    private @Nullable MetadataLog log;
    private boolean birth;

    /** Whether more is changed than the log tells. */
    private boolean unlogged;

    /** What is written back if the commit fails; null before that is known. */
    private @Nullable List<Journal.Image> before;

    /** Of that, the raw data that is overwritten before the flush. */
    private final List<Journal.Image> raw = new ArrayList<>();

    /** Where those end in the journal. */
    private long rawEnd;

    private DiskFile.@Nullable Stamp stamp;

    /** Where the space ends that committed metadata may refer to, relative to the superblock. */
    private long committedEnd;

    /** Where the space ends that the library has taken for this commit, relative to the superblock. */
    private long end;

    /** Where the room ends that the disk keeps for this commit, as a position in the file. */
    private long filled;

    /** What the library may still take of that, and where its space ended when that was last known. */
    private long promised;

    private long promisedAt;

    /** Whether the library has made objects for this commit and closed the file. */
    private boolean made;

    /** Whether the library may have overwritten metadata. */
    private boolean flushing;

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

    /** Whether there was so little in the file before this commit, or nothing, that all of it can be noted, and no log is needed. */
    boolean isSmall() throws IOException {
        return birth || (committedEnd <= SMALL && disk.isSimple());
    }

    /** Notes that the log is silent about something; only if {@link #isSmall}. */
    void unlogged() {
        unlogged = true;
    }

    /** Whether the log is silent about something. */
    boolean isUnlogged() {
        return unlogged;
    }

    /** The file was not made. */
    void unmade() throws IOException {
        journal.clear();
        birth = false;
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
        if (birth) {
            committedEnd = 0;
            return;
        }
        committedEnd = disk.end();
        Superblock superblock = disk.superblock();
        if (superblock.driverInfo() >= 0) { // which opening the file may change
            itsLog.unknown(superblock.driverInfo() - superblock.start());
        }
    }

    /** The C library has closed the file. */
    void closed() throws IOException {
        if (log != null) {
            log.close();
            log = null;
        }
    }

    /** Begins a commit to a file that the C library has kept open, as {@link #isUntouched} says. */
    boolean begin() throws IOException {
        boolean untouched = isUntouched();
        if (untouched && release && !birth) {
            disk.mark(true);
        }
        return untouched;
    }

    /**
     * Whether the file is as the last commit left it.
     *
     * @return false if another program wrote to it meanwhile, so that what is known of it may be wrong
     */
    boolean isUntouched() throws IOException {
        DiskFile.Stamp known = Objects.requireNonNull(stamp);
        if (!made) {
            before = null;
        }
        DiskFile.Stamp now = sameFile(known);
        if (release && !now.equals(known)) {
            mustNotBeMarked();
            space.clear();
            return false;
        }
        return true;
    }

    /** Throws if another file has taken its place since the last commit. */
    void mustBeThere() throws IOException {
        if (stamp != null) {
            sameFile(stamp);
        }
    }

    private DiskFile.Stamp sameFile(DiskFile.Stamp known) throws IOException {
        DiskFile.Stamp now;
        try {
            now = disk.stamp();
        } catch (NoSuchFileException e) {
            throw StoreException.file("it is gone", e);
        }
        if (!Objects.equals(now.key(), known.key())) {
            throw StoreException.file("another file has taken its place", null);
        }
        return now;
    }

    /** Whether that is so of the file as it is now; it can be told of a new one only when the library has written it. */
    boolean mayBeDirect() throws IOException {
        return birth || disk.isSimple();
    }

    /** The file as it can be written to without the C library, which has closed it; null if it is of another kind. */
    @Nullable
    DirectFile direct() throws IOException {
        return disk.isSimple() ? new DirectFile(disk, space) : null;
    }

    /** Commits what was written without the C library. */
    void commit(DirectFile file) throws IOException {
        List<Journal.Image> overwritten = file.prepare();
        disk.reach(file.end());
        disk.mark(true);
        List<Journal.Image> images = new ArrayList<>();
        images.add(new Journal.Image(0, disk.read(0, disk.superblock().length())));
        images.addAll(overwritten);
        if (made) {
            more(images);
        } else {
            note(Journal.Kind.FLUSH, images);
            before = images;
        }
        hold();
        flushing = true;
        file.overwrite();
        disk.setEnd(file.end());
        completed();
        space.settle();
        if (file.end() < committedEnd) {
            disk.fit();
        }
        committedEnd = file.end();
        stamp = release ? disk.sign() : disk.stamp();
        file.committed();
    }

    /** Notes what is overwritten after what the library has made for the same commit. */
    private void more(List<Journal.Image> images) throws IOException {
        if (birth) {
            return; // then there is nothing to go back to
        }
        journal.rewind(rawEnd);
        journal.more(images);
        if (force) {
            journal.force();
        }
        images.addAll(Objects.requireNonNull(before)); // the oldest is written back last
        before = images;
    }

    /**
     * The library has flushed and closed the file, with objects whose first rows come now without it. Until those are committed the
     * journal tells how the file was.
     */
    void made() throws IOException {
        if (!birth && force) {
            disk.force();
        }
        disk.fit();
        made = true;
        raw.clear();
        rawEnd = journal.end();
        filled = 0;
        promised = 0;
        unlogged = false;
        flushing = false;
        committedEnd = disk.end();
        if (!release) {
            disk.mark(true);
        }
        stamp = disk.stamp();
    }

    /** What the library has made stays, though no rows have come. */
    void keepMade() throws IOException {
        if (made) {
            completed();
            committedEnd = disk.end();
            stamp = release ? disk.sign() : disk.stamp();
        }
    }

    /** All is written, and is made to hold. */
    private void completed() throws IOException {
        if (force) {
            disk.force();
        }
        if (force && birth) {
            journal.forceNames();
        }
        if (release) {
            journal.clear();
            if (force) {
                journal.force();
            }
        } else {
            note(Journal.Kind.OPEN, List.of());
        }
        forget();
        if (release) {
            disk.mark(false);
        }
    }

    /** Whether the library has made objects for this commit and closed the file. */
    boolean hasMade() {
        return made;
    }

    /** Lets the library open the file, which then marks it itself. A mark that is not this session's stays. */
    void handOver() throws IOException {
        keepMade();
        if (!release) {
            disk.mark(false);
        }
    }

    /** The session is over, and what it has written is committed. */
    void leave() throws IOException {
        journal.clear();
        if (force) {
            journal.force();
        }
        disk.mark(false);
    }

    private void mustNotBeMarked() throws IOException {
        if (disk.superblock().marked()) {
            throw StoreException.busy("another program has opened it for writing", null);
        }
    }

    /** Lets the log be taken in, before it grows large. */
    void proceed() throws IOException {
        if (log != null) {
            log.update();
        }
    }

    /** Whether the file is being made, so that all of it is new. */
    boolean isNew() {
        return birth;
    }

    /** The address of a place in the file. */
    long address(long offset) throws IOException {
        return disk.address(offset);
    }

    /** Notes raw data that is about to be overwritten before the flush. */
    void overwrites(long address, int length) throws IOException {
        if (!birth && address < committedEnd && raw.stream().noneMatch(image -> image.address() == address)) {
            Journal.Image image = new Journal.Image(address, disk.read(address, length));
            add(List.of(image));
            if (raw.isEmpty()) {
                hold();
            }
            raw.add(image);
            rawEnd = journal.end();
        }
    }

    /** Notes more images; those of raw data are there before those of metadata. */
    private void add(List<Journal.Image> images) throws IOException {
        if (raw.isEmpty()) {
            note(Journal.Kind.FLUSH, images);
        } else {
            journal.more(images);
            if (force) {
                journal.force();
            }
        }
    }

    /**
     * Has the disk keep room for what the library is about to write, since it cannot forget what it failed to write: it must not
     * come to that.
     *
     * @param file its identifier
     * @param bytes how much more space the library may take
     * @param sure whether it must be there; otherwise the file need only be allowed to have it, because what fails then is
     *     the writing of rows, which can be taken back
     */
    void room(long file, long bytes, boolean sure) throws IOException, HDF5Exception {
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
            disk.mustBeAllowed(end + bytes + SLACK);
        }
    }

    /** Has the disk keep room for all metadata that is new. */
    private void backMetadata(long file) throws IOException, HDF5Exception {
        long end = H5.H5Fget_filesize(file) - disk.start();
        for (long at = 0; unlogged && at < end; at += BACKED) {
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

    /** Notes what the flush that comes next will overwrite, and makes sure that there is room for the rest. */
    void prepare(long file) throws IOException, HDF5Exception {
        if (!birth) {
            List<Journal.Image> images = images();
            add(images);
            before = new ArrayList<>(images);
            before.addAll(raw);
        }
        backMetadata(file);
        end = H5.H5Fget_filesize(file) - disk.start();
        hold();
        flushing = true;
    }

    /** Makes sure that the disk has the mark before it has what comes next, lest a power cut show readers a part of that. */
    void hold() throws IOException {
        if (force) {
            disk.force();
        }
    }

    /**
     * Waits for room: leaves the file to others, as the last commit left it, though the library holds more. To go on, {@link #begin}.
     *
     * @return false if that is too late
     */
    boolean suspend() throws IOException {
        if (flushing) {
            return false;
        }
        if (release && !birth && raw.isEmpty()) {
            if (!made) {
                journal.clear();
            }
            disk.mark(false);
        }
        journal.rewind(rawEnd);
        promised = 0;
        stamp = release ? disk.sign() : disk.stamp();
        return true;
    }

    private List<Journal.Image> images() throws IOException {
        return unlogged ? List.of(all()) : logged();
    }

    /** All that there was in a small file. */
    private Journal.Image all() throws IOException {
        ByteBuffer bytes = disk.read(0, (int) committedEnd);
        for (Journal.Image image : raw) { // which was overwritten by now
            bytes.put((int) image.address(), image.bytes(), 0, image.bytes().limit());
        }
        return new Journal.Image(0, bytes);
    }

    private List<Journal.Image> logged() throws IOException {
        List<Journal.Image> images = new ArrayList<>();
        long start = 0;
        long last = disk.superblock().length();
        for (Map.Entry<Long, Integer> piece :
                Objects.requireNonNull(log).changed().entrySet()) {
            if (piece.getKey() >= committedEnd) {
                continue;
            }
            long pieceEnd = Math.min(piece.getKey() + piece.getValue(), committedEnd);
            if (piece.getKey() > last + GAP) {
                images.add(new Journal.Image(start, disk.read(start, Math.toIntExact(last - start))));
                start = piece.getKey();
            }
            last = Math.max(last, pieceEnd);
        }
        images.add(new Journal.Image(start, disk.read(start, Math.toIntExact(last - start))));
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
            disk.fit(); // to what the library, which does not know of the room behind, has left
        } else {
            disk.cut(Math.max(end, disk.end()));
        }
        long endNow =
                disk.end(); // what may fail comes before the journal is cleared, or the commit could not be undone
        proceed();
        if (release || closed) {
            journal.clear();
            if (force) {
                journal.force();
            }
        } else {
            note(Journal.Kind.OPEN, List.of());
        }
        forget();
        committedEnd = endNow;
        if (log != null) {
            log.flushed();
        }
        if (release || closed) {
            disk.mark(false);
        }
        stamp = release ? disk.sign() : disk.stamp();
    }

    private void forget() {
        birth = false;
        made = false;
        unlogged = false;
        before = null;
        raw.clear();
        rawEnd = 0;
        filled = 0;
        promised = 0;
        flushing = false;
    }

    /**
     * Reads what the library overwrites when it closes the file of a commit that is to be undone, as far as that is not known; if it cannot
     * be read, the library must not close the file.
     */
    List<Journal.Image> remember() throws IOException {
        if (birth || flushing) {
            return List.of();
        }
        List<Journal.Image> known = before == null ? new ArrayList<>() : before;
        known.addAll(raw);
        before = known; // if the rest cannot be read
        List<Journal.Image> images = images();
        before = new ArrayList<>(images);
        before.addAll(raw);
        return images;
    }

    /**
     * Gets ready for a commit to be undone: gives the disk what the commit has written, because the library will write the rest when
     * it closes the file, for which there must be room, or it never lets go of the file.
     *
     * @param images what was read of that just now
     */
    void giveUp(long file, List<Journal.Image> images) throws IOException, HDF5Exception {
        disk.cut(committedEnd);
        if (!images.isEmpty()) {
            try {
                add(images);
            } catch (IOException e) {
                journal.rewind(rawEnd); // it would be missed only if the process were killed right now
            }
        }
        try {
            backMetadata(file);
        } catch (IOException e) {
            journal.giveRoom();
            backMetadata(file);
        }
    }

    /** Which file it is; null if the system does not tell. */
    @Nullable
    Object key() throws IOException {
        return disk.stamp().key();
    }

    /** Makes the file what it was when the last commit was done. The C library must have closed it. */
    void undo() throws IOException {
        if (birth) {
            disk.delete();
        } else if (before != null) {
            disk.restore(before);
        } else {
            disk.cut(Math.max(committedEnd, disk.end()));
            disk.mark(false);
        }
        journal.clear();
        forget();
        space.clear();
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
