package io.h5sink;

import io.h5sink.block.BlockPool;
import io.h5sink.block.ColumnBlocks;
import io.h5sink.hdf5.Positions;
import io.h5sink.schema.SchemaViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The way of the records' positions to the HDF5 thread: a row for each record, with the number of its partition and its offset.
 * Partitions are numbered as they came. Belongs to the publisher's thread, except for {@link #blocks} and {@link #added}.
 */
final class PositionLane {

    /**
     * A partition.
     *
     * @param name its name
     * @param firstOrdinal the record that brought it, from 1
     */
    record Partition(String name, long firstOrdinal) {}

    private final SourcePosition position;
    private final int blockRows;
    private final ColumnBlocks blocks;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Queue<Partition> added = new ConcurrentLinkedQueue<>();
    private @Nullable Partition newest;

    // The open block.
    private ByteBuffer rows = ByteBuffer.allocate(0);
    private long start;
    private long end;

    PositionLane(SourcePosition position, long memory, BlockPool pool) {
        this.position = position;
        this.blockRows = SourcePosition.blockRows(memory);
        this.blocks = new ColumnBlocks(pool, SourcePosition.ROW_BYTES, 1, false);
    }

    /** Puts the position of a record that is not counted yet, in place of that of one that was refused. */
    void put(Object record, long ordinal) {
        long row = ordinal - 1;
        if (row == end) {
            end = blocks.roll(row, blockRows);
            rows = blocks.buffer();
            start = row;
        }
        int at = (int) (row - start) * SourcePosition.ROW_BYTES;
        rows.putInt(at, number(record, ordinal));
        rows.putLong(at + Integer.BYTES, position.offset().applyAsLong(record));
    }

    private int number(Object record, long ordinal) {
        String name = position.partition() == null ? "" : position.partition().apply(record);
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        int number = numbers.size();
        Partition found = new Partition(checked(name), ordinal);
        numbers.put(found.name(), number);
        newest = found;
        added.add(found);
        return number;
    }

    private String checked(@Nullable String name) {
        String expected =
                "the name of a partition, of at most " + Positions.NAME_BYTES + " bytes in UTF-8 and without NUL";
        if (name == null) {
            throw SchemaViolation.ofRecord(expected, "null");
        }
        if (name.indexOf('\0') >= 0) {
            throw SchemaViolation.ofRecord(expected, "one with NUL");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw SchemaViolation.ofRecord(expected, "one with half of a surrogate pair");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Positions.NAME_BYTES) {
            throw SchemaViolation.ofRecord(expected, "one of " + bytes + " bytes");
        }
        if (numbers.size() == Positions.MAX_PARTITIONS) {
            throw SchemaViolation.ofRecord("at most " + Positions.MAX_PARTITIONS + " partitions", "one more");
        }
        return name;
    }

    /** Forgets the partition of a record that was refused, if no record before it had it. */
    void undo(long ordinal) {
        Partition last = newest;
        if (last != null && last.firstOrdinal() == ordinal) {
            added.remove(last);
            numbers.remove(last.name());
            newest = null;
        }
    }

    /** Gives all blocks back, if the first record was refused. */
    void discard() {
        blocks.discard();
    }

    /** The rows of all records that are counted. */
    ColumnBlocks blocks() {
        return blocks;
    }

    /** Partitions that the HDF5 thread does not know yet, in the order of their numbers. */
    Queue<Partition> added() {
        return added;
    }
}
