package io.h5sink.jhdf5.commit;

import io.h5sink.engine.OpenRequest;
import io.h5sink.hdf5.FileOpener;
import io.h5sink.storage.FileHolders;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.CommitMark;
import io.h5sink.transaction.CommitOrder;
import io.h5sink.transaction.CommitPreImages;
import io.h5sink.transaction.DiskFile;
import io.h5sink.transaction.FileState;
import io.h5sink.transaction.FreeSpace;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on a file on disk, as far as the C library is not needed: the {@link RollbackJournal}, the mark in the superblock that
 * keeps other programs away, the detection of other programs' changes, the commits that Java writes, and undo. {@link LibraryCommit} adds
 * the commits that the C library writes. One thread at a time.
 */
abstract class JournaledCommit {

    private static final long UNKNOWN = -1;

    final DiskFile disk;
    final RollbackJournal journal;
    final CommitPreImages images;
    final FileState fileState;
    final CommitMark mark;
    private final FileHolders holders;

    /** The space in the file that this session has freed. */
    final FreeSpace space = new FreeSpace();

    /** The request of the session, whose path has all symbolic links resolved. */
    final OpenRequest request;

    private TransactionState state = TransactionState.IDLE;

    /**
     * The end of the space that committed metadata may refer to, relative to the superblock. 0 in a new file, up to its first commit;
     * {@link #UNKNOWN} before an existing file is opened.
     */
    long committedEnd = UNKNOWN;

    private boolean changed;

    /** The end of the space before the last commit; before the first commit, the end of the file that the C library has made. */
    private long endBefore;

    /** Creates the transaction of a file whose journal this process has locked. */
    JournaledCommit(OpenRequest request, RollbackJournal journal) {
        this.disk = new DiskFile(request.file());
        this.journal = journal;
        this.request = request;
        this.images = new CommitPreImages(disk, journal, request.force());
        this.fileState = new FileState(disk, request.releases());
        this.holders = new FileHolders(disk.first(), journal.path());
        this.mark = new CommitMark(disk, holders, false);
    }

    /** Notes that the file is about to be made. */
    void birth() throws IOException {
        images.note(RollbackJournal.Kind.BIRTH, List.of());
        committedEnd = 0;
    }

    /** The state of the transaction. */
    final TransactionState state() {
        return state;
    }

    /** Notes that a commit has begun, or that one that has waited goes on. */
    final void begun() {
        state = state.begun();
    }

    /** Notes that metadata is about to be overwritten. */
    final void writing() {
        state = state.writing();
    }

    /** Notes that the commit waits. */
    final void suspended() {
        state = state.suspended();
    }

    /** Notes that no commit is under way any more. */
    void idle() {
        state = TransactionState.IDLE;
    }

    /** Notes in the journal that the session is about to open the file, if the session keeps the file to itself between commits. */
    void opening() throws IOException {
        if (!request.releases()) {
            images.note(RollbackJournal.Kind.OPEN, List.of());
        }
        images.forceNames();
    }

    /** Clears the journal of a file that was not made. */
    void unmade() throws IOException {
        journal.clear();
    }

    /**
     * Begins a commit: sets the mark, if other programs may write between commits.
     *
     * @return false if another program wrote to the file since the last commit, or may have, so that cached structure of the file may be
     *     wrong
     * @throws StorageException of kind {@link StorageException.Kind#BUSY} if another program has the file now
     */
    boolean begin() throws IOException {
        if (!state.isMade()) {
            images.unknown();
        }
        if (!request.releases() || isNew()) {
            return isUntouched();
        }
        boolean untouched = mark.take(this::isUntouched);
        long found = disk.end();
        if (found != committedEnd) {
            changed = true;
            space.clear();
        }
        if (found < committedEnd) {
            comeBack();
        }
        return untouched && !changed;
    }

    private boolean isUntouched() throws IOException {
        changed = fileState.isChanged();
        if (changed) {
            space.clear();
        }
        return !changed && fileState.isSure();
    }

    /**
     * After {@link #begin}, whether the {@link FileState} or the end of the file shows that another program has written to the file since
     * this session left the file.
     */
    boolean isChanged() {
        return changed;
    }

    /**
     * Handles a file that ends before {@link #committedEnd}. If the file ends where it did before the last commit, a program that heeds no
     * locks has opened the file during that commit, and closing it has put back the end that the program knew. Otherwise that program must
     * have removed something, and the file is checked.
     */
    private void comeBack() throws IOException {
        if (disk.end() == endBefore && disk.size() >= committedEnd + disk.start()) {
            mark.setEnd(committedEnd);
        } else {
            FileOpener.mustBeWhole(disk.file());
        }
    }

    /** Throws if another file has taken the file's place since the last commit, or if damage has made the file shorter. */
    void mustBeThere() throws IOException {
        fileState.mustBeThere();
        if (request.releases() && !isNew() && disk.end() < committedEnd) {
            FileOpener.mustBeWhole(disk.file());
        }
    }

    /** Whether the superblock has a place for the mark that keeps other programs away. */
    boolean isMarkable() throws IOException {
        return disk.superblock().markable();
    }

    /**
     * Whether Java may be able to write to the file. In a new file, the C library must have written the superblock before {@link #direct}
     * can say.
     */
    boolean mayBeDirect() throws IOException {
        return isNew() || disk.isSimple();
    }

    /** Opens the file for Java's writes, after the C library has closed it; null if Java does not write files of this format. */
    @Nullable
    SpaceAllocator direct() throws IOException {
        return disk.isSimple() ? new SpaceAllocator(disk, CommitOrder.ADDRESSES, space) : null;
    }

    /** Commits Java's writes. */
    void commit(SpaceAllocator file) throws IOException {
        mark.mustHold("of this commit nothing is in the file");
        List<RollbackJournal.Image> overwritten = file.prepare();
        disk.mark(true);
        List<RollbackJournal.Image> old = new ArrayList<>();
        old.add(disk.headImage());
        old.addAll(overwritten);
        if (!state.isMade()) {
            images.all(old);
        } else if (!isNew()) { // a new file is undone by removing it
            images.more(old);
        }
        hold();
        writing();
        file.overwrite();
        mark.mustHold("this commit was undone");
        mark.setEnd(file.end());
        journalIsOver();
        if (file.end() < committedEnd) {
            disk.fit();
        }
        if (!isNew()) { // in a new file, endBefore stays the end that the C library left
            endBefore = committedEnd;
        }
        committedEnd = file.end();
        space.settle();
        file.committed();
        forget();
        leaveToOthers();
    }

    /**
     * Commits the objects that the C library has made, though they have got no rows; without such objects, leaves the file to other
     * programs.
     */
    void keepMade() throws IOException {
        if (state.isMade()) {
            settleMade();
        } else if (mark.isHeld()) {
            leaveToOthers();
        }
    }

    private void settleMade() throws IOException {
        long end = disk.end();
        journalIsOver();
        committedEnd = end;
        forget();
        leaveToOthers();
    }

    /** Ends the journal of a commit of which all bytes are written, once the disk has them. */
    private void journalIsOver() throws IOException {
        hold();
        if (isNew()) {
            images.forceNames();
        }
        noteOver(request.releases());
    }

    /** Notes the {@link FileState}, and takes the mark away if other programs may write between commits. */
    void leaveToOthers() throws IOException {
        fileState.prepare();
        fileState.leave(request.releases() ? mark.leave() : System.nanoTime());
    }

    /** Notes the {@link FileState} in which this session leaves the file. */
    void leaveState() throws IOException {
        fileState.leave(System.nanoTime());
    }

    /** Notes in the journal that no commit is under way; clears the journal if the file is complete, so that recovery has nothing to do. */
    void noteOver(boolean complete) throws IOException {
        if (complete) {
            images.clear();
        } else {
            images.note(RollbackJournal.Kind.OPEN, List.of());
        }
    }

    /** Notes the present end of the file; H5Fclose may put the former end back for a moment. */
    void knows(long end) {
        endBefore = committedEnd;
        committedEnd = end;
    }

    /** Takes the session's mark away before the C library opens the file and sets its own. A mark of another program stays. */
    void handOver() throws IOException {
        keepMade();
        if (request.releases()) {
            mark.leave();
        } else {
            disk.mark(false);
        }
    }

    /** Leaves the file at the end of a session whose writes are all committed. */
    void leave() throws IOException {
        if (request.releases()) {
            mark.leave();
        } else {
            images.clear();
            disk.mark(false);
        }
    }

    /** Whether the file has no commit yet, so that all of its bytes are new. */
    boolean isNew() {
        return committedEnd == 0;
    }

    /** Notes the end of a file in which the C library has made objects; the objects are committed with their first rows. */
    final void knowsMade() throws IOException {
        long now = disk.end();
        if (isNew()) {
            endBefore = now;
        } else {
            committedEnd = now;
        }
    }

    /**
     * Notes that the C library has made objects for this commit and closed the file.
     *
     * @param refused whether another program has taken the file since; the objects are committed then
     */
    final void made(boolean refused) throws IOException {
        if (refused) {
            settleMade();
        } else {
            state = TransactionState.MADE;
        }
    }

    /**
     * With {@code force}, forces the file to disk before the writes that follow, so that after a power cut readers find the mark with any
     * part of those writes.
     */
    void hold() throws IOException {
        images.hold();
    }

    /** Forgets a commit that is done or undone. */
    void forget() {
        images.forget();
        state = state.forgotten();
    }

    /** The identity of the file; null if the operating system has none. */
    @Nullable
    Object key() throws IOException {
        return disk.stamp().key();
    }

    /** Restores the file as the last commit left it. The C library must have closed the file. */
    void undo() throws IOException {
        if (isNew()) {
            disk.delete();
        } else if (request.releases() && !mark.isHeld()) {
            images.restoreBeside(); // another program has the file by now
        } else if (!images.restore()) {
            disk.cut(Math.max(committedEnd, disk.end()));
            disk.mark(false);
        }
        mark.gone();
        journal.clear();
        forget();
        space.clear();
    }

    /** Closes the {@link FileHolders}. */
    void closeHolders() throws IOException {
        holders.close();
    }
}
