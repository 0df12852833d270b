package io.h5sink;

import io.h5sink.hdf5.Store;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** A dataset that no component has any more, and that keeps the length of the others. Belongs to the HDF5 thread. */
final class FillWriter extends ColumnWriter {

    private final Store.Filled dataset;
    private final long startRow;

    FillWriter(String path, Store.Filled dataset) {
        super(path);
        this.dataset = dataset;
        this.startRow = dataset.rows();
    }

    /** Writes the fill value until there are so many rows of this session. The file must be open. */
    void fill(long rows) {
        if (rows > written()) {
            dataset.fill(startRow + rows);
            wrote(rows);
        }
    }

    @Override
    long startRow() {
        return startRow;
    }

    @Override
    int chunkRows() {
        throw new IllegalStateException("no blocks are aligned with it");
    }

    @Override
    long bytes() {
        return 0; // none came with the stream
    }

    @Override
    void rollBack() {
        dataset.truncate(startRow + committed());
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        throw new IllegalStateException("no component has it");
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        throw new IllegalStateException("no component has it");
    }
}
