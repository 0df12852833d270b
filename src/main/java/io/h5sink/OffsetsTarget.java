package io.h5sink;

import io.h5sink.hdf5.Store;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * Ragged rows as two datasets: all values one after the other, and the offsets at which rows begin, with one more at the end.
 * Apache Arrow lays its lists out in this way (Columnar Format, "Variable-size List Layout"). Belongs to the HDF5 thread.
 */
final class OffsetsTarget implements Target {

    private final String path;
    private final Store.Dataset values;
    private final Store.Dataset offsets;
    private final int elementBytes;
    private final long startRow;
    private final long startValue;
    private long writtenRows;
    private long writtenValues;
    private long committedRows;
    private long committedValues;
    private boolean begun;

    OffsetsTarget(String path, Store.Dataset values, Store.Dataset offsets, int elementBytes) {
        this.path = path;
        this.values = values;
        this.offsets = offsets;
        this.elementBytes = elementBytes;
        this.startRow = Math.max(0, offsets.rows() - 1);
        this.startValue = values.rows();
        this.begun = offsets.rows() > 0;
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
        return offsets.chunkRows();
    }

    @Override
    public long written() {
        return writtenRows;
    }

    @Override
    public long bytes() {
        return writtenValues * elementBytes + writtenRows * Long.BYTES;
    }

    @Override
    public boolean commit() {
        boolean grew = writtenRows > committedRows;
        committedRows = writtenRows;
        committedValues = writtenValues;
        return grew;
    }

    @Override
    public void rollBack() {
        offsets.truncate(startRow + committedRows + 1);
        values.truncate(startValue + committedValues);
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        throw new IllegalStateException("a ragged row has no fixed size");
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        int added = data.remaining() / elementBytes;
        if (added > 0 || !begun) { // without any value, too, there is a dataset of them
            values.write(startValue + writtenValues, added, data);
        }
        int leading = begun ? 0 : 1;
        ByteBuffer ends =
                ByteBuffer.allocateDirect((rows + leading) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (!begun) {
            ends.putLong(startValue);
        }
        int base = starts.get(starts.position());
        for (int i = 1; i <= rows; i++) {
            int end = (starts.get(starts.position() + i) - base) / elementBytes;
            ends.putLong(startValue + writtenValues + end);
        }
        offsets.write(startRow + firstRow + 1 - leading, rows + leading, ends.flip());
        begun = true;
        writtenRows = firstRow + rows;
        writtenValues += added;
    }
}
