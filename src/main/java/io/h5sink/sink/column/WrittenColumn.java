package io.h5sink.sink.column;

/**
 * A dataset with the numbers of its rows that a session reports: rows before the session, written rows and committed rows. Belongs to the HDF5
 * thread.
 */
public abstract class WrittenColumn {

    private final String path;
    private final long startRow;
    private long written;
    private long committed;
    private long bytes;

    /**
     * A dataset without rows of this session.
     *
     * @param path the absolute path
     * @param startRow the rows before the session
     */
    WrittenColumn(String path, long startRow) {
        this.path = path;
        this.startRow = startRow;
    }

    /** The absolute path, as commits report it. */
    public final String path() {
        return path;
    }

    /** The number of rows before the session. */
    final long startRow() {
        return startRow;
    }

    /** The number of rows that the session has written. */
    final long written() {
        return written;
    }

    /** Sets the number of rows that the session has written, and adds the bytes of the new rows. */
    final void wrote(long rows, long newBytes) {
        written = rows;
        bytes += newBytes;
    }

    /** The bytes of the records that the session has written to the dataset. */
    public long bytes() {
        return bytes;
    }

    /** The number of all rows, with those before the session. */
    public long rows() {
        return startRow + written;
    }

    /** Marks all written rows as committed; true if any of them was not. */
    public boolean commit() {
        boolean grew = written > committed;
        committed = written;
        return grew;
    }

    /** The number of rows after the last commit. */
    final long committedRows() {
        return startRow + committed;
    }

    /**
     * Truncates the dataset to the rows of the last commit, so that all columns keep the same length. Has no effect on a column that keeps its last
     * value only: the earlier value was overwritten.
     */
    public void rollBack() {}
}
