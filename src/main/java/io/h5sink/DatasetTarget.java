package io.h5sink;

import io.h5sink.hdf5.Store;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** A dataset that rows go to. Belongs to the HDF5 thread. */
final class DatasetTarget implements Target {

    private final String path;
    private final Store.Dataset dataset;
    private final long startRow;
    private long written;
    private long committed;
    private long bytes;

    DatasetTarget(String path, Store.Dataset dataset) {
        this.path = path;
        this.dataset = dataset;
        this.startRow = dataset.rows();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long startRow() {
        return startRow;
    }

    @Override
    public int chunkRows() {
        return dataset.chunkRows();
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean commit() {
        boolean grew = written > committed;
        committed = written;
        return grew;
    }

    @Override
    public void rollBack() {
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
