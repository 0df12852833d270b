package io.h5sink;

import io.h5sink.block.BlockPool;
import io.h5sink.block.ColumnBlocks;
import io.h5sink.block.MemoryBudget;
import io.h5sink.schema.Axes;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ObjectNames;
import io.h5sink.schema.SchemaViolation;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes records apart and puts them into the blocks of their columns, on the publisher's thread. There is one kind for each
 * kind of record.
 */
abstract class RecordEncoder {

    private static final long MIN_VARIABLE_BYTES = 1 << 8;
    private static final long MAX_VARIABLE_BYTES = 1 << 18;

    final Settings settings;
    final BlockPool pool;
    final MemoryBudget budget;
    private final Queue<BufferedColumn> added = new ConcurrentLinkedQueue<>();

    RecordEncoder(Settings settings, BlockPool pool, MemoryBudget budget) {
        this.settings = settings;
        this.pool = pool;
        this.budget = budget;
    }

    /**
     * Puts one record into its blocks and counts it. Called by the publisher's thread.
     *
     * @param ordinal the number that the record gets, one more than the last that was counted
     * @return whether there is work for the HDF5 thread: a block is full, or a column is new
     * @throws SchemaViolation if the record cannot be stored; it is then left out whole, and not counted
     */
    abstract boolean encode(Object record, long ordinal);

    /**
     * Takes back what is left of a record that was refused. Called by the publisher's thread.
     *
     * @param ordinal the number that the record would have got, which the next one gets
     */
    abstract void undo(long ordinal);

    /** Gives all blocks back, of an intake whose first record was refused. Called by the publisher's thread. */
    abstract void discard();

    /** How many rows of a lane came with the first records. Called by the HDF5 thread. */
    abstract long rows(BufferedColumn buffered, long records);

    /** Whether all columns grow together. */
    abstract boolean lockstep();

    /** The lanes and the routes of their rows, or null if each lane has a dataset of its own. Called by the HDF5 thread. */
    Routes.@Nullable Routed routed() {
        return null;
    }

    /** What takes the columns of the records. Called by the HDF5 thread. */
    RecordEncoder columns() {
        return this;
    }

    /** The positions of the records, or null if they are not wanted. Called by the HDF5 thread. */
    @Nullable
    PositionLane positions() {
        return null;
    }

    /** What labels the axes of the columns. */
    Axes axes() {
        return Axes.NONE;
    }

    /** The group that the record belongs to which was taken last, or refused. Called by the publisher's thread. */
    String group() {
        return settings.group();
    }

    /** A lane that was not yet joined to its dataset, or null. Called by the HDF5 thread. */
    final @Nullable BufferedColumn pollAdded() {
        return added.poll();
    }

    final BufferedColumn lane(Column column, String group, boolean ordered, long ordinal) {
        int maxVariableBytes = (int)
                Long.highestOneBit(Math.max(MIN_VARIABLE_BYTES, Math.min(settings.memory() / 64, MAX_VARIABLE_BYTES)));
        ColumnBlocks blocks = new ColumnBlocks(pool, (int) column.type().rowBytes(), maxVariableBytes, ordered);
        return new BufferedColumn(column, ObjectNames.in(group, column.name()), blocks, ordinal);
    }

    /** Hands a lane to the HDF5 thread. Comes before the first record that uses it is counted. */
    final void publish(BufferedColumn buffered) {
        added.add(buffered);
    }

    final int chunkRows(Column column) {
        return (int) Math.min(Integer.MAX_VALUE, settings.chunk(column, column.type())[0]);
    }

    /** Refuses a record that could never be held in memory. */
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
