package io.h5sink.sink.column;

import io.h5sink.engine.WritableFile;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/** Writes the last of all rows to a dataset of one value. Belongs to the writer thread. */
final class LatestWriter extends ColumnWriter {

    private final WritableFile.Latest dataset;

    LatestWriter(String path, WritableFile.Latest dataset, int chunkRows) {
        super(path, 0, chunkRows);
        this.dataset = dataset;
    }

    @Override
    public void accept(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        int bytes;
        if (starts == null) {
            bytes = data.remaining() / rows;
            dataset.write(data.slice(data.position() + (rows - 1) * bytes, bytes));
        } else {
            int start = starts.get(starts.position() + rows - 1);
            bytes = starts.get(starts.position() + rows) - start;
            dataset.writeVariable(data.slice(start, bytes));
        }
        wrote(firstRow + rows, bytes);
    }

    @Override
    public long rows() {
        return written() == 0 ? 0 : 1;
    }
}
