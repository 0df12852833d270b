package io.h5sink.hdf5;

/**
 * How far a session on a file on disk is with its transaction, which is all that changes in the file between two commits.
 *
 * <pre>
 *             claim()               open()             prepare(), commit()
 *  UNCLAIMED ────────► IDLE ──────────────────► ACTIVE ──────────────────► WRITING
 *      ▲                ▲ ▲                      │▲ ▲▲                      │ │ ▲
 *      │ end()          │ └────── leave() ───────┘│ │└─────── forget() ─────┘ │ │
 *  any state            │                suspend()│ │open()                   │ │ commit()
 *                       │                         ▼ │                  made() │ │
 *                       │                     SUSPENDED      ┌────────────────┘ │
 *                       │                                    ▼                  │
 *                       └─ another program has come first ─ MADE ───────────────┘
 *                                                    suspend()│▲open()
 *                                                             ▼│
 *                                                       SUSPENDED_MADE
 * </pre>
 *
 * <p>{@link FileCommit} keeps the state and makes the steps. A commit runs from {@link #ACTIVE} through {@link #WRITING} back to
 * ACTIVE, when the journal is over, and to {@link #IDLE}, when the file is left to others: a failure between these two finds nothing to undo.
 * {@link #MADE} also goes back to ACTIVE ({@link FileCommit#keepMade}), if no rows come or if the C library is to go on. A step
 * that fails leaves the state; then the session suspends, or ends, which undoes ACTIVE, MADE and WRITING.
 *
 * <p>Who has the file open is told by two values of which at most one is there: the identifier that the C library knows the file by
 * ({@link Keeper#id}), and the {@link DirectFile} through which Java appends rows. {@link DiskKeeper} asserts what goes with what:
 *
 * <pre>
 *                    nobody   C library   Java
 *  UNCLAIMED           x          -        -
 *  IDLE                x          x        x      C library: never if others may write between commits, but after a failure to open
 *  ACTIVE              x          x        x      nobody: only after a failure to close or to open
 *  MADE                x          -        x      nobody: until Java has looked at the file
 *  WRITING             x          x        x      nobody: the C library has flushed and closed the file
 *  SUSPENDED           -          x        x
 *  SUSPENDED_MADE      -          -        x
 * </pre>
 *
 * <p>Each state but IDLE may be that of a new file, one without a commit: {@link FileCommit#isNew}.
 *
 * <h2>What is written, and when</h2>
 *
 * <p>A byte of the file is <i>overwriteable</i> if one of these holds:
 *
 * <ul>
 *   <li>(a) the {@link Journal} has its content as of the last commit;
 *   <li>(b) the byte lies behind the end of the space that the last commit knew of, or the file is new;
 *   <li>(c) nothing committed is there: the last commit had left the space free ({@link FreeSpace}), or it is that of rows behind the last
 *       one of their dataset;
 *   <li>(d) the byte belongs to the mark: the flags and the checksum of the superblock ({@link CommitMark}), or the end of the file while another
 *       program's end is corrected.
 * </ul>
 *
 * <ol>
 *   <li>A byte is only written while the byte is overwriteable, or with the value that it has ({@link DiskFile#back}).
 *   <li>Metadata that is not new is only written in WRITING. Rows in (b) and (c) are written in ACTIVE and MADE; raw data in (a) is
 *       too, each piece after its note ({@link CommitJournal#overwrites}).
 *   <li>All images that WRITING needs are in the journal before WRITING begins. With {@code force}, the disk has the journal before WRITING begins, and
 *       all that ACTIVE has written to the file, too.
 *   <li>The superblock's end of file is written last, and the journal is cleared after that; with {@code force} the disk has the file
 *       before the journal is cleared.
 *   <li>The oldest image of a byte is written back last, so that after an undone commit each byte has its content as of the commit before.
 *   <li>The journal's first note is of kind BIRTH from {@link FileCommit#birth} to the end of a new file's first commit, and nothing else
 *       is noted meanwhile: undoing means removing the file.
 *   <li>The journal's first note is of kind FLUSH in WRITING, in MADE and in SUSPENDED_MADE, unless the file is new; and in
 *       ACTIVE and SUSPENDED if raw data was overwritten.
 *   <li>In IDLE the journal is clear if others may write between commits; otherwise the journal's note is of kind OPEN. So killing the
 *       process in IDLE leaves a file that {@link Recovery} at most takes the mark away from.
 *   <li>If others may write between commits, the file of an IDLE session is complete, not marked, and as long as the superblock says.
 *   <li>If others may write between commits, the mark is held in ACTIVE, MADE and WRITING, but while the C library closes and
 *       opens the file, which takes the mark away and puts a mark of its own in; {@link CommitMark#mustHold} finds whoever has
 *       come in between, before the journal is cleared.
 *   <li>Space that a commit frees is not taken before that commit is done ({@link FreeSpace#settle}).
 *   <li>What another program has written is never undone: without the mark, only images beside the superblock are written back ({@link
 *       FileCommit#undo}).
 * </ol>
 */
enum TransactionState {
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

    /** A commit waits for room on disk, and the file is left to others as the last commit left it; from ACTIVE. */
    SUSPENDED,

    /** The same from MADE. */
    SUSPENDED_MADE;

    /** Whether a commit is under way that does not wait. */
    boolean isOpen() {
        return this == ACTIVE || this == MADE || this == WRITING;
    }

    boolean isSuspended() {
        return this == SUSPENDED || this == SUSPENDED_MADE;
    }

    /** Whether the C library has made objects for this commit and closed the file. */
    boolean isMade() {
        return this == MADE || this == SUSPENDED_MADE;
    }

    /** Whether the file may be open by the C library, by Java, or by nobody, if neither is so. */
    boolean allows(boolean library, boolean java) {
        return switch (this) {
            case UNCLAIMED -> !library && !java;
            case IDLE, ACTIVE, WRITING -> !library || !java;
            case MADE -> !library;
            case SUSPENDED -> library != java;
            case SUSPENDED_MADE -> java && !library;
        };
    }

    /** When a commit begins, or one that has waited goes on. */
    TransactionState begun() {
        return switch (this) {
            case IDLE, SUSPENDED -> ACTIVE;
            case SUSPENDED_MADE -> MADE;
            default -> this;
        };
    }

    /** When metadata is about to be overwritten; not for the closing of a file to which nothing was written since the last commit. */
    TransactionState writing() {
        return isOpen() ? WRITING : this;
    }

    /** When nothing of a commit is left to be undone. */
    TransactionState forgotten() {
        return this == IDLE ? IDLE : ACTIVE;
    }

    /** When a commit begins to wait. */
    TransactionState suspended() {
        return this == MADE ? SUSPENDED_MADE : SUSPENDED;
    }
}
