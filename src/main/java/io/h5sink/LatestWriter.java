package io.h5sink;

import io.h5sink.hdf5.Store;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** A dataset that keeps the last of all rows. Belongs to the HDF5 thread. */
final class LatestWriter extends ColumnWriter {

    private final Store.Latest dataset;
    private final int chunkRows;
    private long bytes;

    LatestWriter(String path, Store.Latest dataset, int chunkRows) {
        super(path);
        this.dataset = dataset;
        this.chunkRows = chunkRows;
    }

    @Override
    long startRow() {
        return 0;
    }

    @Override
    int chunkRows() {
        return chunkRows;
    }

    @Override
    long rows() {
        return written() == 0 ? 0 : 1;
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    void rollBack() {
        // the value before is gone, and the new one is as good
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        int rowBytes = data.remaining() / rows;
        dataset.write(data.slice(data.position() + (rows - 1) * rowBytes, rowBytes));
        wrote(firstRow + rows);
        bytes += rowBytes;
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        int start = starts.get(starts.position() + rows - 1);
        int end = starts.get(starts.position() + rows);
        dataset.writeVariable(data.slice(start, end - start));
        wrote(firstRow + rows);
        bytes += end - start;
    }
}
