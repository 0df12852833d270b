package io.h5sink.sink.column;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes ragged rows to two datasets: all values one after the other, and the offsets at which rows begin, with one more at the end.
 * Apache Arrow lays its lists out in this way (Columnar Format, "Variable-size List Layout"). Belongs to the writer thread.
 */
final class OffsetsWriter extends ColumnWriter {

    private final ColumnWriter values;
    private final ColumnWriter offsets;
    private final int elementBytes;

    /** The number of leading offsets that this session has to write: 1 in a new dataset, for the start of the first row, else 0. */
    private final int leading;

    /** The number of values whose rows have their offsets written, too; lower than the written values after a failure between the two. */
    private long complete;

    OffsetsWriter(String path, ColumnWriter values, ColumnWriter offsets, int elementBytes) {
        super(path, Math.max(0, offsets.startRow() - 1), offsets.chunkRows());
        this.values = values;
        this.offsets = offsets;
        this.elementBytes = elementBytes;
        this.leading = offsets.startRow() == 0 ? 1 : 0;
    }

    @Override
    public void accept(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        IntBuffer rowStarts = Objects.requireNonNull(starts, "a ragged row has no fixed size");
        int first = firstRow == 0 ? leading : 0;
        ByteBuffer ends = ByteBuffer.allocateDirect((rows + first) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long base = values.startRow() + complete;
        for (int i = 1 - first; i <= rows; i++) {
            int before = rowStarts.get(rowStarts.position() + i) - rowStarts.get(rowStarts.position());
            ends.putLong(base + before / elementBytes);
        }
        // values of an attempt that failed before their offsets were written
        int skipped = (int) (values.written() - complete);
        ByteBuffer unwritten =
                data.slice(data.position() + skipped * elementBytes, data.remaining() - skipped * elementBytes);
        int added = unwritten.remaining() / elementBytes;
        if (added > 0 || first > 0) { // rows without values create the dataset, too
            values.announce(values.written(), unwritten);
            values.accept(values.written(), added, unwritten, null);
        }
        offsets.accept(offsets.written(), rows + first, ends.flip(), null);
        complete = values.written();
        wrote(offsets.written() - leading, 0);
    }

    @Override
    public long bytes() {
        return values.bytes() + offsets.bytes();
    }

    @Override
    void withdraw() {
        values.withdraw();
        offsets.withdraw();
    }

    @Override
    public boolean commit() {
        values.commit();
        offsets.commit();
        return super.commit();
    }

    @Override
    public void rollBack() {
        values.rollBack();
        offsets.rollBack();
    }
}
