package io.h5sink;

import io.h5sink.block.RunWriter;
import io.h5sink.hdf5.Store;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Column;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as a session sees it: how long it was before, how many rows it got since, and how many of those are committed.
 * Belongs to the HDF5 thread.
 */
final class Target implements RunWriter {

    final String path;
    private final Store.Dataset dataset;
    private final long startRow;
    private long written;
    private long committed;
    private long bytes;

    private Target(String path, Store.Dataset dataset) {
        this.path = path;
        this.dataset = dataset;
        this.startRow = dataset.rows();
    }

    /** Finds or promises the dataset of a column, in a file that is open. */
    static Target of(String path, Column column, Settings settings, Store store) {
        Target target = new Target(path, store.dataset(path, column.type(), settings.chunk(column)));
        attribute(store, path, "units", column.rule().unit());
        attribute(store, path, "long_name", column.rule().description());
        return target;
    }

    private static void attribute(Store store, String path, String name, @Nullable String value) {
        if (value != null) {
            AttributeValue attribute = AttributeValue.of(name, value);
            store.attribute(path, name, attribute.type(), attribute.data().duplicate());
        }
    }

    /** The dataset's length before the session. */
    long startRow() {
        return startRow;
    }

    /** The extent of a chunk along the first axis. */
    int chunkRows() {
        return dataset.chunkRows();
    }

    /** The dataset's length with all rows that were written. */
    long rows() {
        return startRow + written;
    }

    /** The rows that the session wrote. */
    long written() {
        return written;
    }

    /** The bytes that the session wrote. */
    long bytes() {
        return bytes;
    }

    /** Notes that all rows that were written are committed; true if there are any that were not. */
    boolean commit() {
        boolean grew = written > committed;
        committed = written;
        return grew;
    }

    /** Takes the rows away that were written and not committed, so that all columns keep the same length. */
    void rollBack() {
        dataset.truncate(startRow + committed);
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        dataset.write(startRow + firstRow, rows, data);
        written = firstRow + rows;
        bytes += data.remaining();
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        dataset.writeVariable(startRow + firstRow, rows, data, starts);
        written = firstRow + rows;
        bytes += data.remaining();
    }
}
