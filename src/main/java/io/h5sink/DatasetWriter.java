package io.h5sink;

import io.h5sink.hdf5.Store;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/** A dataset that rows go to. Belongs to the HDF5 thread. */
final class DatasetWriter extends ColumnWriter {

    private final Store.Dataset dataset;
    private final long startRow;
    private long bytes;

    DatasetWriter(String path, Store.Dataset dataset) {
        super(path);
        this.dataset = dataset;
        this.startRow = dataset.rows();
    }

    @Override
    long startRow() {
        return startRow;
    }

    @Override
    int chunkRows() {
        return dataset.chunkRows();
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    void rollBack() {
        dataset.truncate(startRow + committed());
    }

    @Override
    void withdraw() {
        dataset.withdraw();
    }

    @Override
    boolean recodes() {
        return dataset.recodes();
    }

    @Override
    Store.Dataset.@Nullable Refused refused(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        return dataset.refused(startRow + firstRow, rows, data, starts);
    }

    @Override
    void announce(long firstRow, ByteBuffer data) {
        dataset.announce(startRow + firstRow, data);
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        dataset.write(startRow + firstRow, rows, data);
        wrote(firstRow + rows);
        bytes += data.remaining();
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        dataset.writeVariable(startRow + firstRow, rows, data, starts);
        wrote(firstRow + rows);
        bytes += data.remaining();
    }
}
