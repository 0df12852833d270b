package io.h5sink.jhdf5.commit;

import io.h5sink.engine.OpenRequest;
import io.h5sink.jhdf5.file.FileOpener;
import io.h5sink.storage.FileHolders;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.CommitMark;
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
 * What commits to a file on disk have in common, and those that are written without the C library: what the {@link RollbackJournal} and the mark
 * in the superblock tell others, what others have done to the file, and how a commit is undone. One thread at a time.
 */
abstract class JournaledCommit {

    private static final long UNKNOWN = -1;

    final DiskFile disk;
    final RollbackJournal journal;
    final CommitPreImages images;
    final FileState stamp;
    final CommitMark mark;
    private final FileHolders holders;

    /** What this session has used of the file and needs no more. */
    final FreeSpace space = new FreeSpace();

    /** How the session is to have the file, which lies behind all links. */
    final OpenRequest request;

    private TransactionState state = TransactionState.IDLE;

    /**
     * Where the space ends that committed metadata may refer to, relative to the superblock. 0 in a new file, up to its first commit;
     * {@link #UNKNOWN} before a file that was there is opened.
     */
    long committedEnd = UNKNOWN;

    private boolean changed;

    /** Where the space ended before the last commit, or, before the first one, when the library had made the file. */
    private long endBefore;

    /** For a file whose journal is this process's. */
    JournaledCommit(OpenRequest request, RollbackJournal journal) {
        this.disk = new DiskFile(request.file());
        this.journal = journal;
        this.request = request;
        this.images = new CommitPreImages(disk, journal, request.force());
        this.stamp = new FileState(disk, request.releases());
        this.holders = new FileHolders(disk.first(), journal.path());
        this.mark = new CommitMark(disk, holders);
    }

    /** The file is about to be made. */
    void birth() throws IOException {
        images.note(RollbackJournal.Kind.BIRTH, List.of());
        committedEnd = 0;
    }

    /** How far the transaction is. */
    final TransactionState state() {
        return state;
    }

    /** A commit has begun, or one that has waited goes on. */
    final void begun() {
        state = state.begun();
    }

    /** Metadata is about to be overwritten. */
    final void writing() {
        state = state.writing();
    }

    /** The commit waits. */
    final void suspended() {
        state = state.suspended();
    }

    /** No commit is under way any more. */
    void over() {
        state = TransactionState.IDLE;
    }

    /** The file is about to be opened. */
    void opening() throws IOException {
        if (!request.releases()) {
            images.note(RollbackJournal.Kind.OPEN, List.of());
        }
        images.forceNames();
    }

    /** The file was not made. */
    void unmade() throws IOException {
        journal.clear();
    }

    /**
     * Begins a commit: has the file for itself, whoever else writes to it between commits.
     *
     * @return false if another program wrote to it since the last commit, or may have, so that what is known of it may be wrong
     * @throws StorageException of kind {@link StorageException.Kind#BUSY} if one has it now
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
        changed = stamp.isChanged();
        if (changed) {
            space.clear();
        }
        return !changed && stamp.isSure();
    }

    /** After {@link #begin}, whether another program has written to the file since it was left, as its stamp or its end tells. */
    boolean isChanged() {
        return changed;
    }

    /**
     * Takes in that the file ends sooner than it did. If it ends where it did before the last commit, somebody who heeds no locks has opened
     * it during that commit, and closing it has put the end back of which that program knew. Else it must have removed something.
     */
    private void comeBack() throws IOException {
        if (disk.end() == endBefore && disk.size() >= committedEnd + disk.start()) {
            mark.setEnd(committedEnd);
        } else {
            FileOpener.mustBeWhole(disk.file());
        }
    }

    /** Throws if another file has taken its place since the last commit, or if it has become shorter by damage. */
    void mustBeThere() throws IOException {
        stamp.mustBeThere();
        if (request.releases() && !isNew() && disk.end() < committedEnd) {
            FileOpener.mustBeWhole(disk.file());
        }
    }

    /** Whether the superblock has a place for the mark that keeps others away. */
    boolean isMarkable() throws IOException {
        return disk.superblock().markable();
    }

    /** Whether that is so of the file as it is now; it can be told of a new one only when the library has written it. */
    boolean mayBeDirect() throws IOException {
        return isNew() || disk.isSimple();
    }

    /** The file as it can be written to without the C library, which has closed it; null if it is of another kind. */
    @Nullable
    SpaceAllocator direct() throws IOException {
        return disk.isSimple() ? new SpaceAllocator(disk, space) : null;
    }

    /** Commits what was written without the C library. */
    void commit(SpaceAllocator file) throws IOException {
        mark.mustHold("of this commit nothing is in the file");
        List<RollbackJournal.Image> overwritten = file.prepare();
        disk.reach(file.end());
        disk.mark(true);
        List<RollbackJournal.Image> old = new ArrayList<>();
        old.add(new RollbackJournal.Image(0, disk.read(0, disk.superblock().length())));
        old.addAll(overwritten);
        if (!state.isMade()) {
            images.all(old);
        } else if (!isNew()) { // or there is nothing to go back to
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
        if (!isNew()) { // or the end before is that of what the library has made
            endBefore = committedEnd;
        }
        committedEnd = file.end();
        space.settle();
        file.committed();
        forget();
        leaveToOthers();
    }

    /** What the library has made stays, though no rows have come. */
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

    /** All is written, and is made to hold. */
    private void journalIsOver() throws IOException {
        hold();
        if (isNew()) {
            images.forceNames();
        }
        noteOver(request.releases());
    }

    /** Leaves the file to others, if that is so between commits. */
    void leaveToOthers() throws IOException {
        stamp.prepare();
        stamp.leave(request.releases() ? mark.leave() : System.nanoTime());
    }

    /** Notes how the file is left. */
    void leaveStamped() throws IOException {
        stamp.leave(System.nanoTime());
    }

    /** Notes that no commit is on the way; in a complete file that there is nothing to do. */
    void noteOver(boolean complete) throws IOException {
        if (complete) {
            images.clear();
        } else {
            images.note(RollbackJournal.Kind.OPEN, List.of());
        }
    }

    /** Notes where the file ends by now, which closing it may put back for a moment. */
    void knows(long end) {
        endBefore = committedEnd;
        committedEnd = end;
    }

    /** Lets the library open the file, which then marks it itself. A mark that is not this session's stays. */
    void handOver() throws IOException {
        keepMade();
        if (request.releases()) {
            mark.leave();
        } else {
            disk.mark(false);
        }
    }

    /** The session is over, and what it has written is committed. */
    void leave() throws IOException {
        if (request.releases()) {
            mark.leave();
        } else {
            images.clear();
            disk.mark(false);
        }
    }

    /** Whether the file is being made, so that all of it is new. */
    boolean isNew() {
        return committedEnd == 0;
    }

    /** Notes where a file ends that the library has made objects in, which are committed with the first rows. */
    final void knowsMade() throws IOException {
        long now = disk.end();
        if (isNew()) {
            endBefore = now;
        } else {
            committedEnd = now;
        }
    }

    /** The library has made objects for this commit, and closed the file; or another program had come first, and they are committed. */
    final void made(boolean refused) throws IOException {
        if (refused) {
            settleMade();
        } else {
            state = TransactionState.MADE;
        }
    }

    /** Makes sure that the disk has the mark before it has what comes next, lest a power cut show readers a part of that. */
    void hold() throws IOException {
        images.hold();
    }

    /** Nothing is left of the commit, which is done or undone. */
    void forget() {
        images.forget();
        state = state.forgotten();
    }

    /** Which file it is; null if the system does not tell. */
    @Nullable
    Object key() throws IOException {
        return disk.stamp().key();
    }

    /** Makes the file what it was when the last commit was done. The C library must have closed it. */
    void undo() throws IOException {
        if (isNew()) {
            disk.delete();
        } else if (request.releases() && !mark.isHeld()) {
            images.restoreBeside(); // somebody else has it by now
        } else if (!images.restore()) {
            disk.cut(Math.max(committedEnd, disk.end()));
            disk.mark(false);
        }
        mark.gone();
        journal.clear();
        forget();
        space.clear();
    }

    /** Closes what is open beside the file and its journal. */
    void closeHolders() throws IOException {
        holders.close();
    }
}
