package io.h5sink.sink.column;

import io.h5sink.buffer.RowConsumer;
import io.h5sink.engine.WritableFile;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks rows before they are written to a dataset of another type: the first value that the dataset cannot hold ends the stream, and only rows
 * of earlier records are written. Belongs to the HDF5 thread.
 */
final class RowCheck implements RowConsumer {

    private final BufferedColumn buffered;
    private final ColumnWriter writer;
    private long next;
    private ColumnWriters.@Nullable Refusal refusal;

    RowCheck(BufferedColumn buffered, ColumnWriter writer) {
        this.buffered = buffered;
        this.writer = writer;
    }

    /** The first row of some records that the dataset cannot hold, with its record; null if the dataset can hold all. */
    ColumnWriters.@Nullable Refusal look(long records) {
        long rows = buffered.rows(records);
        long from = Math.max(next, buffered.blocks().written());
        refusal = null;
        buffered.blocks().show(from, rows, this);
        if (refusal == null) {
            next = Math.max(from, rows);
        }
        return refusal;
    }

    @Override
    public void accept(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        if (refusal == null) {
            WritableFile.Dataset.Refused refused = writer.refused(firstRow, rows, data, starts);
            if (refused != null) {
                refusal = new ColumnWriters.Refusal(
                        refused.why(), buffered.blocks().ordinal(firstRow + refused.row()));
            }
        }
    }
}
