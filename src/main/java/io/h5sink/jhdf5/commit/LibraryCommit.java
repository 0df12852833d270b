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
 * A transaction whose commits the C library writes, each all or nothing wherever the process dies. HDF5 keeps changed metadata in its
 * metadata cache until H5Fflush, and raw data goes to space that no committed metadata refers to. So until the flush begins, the file is as
 * the last commit left it, but for the mark in its superblock; before the flush, the bytes that the flush will overwrite go to the {@link
 * RollbackJournal}; after the flush, the journal is cleared. A process that finds a journal that is not clear writes the journal's bytes
 * back ({@link Recovery}). One thread at a time.
 */
final class LibraryCommit extends JournaledCommit {

    /** The most bytes of a file that is noted in the journal as a whole. */
    private static final long SMALL = 1 << 18;

    private static final int LARGEST_IMAGE = 1 << 24;

    /** The most bytes that another program has added to a file and that {@link #closeStale} keeps in memory. */
    private static final long MOST_OF_OTHERS = 1L << 28;

    private final DiskReservation reservation;
    private final LibraryChanges changes;

    /** The superblock as it was when the C library opened the file. */
    private ByteBuffer oldHead = ByteBuffer.allocate(0);

    /** The end of the space that the C library has allocated for this commit, relative to the superblock. */
    private long end;

    /** Creates the transaction of a file whose journal this process has locked. */
    LibraryCommit(OpenRequest request, RollbackJournal journal) {
        super(request, journal);
        this.reservation = new DiskReservation(disk);
        this.changes = new LibraryChanges(disk);
    }

    /** Whether the committed file is so small, or new, that the journal can have all of it, and HDF5's log is not needed. */
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

    /** Begins to read the log of a file that the C library has opened. */
    void opened(MetadataLog itsLog) throws IOException {
        changes.opened(itsLog);
        if (isNew()) {
            return;
        }
        committedEnd = disk.end();
        Superblock superblock = disk.superblock();
        if (superblock.driverInfo() >= 0) { // H5Fopen may change the driver information block
            itsLog.unknown(superblock.driverInfo() - superblock.start());
        }
    }

    /** Closes the log of a file that the C library has closed. */
    void closed() throws IOException {
        changes.closed();
    }

    /**
     * Notes that the C library has made objects, flushed and closed the file; Java writes the objects' first rows next. Until those rows
     * are committed, the journal has the file's former bytes.
     */
    void made() throws IOException {
        idle(); // in case another program has taken the file
        if (!isNew()) {
            hold();
        }
        StorageException refusal = retaken();
        if (refusal == null) {
            disk.fit();
        }
        images.keep();
        reservation.forget();
        changes.forget();
        knowsMade();
        if (!request.releases()) {
            disk.mark(true);
        }
        fileState.stay();
        made(refusal != null);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Sets the mark again, which H5Fclose has taken away; gives the failure if another program has the file by now. */
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
     * Sets the mark for a file that the C library has opened.
     *
     * @param size the length of the file just before, in bytes
     * @param lockFree whether the C library has not locked the file, so that another program may have opened the file at the same time
     * @throws StorageException if another program has opened the file, of kind {@link StorageException.Kind#BUSY}
     */
    void adopt(long size, boolean lockFree) throws IOException {
        if (!lockFree) {
            mark.own();
            return;
        }
        try {
            mark.adopt(size);
        } catch (StorageException e) {
            fileState.stay();
            fileState.doubt();
            throw e;
        }
    }

    /**
     * Throws, with kind {@link StorageException.Kind#BUSY}, if another program has the file, or if the file's length is not {@code size}
     * any more.
     */
    void mustBeQuiet(long size) throws IOException {
        mark.mustBeFree();
        if (disk.size() != size) {
            throw StorageException.busy("another program has just written to it", null);
        }
    }

    /** The length of the file, in bytes. */
    long size() throws IOException {
        return disk.size();
    }

    /** Reads the log so far, before the log grows large. */
    void proceed() throws IOException {
        changes.proceed();
    }

    /** The address of a position in the file, relative to the superblock. */
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
     * Reserves disk space for the writes that the C library holds ({@link DiskReservation#keep}).
     *
     * @param file the identifier of the file
     * @param bytes the bytes that will be written
     * @param more an upper bound of the bytes that the file may grow by besides
     * @param sure whether the space must be reserved; otherwise only the limit of the file's size is checked, because a full disk then
     *     fails the writing of rows, which can be undone
     */
    void reserve(long file, long bytes, long more, boolean sure) throws IOException, HDF5Exception {
        reservation.keep(file, bytes, more, sure);
    }

    /** Notes in the journal the bytes that the next flush will overwrite, and reserves disk space for the new metadata. */
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
     * Lets the commit wait for disk space: leaves the file to other programs as the last commit left it, while the C library still holds
     * changes in memory. {@link #begin} resumes the commit.
     *
     * @return false if the commit is overwriting metadata already
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
        leaveState();
        reservation.breakPromise();
        suspended();
        return true;
    }

    /**
     * Ends the journal after the flush: from now on the commit holds.
     *
     * @param closed whether the C library has closed the file, and so has taken its mark away
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
            disk.fit(); // cuts the reserved space behind the end, which HDF5 does not know of
            keepCache();
        }
        long endNow = disk.end(); // reads that may fail come first: without the journal the commit cannot be undone
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

    /** Ends a commit that holds, and whose file is left to other programs. */
    void committed() {
        idle();
        reservation.loosen();
    }

    @Override
    void forget() {
        super.forget();
        changes.forget();
        reservation.forget();
    }

    /**
     * Reads the bytes that the C library will overwrite when it closes the file of a commit that is to be undone, as far as the journal
     * lacks them; if reading fails, the C library must not close the file.
     */
    List<RollbackJournal.Image> remember() throws IOException {
        if (isNew() || state() == TransactionState.WRITING) {
            return List.of();
        }
        images.rawAtLeast(); // falls back to the raw-data pre-images if the metadata cannot be read
        List<RollbackJournal.Image> old = changes.images(committedEnd, images.raw());
        images.known(old);
        return old;
    }

    /**
     * Prepares the undoing of a commit: cuts off the commit's data and reserves disk space for the metadata that H5Fclose will write. HDF5
     * never closes a file whose metadata it cannot write.
     *
     * @param old the pre-images that {@link #remember} has read
     */
    void giveUp(long file, List<RollbackJournal.Image> old) throws IOException, HDF5Exception {
        disk.cut(committedEnd);
        note(old);
        try {
            changes.back(file, committedEnd);
        } catch (IOException e) {
            journal.freeReserved();
            changes.back(file, committedEnd);
        }
    }

    private void note(List<RollbackJournal.Image> old) throws IOException {
        if (!old.isEmpty()) {
            try {
                images.add(old);
            } catch (IOException e) {
                images.rewind(); // the note is needed only if the process is killed right now
            }
        }
    }

    /** As {@link #remember}, after datasets were closed: closing writes raw data that was held back, and changes metadata. */
    void rememberMore() throws IOException {
        note(remember());
    }

    /**
     * Has the C library close a file that another program has changed, and then restores all bytes that H5Fclose has overwritten, those of
     * a commit that waited included. The end of the file stays where it was, although HDF5 returns the space that it has allocated in
     * advance.
     *
     * @param file the identifier of the file
     * @param datasets closes the open datasets, which changes metadata
     * @param closing closes the file
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
                disk.write(end - 1, ByteBuffer.allocate(1)); // the missing bytes were never used
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

    /** The superblock as it is on disk; empty for a new file. */
    ByteBuffer head() throws IOException {
        return isNew() ? ByteBuffer.allocate(0) : disk.read(0, disk.superblock().length());
    }

    /**
     * Restores the cached addresses behind the address of the root group in superblocks 0 and 1 ({@code H5G_cache_t}), if all bytes before
     * are unchanged: HDF5 clears that cache although the addresses still hold.
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

    /** Restores the superblock: HDF5 rewrites fields in the superblocks of old files without logging that. */
    void head(ByteBuffer before) throws IOException {
        if (before.capacity() > 0) {
            disk.write(0, before);
        }
    }

    /** Closes a file. */
    interface Closing {
        void close() throws HDF5Exception;
    }

    /** Closes the journal and the file, and leaves the file to other programs. */
    void end() throws IOException {
        try (journal;
                disk) {
            closed();
            mark.leave();
            closeHolders();
        }
    }
}
