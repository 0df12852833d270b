package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.OpenRequest;
import io.h5sink.format.Superblock;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes each commit to a file on disk all or nothing, wherever the process dies. HDF5 keeps what it changes of a file's metadata in
 * its cache until it is told to flush, and raw data goes to space that no committed metadata refers to. So until the flush begins
 * the file is as the last commit left it, but for the mark in its superblock; before it begins, the bytes that it will overwrite go
 * to the {@link RollbackJournal}; and once it is done the journal is cleared. Whoever finds a journal that is not clear writes its bytes
 * back ({@link Recovery}). One thread at a time.
 */
final class LibraryCommit extends JournaledCommit {

    /** As much of a file may as well be noted as a whole. */
    private static final long SMALL = 1 << 18;

    private static final int LARGEST_IMAGE = 1 << 24;

    /** More of what another program has added to a file is not kept in memory, in bytes. */
    private static final long MOST_OF_OTHERS = 1L << 28;

    private final DiskReservation room;
    private final LibraryChanges changes;

    /** The superblock when the library opened the file. */
    private ByteBuffer oldHead = ByteBuffer.allocate(0);

    /** Where the space ends that the library has taken for this commit, relative to the superblock. */
    private long end;

    /** For a file whose journal is this process's. */
    LibraryCommit(OpenRequest request, RollbackJournal journal) {
        super(request, journal);
        this.room = new DiskReservation(disk);
        this.changes = new LibraryChanges(disk);
    }

    /** Whether there was so little in the file before this commit, or nothing, that all of it can be noted, and no log is needed. */
    boolean isSmall() throws IOException {
        return isNew() || (committedEnd <= SMALL && disk.isSimple());
    }

    /** As {@link LibraryChanges#unloggedHeaps}. */
    void unloggedHeaps() {
        changes.unloggedHeaps();
    }

    /** As {@link LibraryChanges#unlogged}; only if {@link #isSmall}. */
    void unlogged() {
        changes.unlogged();
    }

    /** As {@link LibraryChanges#isUnlogged}. */
    boolean isUnlogged() {
        return changes.isUnlogged();
    }

    /** As {@link LibraryChanges#isIncomplete}. */
    boolean isLogIncomplete() {
        return changes.isIncomplete();
    }

    @Override
    void opening() throws IOException {
        oldHead = head();
        super.opening();
    }

    /** The C library has opened the file, and logs what it changes. */
    void opened(MetadataLog itsLog) throws IOException {
        changes.opened(itsLog);
        if (isNew()) {
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

    /**
     * The library has flushed and closed the file, with objects whose first rows come now without it. Until those are committed the
     * journal tells how the file was.
     */
    void made() throws IOException {
        over(); // if somebody else comes first
        if (!isNew()) {
            hold();
        }
        StorageException refusal = retaken();
        if (refusal == null) {
            disk.fit();
        }
        images.keep();
        room.forget();
        changes.forget();
        knowsMade();
        if (!request.releases()) {
            disk.mark(true);
        }
        stamp.stay();
        made(refusal != null);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Takes the file again, whose mark the library has taken away by closing it; tells if somebody else has it by now. */
    private @Nullable StorageException retaken() throws IOException {
        mark.gone();
        if (!request.releases()) {
            return null;
        }
        try {
            mark.take(() -> true);
            return null;
        } catch (StorageException e) {
            return e;
        }
    }

    /**
     * The library has opened the file, which was so long just before.
     *
     * @param lockFree whether it has not locked the file, so that somebody else may have opened it at the same time
     * @throws StorageException if somebody has, of kind {@link StorageException.Kind#BUSY}
     */
    void adopt(long size, boolean lockFree) throws IOException {
        if (!lockFree) {
            mark.own();
            return;
        }
        try {
            mark.adopt(size);
        } catch (StorageException e) {
            stamp.stay();
            stamp.doubt();
            throw e;
        }
    }

    /** Throws if another program has written to the file since it was so long, of kind {@link StorageException.Kind#BUSY}. */
    void mustBeQuiet(long size) throws IOException {
        mark.mustBeFree();
        if (disk.size() != size) {
            throw StorageException.busy("another program has just written to it", null);
        }
    }

    /** How long the file is, in bytes. */
    long size() throws IOException {
        return disk.size();
    }

    /** Lets the log be taken in, before it grows large. */
    void proceed() throws IOException {
        changes.proceed();
    }

    /** The address of a place in the file. */
    long address(long offset) throws IOException {
        return disk.address(offset);
    }

    /** Notes raw data that is about to be overwritten before the flush. */
    void overwrites(long address, int length) throws IOException {
        if (!isNew() && (disk.isApart(address) || address < committedEnd)) {
            images.overwrites(address, length);
        }
    }

    /**
     * Has the disk keep room for what the library is about to write.
     *
     * @param file its identifier
     * @param bytes what will be written
     * @param more what the file may grow by besides
     * @param sure whether it must be there; otherwise the file need only be allowed to have it, because what fails then is
     *     the writing of rows, which can be taken back
     */
    void room(long file, long bytes, long more, boolean sure) throws IOException, HDF5Exception {
        room.keep(file, bytes, more, sure);
    }

    /** Notes what the flush that comes next will overwrite, and makes sure that there is room for the rest. */
    void prepare(long file) throws IOException, HDF5Exception {
        if (!isNew()) {
            List<RollbackJournal.Image> old = changes.images(committedEnd, images.raw());
            images.add(old);
            images.known(old);
        }
        changes.back(file, committedEnd);
        end = H5.H5Fget_filesize(file) - disk.start();
        hold();
        writing();
    }

    /**
     * Waits for room: leaves the file to others, as the last commit left it, though the library holds more. To go on, {@link #begin}.
     *
     * @return false if that is too late
     */
    boolean suspend() throws IOException {
        if (state() == TransactionState.WRITING) {
            return false;
        }
        if (request.releases() && !isNew() && images.raw().isEmpty()) {
            if (!state().isMade()) {
                journal.clear();
            }
            mark.leave();
        }
        images.rewind();
        leaveStamped();
        room.breakPromise();
        suspended();
        return true;
    }

    /**
     * The flush is done: the commit holds.
     *
     * @param closed whether the C library has closed the file, and has taken its own mark away
     */
    void done(boolean closed) throws IOException {
        hold();
        if (isNew()) {
            images.forceNames();
        }
        if (!closed) {
            disk.cut(Math.max(end, disk.end()));
            mark.own();
        } else if (retaken() == null) {
            disk.fit(); // to what the library, which does not know of the room behind, has left
            keepCache();
        }
        long endNow =
                disk.end(); // what may fail comes before the journal is cleared, or the commit could not be undone
        proceed();
        noteOver(request.releases() || closed);
        forget();
        committedEnd = endNow;
        changes.flushed();
        if (!request.releases() && closed) {
            disk.mark(false);
        }
        leaveToOthers();
    }

    /** The commit holds, and the file is left to others. */
    void committed() {
        over();
        room.loosen();
    }

    @Override
    void forget() {
        super.forget();
        changes.forget();
        room.forget();
    }

    /**
     * Reads what the library overwrites when it closes the file of a commit that is to be undone, as far as that is not known; if it cannot
     * be read, the library must not close the file.
     */
    List<RollbackJournal.Image> remember() throws IOException {
        if (isNew() || state() == TransactionState.WRITING) {
            return List.of();
        }
        images.rawAtLeast(); // if the rest cannot be read
        List<RollbackJournal.Image> old = changes.images(committedEnd, images.raw());
        images.known(old);
        return old;
    }

    /**
     * Gets ready for a commit to be undone: gives the disk what the commit has written, because the library will write the rest when
     * it closes the file, for which there must be room, or it never lets go of the file.
     *
     * @param old what was read of that just now
     */
    void giveUp(long file, List<RollbackJournal.Image> old) throws IOException, HDF5Exception {
        disk.cut(committedEnd);
        note(old);
        try {
            changes.back(file, committedEnd);
        } catch (IOException e) {
            journal.giveRoom();
            changes.back(file, committedEnd);
        }
    }

    private void note(List<RollbackJournal.Image> old) throws IOException {
        if (!old.isEmpty()) {
            try {
                images.add(old);
            } catch (IOException e) {
                images.rewind(); // it would be missed only if the process were killed right now
            }
        }
    }

    /** As {@link #remember}, once datasets are closed, which write what they held back, and change metadata by that. */
    void rememberMore() throws IOException {
        note(remember());
    }

    /**
     * Lets the C library close a file that another program has changed, so that what the library writes then does no harm, be it a commit
     * that waited: all that it overwrites is as it was, and the end of the file is where it was, though the library gives back what it has
     * taken in advance.
     *
     * @param file its identifier
     * @param datasets closes what is open in it, which changes metadata
     * @param closing closes it
     */
    void closeStale(long file, Closing datasets, Closing closing) throws IOException, HDF5Exception {
        List<RollbackJournal.Image> others = new ArrayList<>();
        long known = committedEnd;
        long size = disk.size() - disk.start();
        if (size - known > MOST_OF_OTHERS) {
            throw StorageException.file(
                    "another program has added " + (size - known)
                            + " bytes to it, more than can be kept while HDF5 closes it",
                    null);
        }
        for (long at = known; at < size; at += LARGEST_IMAGE) {
            others.add(new RollbackJournal.Image(at, disk.read(at, (int) Math.min(LARGEST_IMAGE, size - at))));
        }
        others.addAll(changes.images(known, images.raw()));
        images.note(RollbackJournal.Kind.FLUSH, others);
        long end = disk.end();
        boolean whole = reaches(end);
        knows(end);
        try {
            changes.back(file, known);
            datasets.close();
            List<RollbackJournal.Image> more = changes.images(known, images.raw());
            more.addAll(others); // the oldest is written back last
            others = more;
            images.note(RollbackJournal.Kind.FLUSH, others);
            closing.close();
        } finally {
            for (RollbackJournal.Image image : others) {
                disk.write(image.address(), image.bytes());
            }
            if (whole && !reaches(end)) {
                disk.write(end - 1, ByteBuffer.allocate(1)); // what is missing was never used
            }
            noteOver(request.releases());
            closed();
        }
    }

    private boolean reaches(long end) throws IOException {
        try {
            disk.read(end - 1, 1);
            return true;
        } catch (EOFException e) {
            return false;
        }
    }

    /** The superblock as it is on disk; nothing of a file that is new. */
    ByteBuffer head() throws IOException {
        return isNew() ? ByteBuffer.allocate(0) : disk.read(0, disk.superblock().length());
    }

    /**
     * Puts back what an old superblock has behind the address of the root group, where all before that is as it was: addresses that stay
     * ({@code H5G_cache_t}), which the library takes out though it changes nothing else.
     */
    private void keepCache() throws IOException {
        int before = oldHead.capacity() - Superblock.CACHE;
        if (disk.superblock().version() < 2 && before > 0) {
            ByteBuffer now = disk.read(0, oldHead.capacity());
            if (now.slice(0, before).equals(oldHead.slice(0, before)) && !now.equals(oldHead)) {
                disk.write(0, oldHead);
            }
        }
        oldHead = ByteBuffer.allocate(0);
    }

    /** Puts the superblock back, in which the library writes of old files what it likes better, without that its log tells of it. */
    void head(ByteBuffer before) throws IOException {
        if (before.capacity() > 0) {
            disk.write(0, before);
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
            mark.leave();
            closeHolders();
        }
    }
}
