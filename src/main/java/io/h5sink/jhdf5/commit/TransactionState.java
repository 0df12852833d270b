package io.h5sink.jhdf5.commit;

import io.h5sink.storage.RollbackJournal;
import io.h5sink.transaction.CommitMark;
import io.h5sink.transaction.CommitPreImages;
import io.h5sink.transaction.DiskFile;
import io.h5sink.transaction.FreeSpace;
import io.h5sink.transaction.SpaceAllocator;

/**
 * How far a session on a file on disk is with its transaction, which is all that changes in the file between two commits.
 *
 * <pre>
 *              lease()               open()
 *  UNCLAIMED ──────────► IDLE ◄──────────────────► ACTIVE ◄───────────────► SUSPENDED
 *      ▲                  ▲          idle()        ▲  ▲ │  suspend(), open()
 *      │ end()            │                        │  │ │
 *  any state              │            keepMade()  │  │ │ prepare(), commit()
 *                         │    ┌───────────────────┘  │ │
 *                         │    │             forget() │ ▼
 *                         └── MADE ◄───────────────► WRITING
 *         made(), refused      ▲   made(), commit()
 *                              │
 *           suspend(), open()  ▼
 *                        SUSPENDED_MADE
 * </pre>
 *
 * <p>{@link JournaledCommit} keeps the state and makes the steps. A commit runs from {@link #ACTIVE} through {@link #WRITING} back to
 * ACTIVE, when the journal is cleared, and to {@link #IDLE}, when the file is left to other programs: a failure between these two finds
 * nothing to undo. If the C library makes objects whose rows Java writes, the commit runs from WRITING through {@link #MADE} and once more
 * through WRITING. A step that fails leaves the state as it was; then the session suspends, or ends, which undoes ACTIVE, MADE and WRITING.
 *
 * <p>Two values show who has the file open, of which at most one is set: the identifier by which the C library knows the file ({@link
 * FileSession#heldId}), and the {@link SpaceAllocator} through which Java adds rows ({@link DirectWriting}). {@link DiskSession} asserts:
 *
 * <pre>
 *                   nobody  C library  Java
 *  UNCLAIMED          x         -       -
 *  IDLE               x         x       x    C library: if others may write between commits, only after it failed to open
 *  ACTIVE             x         x       x    nobody: only within calls, and after the C library failed to open or close
 *  MADE               x         -       x    nobody: until Java has looked at the file
 *  WRITING            x         x       x    nobody: the C library has flushed and closed the file
 *  SUSPENDED          -         x       x
 *  SUSPENDED_MADE     -         -       x
 * </pre>
 *
 * <p>The file is new up to its first commit ({@link JournaledCommit#isNew}), in whatever state; in UNCLAIMED the session knows nothing of
 * the file.
 *
 * <h2>What is written, and when</h2>
 *
 * <p>A byte of the file is <i>overwriteable</i> if one of these holds:
 *
 * <ul>
 *   <li>(a) the {@link RollbackJournal} has the byte as of the last commit;
 *   <li>(b) the byte lies behind the end of the space that the last commit knew of, or the file is new;
 *   <li>(c) nothing committed is there: the space was free at the last commit ({@link FreeSpace}), or is that of rows behind the last
 *       committed one of a dataset;
 *   <li>(d) the byte belongs to the mark, which is the flags and the checksum of the superblock ({@link CommitMark}).
 * </ul>
 *
 * <ol>
 *   <li>Only overwriteable bytes get another value. Others may be written with the value that they have ({@link DiskFile#back}), or with that
 *       of the last commit, in place of what another program has written ({@link CommitMark#setEnd}).
 *   <li>Metadata in (a) gets other values in WRITING only. Raw data in (a) gets them in ACTIVE, each piece after its note ({@link
 *       CommitPreImages#overwrites}); rows and metadata in (b) and (c) are written in ACTIVE, MADE and WRITING.
 *   <li>WRITING begins when all of its images are in the journal. With {@code force}, the disk has the journal and all that was written to the
 *       file before.
 *   <li>Java writes the superblock's end of file last; the C library flushes in an order of its own. After that the journal is cleared; with
 *       {@code force} the disk has the file before.
 *   <li>The oldest image of a byte is written back last: each byte of an undone commit has the value of the commit before.
 *   <li>From {@link JournaledCommit#birth} up to the end of the first commit, the journal has one note, of kind BIRTH: to undo that commit is to
 *       remove the file.
 *   <li>In WRITING, MADE and SUSPENDED_MADE of a file that is not new, the journal's first note is of kind FLUSH; in ACTIVE and SUSPENDED, if
 *       raw data was overwritten.
 *   <li>In IDLE of a file that is not new, the journal is clear, or has a note of kind OPEN, if the session keeps the file from others between
 *       commits and has not closed the file: {@link Recovery} then has at most the mark to take away.
 *   <li>If others may write between commits, an IDLE file is complete and not marked.
 *   <li>If others may write between commits, the mark of a file that is not new is held in ACTIVE, MADE and WRITING, except while the C
 *       library opens or closes the file, as the library then takes the mark for its own. {@link CommitMark#mustHold} finds programs that
 *       have opened the file nevertheless, before a commit by Java ends.
 *   <li>Space that a commit frees is not taken before that commit is done ({@link FreeSpace#settle}).
 *   <li>The C library cannot forget: when it closes a file whose commit is undone, or that another program has changed, it overwrites
 *       metadata in any state. The images are read before, noted (unless the disk is full) and written back at once ({@link UndoneFile},
 *       {@link LibraryCommit#closeStale}).
 *   <li>What another program has written is not undone: without the mark, images are written back beside the superblock only
 *       ({@link JournaledCommit#undo}).
 * </ol>
 */
public enum TransactionState {
    /** The session has not taken the file yet, or has left the file for good. */
    UNCLAIMED,

    /** The last commit holds, and none is under way. */
    IDLE,

    /** A commit is under way, and all that the last one has written is as it was, but for raw data that the journal has. */
    ACTIVE,

    /** As ACTIVE, but the C library has made objects and closed the file; the journal has what the library has overwritten. */
    MADE,

    /** A commit overwrites metadata, or has done so. */
    WRITING,

    /**
     * An ACTIVE commit waits for disk space. If other programs may write between commits, the file is left to them as the last commit left
     * it, unless raw data was overwritten.
     */
    SUSPENDED,

    /**
     * A MADE commit waits for disk space: the file has the objects that were made, and the journal has the bytes that were there before.
     */
    SUSPENDED_MADE;

    /** Whether a commit is under way that does not wait. */
    public boolean isOpen() {
        return this == ACTIVE || this == MADE || this == WRITING;
    }

    /** Whether a commit waits for disk space. */
    public boolean isSuspended() {
        return this == SUSPENDED || this == SUSPENDED_MADE;
    }

    /** Whether the C library has made objects for this commit and closed the file. */
    public boolean isMade() {
        return this == MADE || this == SUSPENDED_MADE;
    }

    /** Whether the state allows the file to be open by the C library, by Java or, if both are false, by nobody. */
    public boolean allows(boolean library, boolean java) {
        return switch (this) {
            case UNCLAIMED -> !library && !java;
            case IDLE, ACTIVE, WRITING -> !library || !java;
            case MADE -> !library;
            case SUSPENDED -> library != java;
            case SUSPENDED_MADE -> java && !library;
        };
    }

    /** The state after a commit has begun, or one that has waited goes on. */
    public TransactionState begun() {
        return switch (this) {
            case IDLE, SUSPENDED -> ACTIVE;
            case SUSPENDED_MADE -> MADE;
            default -> this;
        };
    }

    /** The state before metadata is overwritten; unchanged when a file is closed to which nothing was written since the last commit. */
    public TransactionState writing() {
        return isOpen() ? WRITING : this;
    }

    /** The state after a commit has nothing left to be undone. */
    public TransactionState forgotten() {
        return this == IDLE ? IDLE : ACTIVE;
    }

    /** The state after a commit has begun to wait. */
    public TransactionState suspended() {
        return this == MADE ? SUSPENDED_MADE : SUSPENDED;
    }
}
