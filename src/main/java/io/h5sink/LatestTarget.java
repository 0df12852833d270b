package io.h5sink;

import io.h5sink.hdf5.Store;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** A dataset that keeps the last of all rows. Belongs to the HDF5 thread. */
final class LatestTarget implements Target {

    private final String path;
    private final Store.Latest dataset;
    private final int chunkRows;
    private long written;
    private long committed;
    private long bytes;

    LatestTarget(String path, Store.Latest dataset, int chunkRows) {
        this.path = path;
        this.dataset = dataset;
        this.chunkRows = chunkRows;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long startRow() {
        return 0;
    }

    @Override
    public int chunkRows() {
        return chunkRows;
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public long rows() {
        return written == 0 ? 0 : 1;
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
        // the value before is gone, and the new one is as good
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        int rowBytes = data.remaining() / rows;
        dataset.write(data.slice(data.position() + (rows - 1) * rowBytes, rowBytes));
        written = firstRow + rows;
        bytes += rowBytes;
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        int start = starts.get(starts.position() + rows - 1);
        int end = starts.get(starts.position() + rows);
        dataset.writeVariable(data.slice(start, end - start));
        written = firstRow + rows;
        bytes += end - start;
    }
}
