package io.h5sink.sink.column;

import io.h5sink.engine.WritableFile;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/** Appends rows to a dataset. Belongs to the writer thread. */
final class DatasetWriter extends ColumnWriter {

    private final WritableFile.Dataset dataset;

    DatasetWriter(String path, WritableFile.Dataset dataset) {
        super(path, dataset.rows(), dataset.chunkRows());
        this.dataset = dataset;
    }

    @Override
    public void accept(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        if (starts == null) {
            dataset.write(startRow() + firstRow, rows, data);
        } else {
            dataset.writeVariable(startRow() + firstRow, rows, data, starts);
        }
        wrote(firstRow + rows, data.remaining());
    }

    @Override
    void announce(long firstRow, ByteBuffer data) {
        dataset.announce(startRow() + firstRow, data);
    }

    @Override
    boolean recodes() {
        return dataset.recodes();
    }

    @Override
    WritableFile.Dataset.@Nullable Refused refused(
            long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        return dataset.refused(startRow() + firstRow, rows, data, starts);
    }

    @Override
    void withdraw() {
        dataset.withdraw();
    }

    @Override
    public void rollBack() {
        dataset.truncate(committedRows());
    }
}
