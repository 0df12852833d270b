package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes each commit to a file on disk all or nothing, wherever the process dies. HDF5 keeps what it changes of a file's metadata in
 * its cache until it is told to flush, and raw data goes to space that no committed metadata refers to. So until the flush begins
 * the file is as the last commit left it, but for the mark in its superblock; before it begins, the bytes that it will overwrite go
 * to the {@link Journal}; and once it is done the journal is cleared. Whoever finds a journal that is not clear writes its bytes
 * back ({@link Recovery}). One thread at a time.
 */
final class SafeCommit {

    /** As much of a file may as well be noted as a whole. */
    private static final long SMALL = 1 << 18;

    private final DiskFile disk;
    private final Journal journal;
    private final CommitJournal images;
    private final CommitRoom room;
    private final LibraryChanges changes;
    private final LastStamp stamp;

    /** What this session has used of the file and needs no more. */
    private final FreeSpace space = new FreeSpace();

    /** Whether the file is complete between commits. */
    private final boolean release;

    private boolean birth;

    /** Where the space ends that committed metadata may refer to, relative to the superblock. */
    private long committedEnd;

    /** Where the space ends that the library has taken for this commit, relative to the superblock. */
    private long end;

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
        this.images = new CommitJournal(disk, journal, force);
        this.room = new CommitRoom(disk);
        this.changes = new LibraryChanges(disk);
        this.stamp = new LastStamp(disk, release);
    }

    /** The file is about to be made. */
    void birth() throws IOException {
        images.note(Journal.Kind.BIRTH, List.of());
        birth = true;
    }

    /** The file is about to be opened. */
    void opening() throws IOException {
        if (!release) {
            images.note(Journal.Kind.OPEN, List.of());
        }
        images.forceNames();
    }

    /** Whether there was so little in the file before this commit, or nothing, that all of it can be noted, and no log is needed. */
    boolean isSmall() throws IOException {
        return birth || (committedEnd <= SMALL && disk.isSimple());
    }

    /** Notes that the log is silent about something; only if {@link #isSmall}. */
    void unlogged() {
        changes.unlogged(true);
    }

    /** Whether the log is silent about something. */
    boolean isUnlogged() {
        return changes.isUnlogged();
    }

    /** The file was not made. */
    void unmade() throws IOException {
        journal.clear();
        birth = false;
    }

    /** The C library has opened the file, and logs what it changes. */
    void opened(MetadataLog itsLog) throws IOException {
        changes.opened(itsLog);
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
        changes.closed();
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
        if (!made) {
            images.unknown();
        }
        boolean untouched = stamp.isUntouched();
        if (!untouched) {
            space.clear();
        }
        return untouched;
    }

    /** Throws if another file has taken its place since the last commit. */
    void mustBeThere() throws IOException {
        stamp.mustBeThere();
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
        List<Journal.Image> old = new ArrayList<>();
        old.add(new Journal.Image(0, disk.read(0, disk.superblock().length())));
        old.addAll(overwritten);
        if (!made) {
            images.all(old);
        } else if (!birth) { // or there is nothing to go back to
            images.more(old);
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
        stamp.leave();
        file.committed();
    }

    /**
     * The library has flushed and closed the file, with objects whose first rows come now without it. Until those are committed the
     * journal tells how the file was.
     */
    void made() throws IOException {
        if (!birth) {
            hold();
        }
        disk.fit();
        made = true;
        images.keep();
        room.forget();
        changes.unlogged(false);
        flushing = false;
        committedEnd = disk.end();
        if (!release) {
            disk.mark(true);
        }
        stamp.stay();
    }

    /** What the library has made stays, though no rows have come. */
    void keepMade() throws IOException {
        if (made) {
            completed();
            committedEnd = disk.end();
            stamp.leave();
        }
    }

    /** All is written, and is made to hold. */
    private void completed() throws IOException {
        hold();
        if (birth) {
            images.forceNames();
        }
        noteOver(release);
        forget();
        if (release) {
            disk.mark(false);
        }
    }

    private void noteOver(boolean complete) throws IOException {
        if (complete) {
            images.clear();
        } else {
            images.note(Journal.Kind.OPEN, List.of());
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
        images.clear();
        disk.mark(false);
    }

    /** Lets the log be taken in, before it grows large. */
    void proceed() throws IOException {
        changes.proceed();
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
        if (!birth && address < committedEnd) {
            images.overwrites(address, length);
        }
    }

    /**
     * Has the disk keep room for what the library is about to write.
     *
     * @param file its identifier
     * @param bytes how much more space the library may take
     * @param sure whether it must be there; otherwise the file need only be allowed to have it, because what fails then is
     *     the writing of rows, which can be taken back
     */
    void room(long file, long bytes, boolean sure) throws IOException, HDF5Exception {
        room.keep(file, bytes, sure);
    }

    /** Notes what the flush that comes next will overwrite, and makes sure that there is room for the rest. */
    void prepare(long file) throws IOException, HDF5Exception {
        if (!birth) {
            List<Journal.Image> old = changes.images(committedEnd, images.raw());
            images.add(old);
            images.known(old);
        }
        changes.back(file, committedEnd);
        end = H5.H5Fget_filesize(file) - disk.start();
        hold();
        flushing = true;
    }

    /** Makes sure that the disk has the mark before it has what comes next, lest a power cut show readers a part of that. */
    void hold() throws IOException {
        images.hold();
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
        if (release && !birth && images.raw().isEmpty()) {
            if (!made) {
                journal.clear();
            }
            disk.mark(false);
        }
        images.rewind();
        room.breakPromise();
        stamp.leave();
        return true;
    }

    /**
     * The flush is done: the commit holds.
     *
     * @param closed whether the C library has closed the file, and has taken its own mark away
     */
    void done(boolean closed) throws IOException {
        hold();
        if (birth) {
            images.forceNames();
        }
        if (closed) {
            disk.fit(); // to what the library, which does not know of the room behind, has left
        } else {
            disk.cut(Math.max(end, disk.end()));
        }
        long endNow =
                disk.end(); // what may fail comes before the journal is cleared, or the commit could not be undone
        proceed();
        noteOver(release || closed);
        forget();
        committedEnd = endNow;
        changes.flushed();
        if (release || closed) {
            disk.mark(false);
        }
        stamp.leave();
    }

    private void forget() {
        birth = false;
        made = false;
        changes.unlogged(false);
        images.forget();
        room.forget();
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
        images.rawAtLeast(); // if the rest cannot be read
        List<Journal.Image> old = changes.images(committedEnd, images.raw());
        images.known(old);
        return old;
    }

    /**
     * Gets ready for a commit to be undone: gives the disk what the commit has written, because the library will write the rest when
     * it closes the file, for which there must be room, or it never lets go of the file.
     *
     * @param old what was read of that just now
     */
    void giveUp(long file, List<Journal.Image> old) throws IOException, HDF5Exception {
        disk.cut(committedEnd);
        if (!old.isEmpty()) {
            try {
                images.add(old);
            } catch (IOException e) {
                images.rewind(); // it would be missed only if the process were killed right now
            }
        }
        try {
            changes.back(file, committedEnd);
        } catch (IOException e) {
            journal.giveRoom();
            changes.back(file, committedEnd);
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
        } else if (!images.restore()) {
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
