package io.h5sink.sink.column;

import io.h5sink.buffer.RowConsumer;
import io.h5sink.engine.WritableFile;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one column to its dataset. Belongs to the writer thread. */
abstract class ColumnWriter extends WrittenColumn implements RowConsumer {

    private final int chunkRows;

    /**
     * A writer that has written no row.
     *
     * @param path the absolute path of the dataset
     * @param startRow the rows before the session
     * @param chunkRows the extent of a chunk along the first axis
     */
    ColumnWriter(String path, long startRow, int chunkRows) {
        super(path, startRow);
        this.chunkRows = chunkRows;
    }

    /** The extent of a chunk along the first axis. */
    final int chunkRows() {
        return chunkRows;
    }

    /** The columns of one record type have the same length. */
    final void checkLength(ColumnWriter first) {
        if (startRow() != first.startRow()) {
            throw StorageException.schema(
                    path(), "a length of " + first.startRow() + ", like " + first.path(), "" + startRow());
        }
    }

    /** Announces rows to be written soon, in the order of the writes; the file must be open. */
    void announce(long firstRow, ByteBuffer data) {}

    /** True if the dataset may refuse rows for their values. */
    boolean recodes() {
        return false;
    }

    /** The first row that the dataset would refuse; null if it accepts all. Parameters as in {@link #accept}. */
    WritableFile.Dataset.@Nullable Refused refused(
            long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        return null;
    }

    /** Announces that no row will be written, so that a dataset that does not exist is not created. */
    void withdraw() {}
}
