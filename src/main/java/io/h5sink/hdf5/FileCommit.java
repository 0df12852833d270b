package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What commits to a file on disk have in common, and those that are written without the C library: what the {@link Journal} and the mark
 * in the superblock tell others, what others have done to the file, and how a commit is undone. One thread at a time.
 */
abstract class FileCommit {

    final DiskFile disk;
    final Journal journal;
    final CommitJournal images;
    final LastStamp stamp;

    /** What this session has used of the file and needs no more. */
    final FreeSpace space = new FreeSpace();

    /** Whether the file is complete between commits. */
    final boolean release;

    boolean birth;

    /** Where the space ends that committed metadata may refer to, relative to the superblock. */
    long committedEnd;

    /** Whether the library has made objects for this commit and closed the file. */
    boolean made;

    /** Whether the library may have overwritten metadata. */
    boolean flushing;

    /**
     * For a file whose journal is this process's.
     *
     * @param release whether the file is complete between commits
     * @param force whether each commit waits until the disk has it
     */
    FileCommit(Path file, Access access, Journal journal, boolean release, boolean force) {
        this.disk = new DiskFile(file, access);
        this.journal = journal;
        this.release = release;
        this.images = new CommitJournal(disk, journal, force);
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

    /** The file was not made. */
    void unmade() throws IOException {
        journal.clear();
        birth = false;
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

    /** Notes that no commit is on the way; in a complete file that there is nothing to do. */
    void noteOver(boolean complete) throws IOException {
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

    /** Whether the file is being made, so that all of it is new. */
    boolean isNew() {
        return birth;
    }

    /** Makes sure that the disk has the mark before it has what comes next, lest a power cut show readers a part of that. */
    void hold() throws IOException {
        images.hold();
    }

    /** Nothing is left of the commit, which is done or undone. */
    void forget() {
        birth = false;
        made = false;
        images.forget();
        flushing = false;
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
}
