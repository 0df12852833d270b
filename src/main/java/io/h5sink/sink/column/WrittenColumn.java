package io.h5sink.sink.column;

/**
 * A dataset as a session reports it: how many rows were there before, how many it got since, and how many of those are committed. Belongs
 * to the HDF5 thread.
 */
public abstract class WrittenColumn {

    private final String path;
    private final long startRow;
    private long written;
    private long committed;
    private long bytes;

    /**
     * Nothing is written yet.
     *
     * @param path absolute
     * @param startRow the rows before the session
     */
    WrittenColumn(String path, long startRow) {
        this.path = path;
        this.startRow = startRow;
    }

    /** The absolute path, as reports name it. */
    public final String path() {
        return path;
    }

    /** The rows before the session. */
    final long startRow() {
        return startRow;
    }

    /** The rows that the session wrote. */
    final long written() {
        return written;
    }

    /** Notes how many rows the session wrote, with the bytes of those that are new. */
    final void wrote(long rows, long newBytes) {
        written = rows;
        bytes += newBytes;
    }

    /** The bytes of the stream that the session wrote. */
    public long bytes() {
        return bytes;
    }

    /** The rows with all that were written. */
    public long rows() {
        return startRow + written;
    }

    /** Notes that all rows that were written are committed; true if there are any that were not. */
    public boolean commit() {
        boolean grew = written > committed;
        committed = written;
        return grew;
    }

    /** The length that the last commit left. */
    final long committedRows() {
        return startRow + committed;
    }

    /**
     * Takes the rows away that were written and not committed, so that all columns keep the same length. Does nothing where a value
     * replaces the one before: that is gone, and the new one is as good.
     */
    public void rollBack() {}
}
