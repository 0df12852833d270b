package io.h5sink;

import io.h5sink.block.ColumnBlocks;
import io.h5sink.block.RunWriter;
import io.h5sink.hdf5.Store;
import io.h5sink.schema.Column;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way of one column from the records to its dataset: the column, its blocks, and the dataset. What is not final belongs
 * to the HDF5 thread.
 */
final class Lane implements RunWriter {

    final Column column;
    final String path;
    final ColumnBlocks blocks;

    /** The record that brought the column, from 1. */
    final long firstOrdinal;

    private Store.@Nullable Dataset dataset;
    private long startRow;
    private long committedRows;
    private long bytes;
    private Runnable opener = () -> {};

    Lane(Column column, String path, ColumnBlocks blocks, long firstOrdinal) {
        this.column = column;
        this.path = path;
        this.blocks = blocks;
        this.firstOrdinal = firstOrdinal;
    }

    /**
     * Joins the lane to its dataset.
     *
     * @param found the dataset
     * @param open opens the file if it is closed; called before each write
     */
    void bind(Store.Dataset found, Runnable open) {
        dataset = found;
        opener = open;
        startRow = found.rows();
        blocks.align(startRow, found.chunkRows());
    }

    /** The dataset's length before the session. */
    long startRow() {
        return startRow;
    }

    /** The dataset's length with all rows that were written. */
    long rows() {
        return startRow + blocks.written();
    }

    /** The bytes that were written. */
    long bytes() {
        return bytes;
    }

    /** Notes that all rows that were written are committed; true if there are any that were not. */
    boolean commit() {
        boolean grew = blocks.written() > committedRows;
        committedRows = blocks.written();
        return grew;
    }

    /** Takes the rows away that were written and not committed, so that all columns keep the same length. */
    void rollBack() {
        if (dataset != null) {
            dataset.truncate(startRow + committedRows);
        }
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        opener.run();
        bound().write(startRow + firstRow, rows, data);
        bytes += data.remaining();
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        opener.run();
        bound().writeVariable(startRow + firstRow, rows, data, starts);
        bytes += data.remaining();
    }

    private Store.Dataset bound() {
        return Objects.requireNonNull(dataset);
    }
}
