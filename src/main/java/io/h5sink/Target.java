package io.h5sink;

import io.h5sink.block.RunWriter;

/**
 * Where a column's rows go, as a session sees it: how many were there before, how many it got since, and how many of those are
 * committed. Belongs to the HDF5 thread.
 */
interface Target extends RunWriter {

    /** The absolute path, as reports name it. */
    String path();

    /** The rows before the session. */
    long startRow();

    /** The extent of a chunk along the first axis. */
    int chunkRows();

    /** The rows that the session wrote. */
    long written();

    /** The bytes that the session wrote. */
    long bytes();

    /** Notes that all rows that were written are committed; true if there are any that were not. */
    boolean commit();

    /** Takes the rows away that were written and not committed, so that all columns keep the same length. */
    void rollBack();

    /** The rows with all that were written. */
    default long rows() {
        return startRow() + written();
    }
}
