package io.h5sink.transaction;

import io.h5sink.Sharing;
import io.h5sink.storage.FileHolders;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All changes of a file between two commits, each commit all or nothing wherever the process dies.
 *
 * <pre>
 *             begin()            suspend()
 *   IDLE ◄───────────► ACTIVE ◄───────────► SUSPENDED
 *    ▲ undo(), leave() │    ▲    begin()
 *    │                 │    │
 *    └──── WRITING ◄───┘    │
 *             │   commit()  │
 *             └─────────────┘
 *                 commit() is done
 * </pre>
 *
 * <p>A step that fails leaves the state as it was; then the session suspends, or ends, which undoes ACTIVE and WRITING.
 *
 * <p>A byte of the file is <i>overwriteable</i> if one of these holds:
 *
 * <ul>
 *   <li>(a) the {@link RollbackJournal} has the byte as of the last commit;
 *   <li>(b) the byte lies behind the end of the space that the last commit knew of, which the raw data of a split file has for itself,
 *       or the file is new;
 *   <li>(c) nothing committed is there: the space was free at the last commit ({@link FreeSpace}), or is that of rows behind the last
 *       committed one of a dataset;
 *   <li>(d) the byte belongs to the mark ({@link CommitMark}): to the flags and the checksum of the superblock or, before version 3, to its
 *       end of file.
 * </ul>
 *
 * <ol>
 *   <li>Only overwriteable bytes get another value. Others may be written with the value that the last commit gave them.
 *   <li>Metadata in (a) gets other values in WRITING only. Raw data in (a) gets them in ACTIVE, each piece after its note ({@link
 *       #overwrites}); rows and metadata in (b) and (c) are written in ACTIVE and WRITING.
 *   <li>WRITING begins when all of its images are in the journal. With {@code force}, the disk has the journal and all that was written to
 *       the file before.
 *   <li>The superblock's end of file is written last. After that the journal is cleared; with {@code force} the disk has the file before.
 *   <li>The oldest image of a byte is written back last: each byte of an undone commit has the value of the commit before.
 *   <li>From {@link #create} up to the end of the first commit, the journal has one note, of kind BIRTH: to undo that commit is to remove
 *       the file.
 *   <li>In WRITING of a file that is not new, the journal's first note is of kind FLUSH; in ACTIVE and SUSPENDED, if raw data was
 *       overwritten.
 *   <li>In IDLE of a file that is not new, the journal is clear, or has a note of kind OPEN, if the session keeps the file from others
 *       between commits: recovery then has at most the mark to take away.
 *   <li>If others may write between commits, an IDLE file is complete and not marked, and the mark is held in ACTIVE and WRITING. {@link
 *       CommitMark#mustHold} finds programs that have opened the file nevertheless, before a commit ends.
 *   <li>Space that a commit frees is not taken before that commit is done ({@link FreeSpace#settle}).
 *   <li>What another program has written is not undone: without the mark, images are written back beside the superblock only.
 *   <li>While readers may follow ({@link Sharing#SWMR}), WRITING keeps {@link CommitOrder#CHILDREN_FIRST}, space that a commit frees is
 *       never taken, and no block moves. Readers may follow from the end of the first commit of rows on, and no object is made after that.
 * </ol>
 *
 * <p>One thread at a time.
 */
public final class Transaction implements FileTransaction {

    private final DiskFile disk;
    private final RollbackJournal journal;
    private final CommitPreImages images;
    private final FileState fileState;
    private final FileHolders holders;
    private final CommitMark mark;
    private final FreeSpace space = new FreeSpace();

    /** Whether other programs may write to the file between commits. */
    private final boolean releases;

    private final CommitOrder order;

    /** Whether the superblock says that readers may follow. */
    private boolean followed;

    private State state = State.IDLE;

    /** The file with the changes of the commit; null before the file is opened, and after another program has changed the file. */
    private @Nullable SpaceAllocator file;

    /** The end of the space that committed metadata may refer to, relative to the superblock; 0 in a new file. */
    private long committedEnd;

    /** The end of the space before the last commit; before the first commit, the end of the file as it was made. */
    private long endBefore;

    /** Whether another program has written to the file since the last commit. */
    private boolean changed;

    /** Whether the file ended before {@link #committedEnd} when the last commit began, and nothing explains that. */
    private boolean shortened;

    /**
     * The transaction of a file whose journal this process has locked.
     *
     * @param stored the file, whose path has all symbolic links resolved
     * @param sharing what other programs may do with the file during the session
     * @param force whether each commit is forced to the disk
     */
    public Transaction(StoredFile stored, RollbackJournal journal, Sharing sharing, boolean force) {
        this.releases = sharing == Sharing.RELEASE;
        this.order = CommitOrder.of(sharing);
        this.disk = new DiskFile(stored);
        this.journal = journal;
        this.images = new CommitPreImages(disk, journal, force);
        this.fileState = new FileState(disk, releases);
        this.holders = new FileHolders(disk.first(), journal.path());
        this.mark = new CommitMark(disk, holders, true);
    }

    /** The state. */
    @Override
    public State state() {
        return state;
    }

    /** Whether the file has no commit yet, so that all of its bytes are new. */
    public boolean isNew() {
        return committedEnd == 0;
    }

    /** The file with the changes of the commit that is under way. */
    @Override
    public SpaceAllocator file() {
        return Objects.requireNonNull(file, "the file is not open");
    }

    /** Makes the file. */
    public interface FileMaker {
        void make() throws IOException;
    }

    /**
     * Makes a new file, which is complete and marked as being written when others first see it, and begins its first commit.
     *
     * @throws StorageException if another program has the file that is to be replaced, of kind {@link StorageException.Kind#BUSY}
     */
    public void create(FileMaker maker) throws IOException {
        mark.mustBeFree();
        images.note(RollbackJournal.Kind.BIRTH, List.of());
        images.forceNames();
        committedEnd = 0;
        maker.make();
        state = State.ACTIVE;
        endBefore = disk.end();
        mark.own();
        fileState.stay();
        file = new SpaceAllocator(disk, order, space);
    }

    /** Leaves a file that could not be opened as it was: a file that was made is removed, and one that is marked is not marked any more. */
    public void unopened() throws IOException {
        if (state == State.ACTIVE) {
            undo();
        } else {
            mark.leave();
            journal.clear();
        }
    }

    /**
     * Opens an existing file, which was checked, and begins a commit.
     *
     * @throws StorageException if another program has the file, of kind {@link StorageException.Kind#BUSY}
     */
    public void open() throws IOException {
        images.forceNames();
        if (releases) {
            mark.take(() -> true);
            foundEnd();
        } else {
            mark.mustBeFree();
            images.note(RollbackJournal.Kind.OPEN, List.of());
            foundEnd();
            images.hold();
            disk.markOwn();
        }
        fileState.stay();
        file = new SpaceAllocator(disk, order, space);
    }

    private void foundEnd() throws IOException {
        committedEnd = disk.end();
        endBefore = committedEnd;
        state = State.ACTIVE;
    }

    /**
     * Begins a commit, or resumes one that waited.
     *
     * @return false if another program has written to the file since the last commit, so that all that is known of the file may be wrong
     * @throws StorageException if another program has the file, of kind {@link StorageException.Kind#BUSY}; or if it has changed the file
     *     while a commit waited
     */
    @Override
    public boolean begin() throws IOException {
        if (state.isOpen()) {
            return true;
        }
        boolean waited = state == State.SUSPENDED;
        boolean sure = taken();
        if (changed && waited) {
            mark.leave();
            throw StorageException.file("another program has written to it while it waited for disk space", null);
        }
        if (changed) {
            file = new SpaceAllocator(disk, order, space);
        } else if (!sure) {
            file().doubt();
        }
        state = State.ACTIVE;
        return !changed;
    }

    /** Whether another program has made the file shorter before this commit, so that it must be checked as a whole. */
    @Override
    public boolean isShortened() {
        return shortened;
    }

    private boolean taken() throws IOException {
        shortened = false;
        images.unknown();
        if (!releases || isNew()) {
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
        } else {
            committedEnd = found;
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
     * Handles a file that ends before {@link #committedEnd}. If the file ends where it did before the last commit, a program that heeds no
     * locks has opened the file during that commit, and closing it has put back the end that the program knew. Otherwise that program must
     * have removed something.
     */
    private void comeBack() throws IOException {
        if (disk.end() == endBefore && disk.size() >= committedEnd + disk.start()) {
            mark.setEnd(committedEnd);
        } else {
            committedEnd = disk.end();
            shortened = true;
        }
    }

    /** Notes raw data that was committed and is about to be overwritten in place. */
    @Override
    public void overwrites(long address, int length) throws IOException {
        if (!isNew() && file().isCommitted(address)) {
            images.overwrites(address, length);
        }
    }

    /** Commits all changes, and leaves the file to other programs if they may write between commits. */
    @Override
    public void commit() throws IOException {
        SpaceAllocator changes = file();
        if (!changes.isClean() || isNew() || !images.raw().isEmpty()) {
            write(changes);
        }
        leaveToOthers();
        state = State.IDLE;
    }

    /** Whether readers may follow after the first commit of rows. */
    @Override
    public boolean isForFollowers() {
        return order == CommitOrder.CHILDREN_FIRST;
    }

    /** Lets readers follow from now on, between two commits, if they are to follow at all. */
    @Override
    public void follow() throws IOException {
        if (isForFollowers() && !followed) {
            mark.follow();
            followed = true;
        }
    }

    /** Whether readers may follow now. */
    @Override
    public boolean isFollowed() {
        return followed;
    }

    private void write(SpaceAllocator changes) throws IOException {
        mark.mustHold("of this commit nothing is in the file");
        List<RollbackJournal.Image> overwritten = changes.prepare();
        if (!isNew()) {
            List<RollbackJournal.Image> old = new ArrayList<>();
            old.add(disk.headImage());
            old.addAll(overwritten);
            note(old);
        }
        images.hold();
        state = State.WRITING;
        changes.overwrite();
        mark.mustHold("this commit was undone");
        mark.setEnd(changes.end());
        images.hold();
        if (isNew()) {
            images.forceNames();
        }
        noteOver();
        boolean shorter = changes.end() < committedEnd;
        if (!isNew()) { // in a new file, endBefore stays the end that the file was made with
            endBefore = committedEnd;
        }
        committedEnd = changes.end();
        if (isForFollowers()) {
            space.lose();
        } else {
            space.settle();
        }
        changes.committed();
        images.forget();
        state = State.ACTIVE;
        if (shorter) {
            disk.fit(); // the commit is done, and a failure undoes nothing of it
        }
    }

    private void note(List<RollbackJournal.Image> old) throws IOException {
        if (images.raw().isEmpty()) {
            images.all(old);
        } else {
            images.add(old);
            images.known(old);
        }
    }

    /** Notes in the journal that no commit is under way; clears the journal if the file is complete, so that recovery has nothing to do. */
    private void noteOver() throws IOException {
        if (releases) {
            images.clear();
        } else {
            images.note(RollbackJournal.Kind.OPEN, List.of());
        }
    }

    private void leaveToOthers() throws IOException {
        fileState.prepare();
        fileState.leave(releases ? mark.leave() : System.nanoTime());
    }

    /** Sets whether the session has the file between commits, too, for some commits in quick succession. */
    @Override
    public void keep(boolean whole) throws IOException {
        mark.keep(whole);
        if (!whole && state == State.IDLE) {
            leaveToOthers();
        }
    }

    /**
     * Lets the commit wait for disk space: leaves the file to other programs as the last commit left it. {@link #begin} resumes the commit.
     *
     * @return false if the commit is overwriting metadata already
     */
    @Override
    public boolean suspend() throws IOException {
        if (state == State.WRITING) {
            return false;
        }
        if (state == State.ACTIVE) {
            if (releases && !isNew() && images.raw().isEmpty()) {
                journal.clear();
                mark.leave();
            }
            images.rewind();
            fileState.leave(System.nanoTime());
            state = State.SUSPENDED;
        }
        return true;
    }

    /** Restores the file as the last commit left it; a new file is removed. */
    @Override
    public void undo() throws IOException {
        if (isNew()) {
            disk.delete();
        } else if (releases && !mark.isHeld()) {
            images.restoreBeside(); // another program has the file by now
        } else if (!restored()) {
            disk.cut(Math.max(committedEnd, disk.end()));
            disk.mark(false);
        }
        mark.gone();
        journal.clear();
        images.forget();
        space.clear();
        file = null;
        state = State.IDLE;
    }

    private boolean restored() throws IOException {
        if (state != State.WRITING && !images.raw().isEmpty()) {
            images.rawAtLeast();
        }
        return images.restore();
    }

    /** Gives a commit up that waited for disk space; what another program has written since stays. */
    @Override
    public void forsake() throws IOException {
        if (releases && !isNew() && images.raw().isEmpty()) {
            state = State.IDLE; // the file was left to others as the last commit left it
        } else {
            undo();
        }
    }

    /** Leaves the file at the end of a session whose writes are all committed. */
    @Override
    public void leave() throws IOException {
        if (releases) {
            mark.leave();
        } else {
            disk.mark(false);
            images.hold();
            images.clear();
        }
        state = State.IDLE;
    }

    /** Closes all that the transaction has open; the file and its journal belong to nobody then. */
    @Override
    public void end() throws IOException {
        try {
            disk.close();
        } finally {
            try {
                holders.close();
            } finally {
                journal.close();
            }
        }
    }
}
