package io.h5sink;

import io.h5sink.block.RowConsumer;
import io.h5sink.hdf5.Store;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a column's rows go, as a session sees it: how many were there before, how many it got since, and how many of those are
 * committed. Belongs to the HDF5 thread.
 */
abstract class ColumnWriter implements RowConsumer {

    private final String path;
    private long written;
    private long committed;

    ColumnWriter(String path) {
        this.path = path;
    }

    /** The absolute path, as reports name it. */
    final String path() {
        return path;
    }

    /** The rows before the session. */
    abstract long startRow();

    /** The extent of a chunk along the first axis. */
    abstract int chunkRows();

    /** The rows that the session wrote. */
    long written() {
        return written;
    }

    /** Notes how many rows the session wrote. */
    final void wrote(long rows) {
        written = rows;
    }

    /** The bytes that the session wrote. */
    abstract long bytes();

    /** Notes that all rows that were written are committed; true if there are any that were not. */
    boolean commit() {
        boolean grew = written > committed;
        committed = written;
        return grew;
    }

    /** The rows that the session wrote and committed. */
    final long committed() {
        return committed;
    }

    /** Tells of rows that are soon to be written, in the order in which they will be; the file must be open. */
    void announce(long firstRow, ByteBuffer data) {}

    /** Whether rows that are written may be refused for their values. */
    boolean recodes() {
        return false;
    }

    /** The first row that would be refused; null if there is none. Takes rows as {@link #fixed} and {@link #variable} do. */
    Store.Dataset.@Nullable Refused refused(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        return null;
    }

    /** Says that no rows will come. */
    void withdraw() {}

    /** Takes the rows away that were written and not committed, so that all columns keep the same length. */
    abstract void rollBack();

    /** The rows with all that were written. */
    long rows() {
        return startRow() + written();
    }
}
