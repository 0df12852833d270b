package io.h5sink.sink.column;

import io.h5sink.buffer.BlockPool;
import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ObjectNames;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.sink.settings.Settings;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Puts each value of a record into the blocks of its column. */
abstract class ColumnEncoder extends RecordEncoder {

    private static final long MIN_VARIABLE_BYTES = 1 << 8;
    private static final long MAX_VARIABLE_BYTES = 1 << 18;

    final Settings settings;
    final BlockPool pool;
    final MemoryBudget budget;
    private final Queue<BufferedColumn> added = new ConcurrentLinkedQueue<>();

    ColumnEncoder(Settings settings, BlockPool pool, MemoryBudget budget) {
        this.settings = settings;
        this.pool = pool;
        this.budget = budget;
    }

    @Override
    public String group() {
        return settings.group();
    }

    /** Removes and returns a column that has no writer yet, or null. Called by the writer thread. */
    final @Nullable BufferedColumn pollAdded() {
        return added.poll();
    }

    final BufferedColumn buffered(Column column, String group, boolean ordered, long ordinal) {
        int maxVariableBytes = (int)
                Long.highestOneBit(Math.max(MIN_VARIABLE_BYTES, Math.min(settings.memory() / 64, MAX_VARIABLE_BYTES)));
        ColumnBlocks blocks = new ColumnBlocks(pool, (int) column.type().rowBytes(), maxVariableBytes, ordered);
        return new BufferedColumn(column, ObjectNames.in(group, column.name()), blocks, ordered, ordinal);
    }

    /** Hands a column to the writer thread, before the first record with the column is counted. */
    final void publish(BufferedColumn buffered) {
        added.add(buffered);
    }

    final int chunkRows(Column column) {
        return (int) Math.min(Integer.MAX_VALUE, settings.chunk(column, column.type())[0]);
    }

    /** Refuses a record that is larger than the memory budget. */
    final void checkSize(long bytes) {
        if (bytes > settings.memory()) {
            throw SchemaViolation.ofRecord(
                    "a record of at most memory(" + settings.memory() + ") bytes", "one of " + bytes + " bytes");
        }
    }

    /** Bytes of a row for planning; where the size varies, a guess. */
    static long plannedBytes(ColumnType type) {
        return type.variable() ? 2 * type.referenceBytes() : type.rowBytes();
    }
}
