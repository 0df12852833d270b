package io.h5sink.transaction;

import java.io.IOException;

/**
 * All changes of a file between two commits: of a file on disk, where each commit is all or nothing ({@link Transaction}), or of a file in
 * memory ({@link MemoryTransaction}). One thread at a time.
 */
public interface FileTransaction {

    /** The state of a transaction. */
    enum State {
        /** The last commit holds, and none is under way. */
        IDLE,

        /** A commit is under way, and all that the last one has written is as it was, but for raw data that the journal has. */
        ACTIVE,

        /** A commit overwrites metadata. */
        WRITING,

        /**
         * An ACTIVE commit waits for disk space. If other programs may write between commits, the file is left to them as the last commit
         * left it, unless raw data was overwritten.
         */
        SUSPENDED;

        /** Whether a commit is under way that does not wait. */
        public boolean isOpen() {
            return this == ACTIVE || this == WRITING;
        }
    }

    /** The state. */
    State state();

    /** The file with the changes of the commit that is under way. */
    SpaceAllocator file();

    /** As {@link Transaction#begin}. */
    boolean begin() throws IOException;

    /** Whether another program has made the file shorter before this commit, so that it must be checked as a whole. */
    boolean isShortened();

    /** Notes raw data that was committed and is about to be overwritten in place. */
    void overwrites(long address, int length) throws IOException;

    /** Commits all changes. */
    void commit() throws IOException;

    /** Whether readers may follow after the first commit of rows. */
    boolean isForFollowers();

    /** Lets readers follow from now on, between two commits, if they are to follow at all. */
    void follow() throws IOException;

    /** Whether readers may follow now. */
    boolean isFollowed();

    /** Sets whether the session has the file between commits, too, for some commits in quick succession. */
    void keep(boolean whole) throws IOException;

    /** As {@link Transaction#suspend}. */
    boolean suspend() throws IOException;

    /** Restores the file as the last commit left it. */
    void undo() throws IOException;

    /** Gives a commit up that waited for disk space. */
    void forsake() throws IOException;

    /** Leaves the file at the end of a session whose writes are all committed. */
    void leave() throws IOException;

    /** Closes all that the transaction has open. */
    void end() throws IOException;
}
