package io.h5sink.sink.column;

import io.h5sink.buffer.BlockPool;
import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.sink.settings.SourcePosition;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the last committed position of each partition of the source. The publisher's thread puts a row into blocks for each record, with the
 * number of its partition and its offset; partitions are numbered in the order of their first records. The writer thread writes the last offset of
 * each partition with each commit.
 */
public final class PositionTracker {

    /**
     * A partition.
     *
     * @param name the partition's name
     * @param firstOrdinal the number of the first record of the partition, from 1
     */
    private record Partition(String name, long firstOrdinal) {}

    private final SourcePosition position;
    private final int blockRows;
    private final ColumnBlocks blocks;
    private final MemoryBudget budget;
    private final WritableFile store;

    /** Partitions that the writer thread does not know yet, in the order of their numbers. */
    private final Queue<Partition> added = new ConcurrentLinkedQueue<>();

    // The publisher's thread.
    private final Map<String, Integer> numbers = new HashMap<>();
    private @Nullable Partition newest;

    // The publisher's thread: the open block.
    private ByteBuffer rows = ByteBuffer.allocate(0);
    private long start;
    private long end;

    // The writer thread.
    private @Nullable Positions inFile;

    /** The partitions of the session, by number. */
    private final List<String> names = new ArrayList<>();

    private long[] offsets = new long[16];
    private final BitSet seen = new BitSet();

    /** The positions that are not committed. */
    private final Map<String, Long> changed = new LinkedHashMap<>();

    private Map<String, Long> committed = Map.of();

    /**
     * A tracker that has seen no record.
     *
     * @param memory the ceiling on buffered records, in bytes
     */
    public PositionTracker(
            SourcePosition position, long memory, BlockPool pool, MemoryBudget budget, WritableFile store) {
        this.position = position;
        this.blockRows = SourcePosition.blockRows(memory);
        this.blocks = new ColumnBlocks(pool, SourcePosition.ROW_BYTES, 1, false);
        this.budget = budget;
        this.store = store;
    }

    /** Puts the position of a record that is not counted yet, and replaces the position of a refused record. Called by the publisher's thread. */
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

    /** Forgets the partition of a record that was refused, if no record before it had it. Called by the publisher's thread. */
    void undo(long ordinal) {
        Partition last = newest;
        if (last != null && last.firstOrdinal() == ordinal) {
            added.remove(last);
            numbers.remove(last.name());
            newest = null;
        }
    }

    /** Returns all blocks to the pool and starts anew, after the first record was refused. Called by the publisher's thread. */
    void discard() {
        blocks.discard();
        end = 0;
    }

    /** True once the positions of earlier sessions were read. Called by the writer thread. */
    public boolean isBound() {
        return inFile != null;
    }

    /**
     * Opens the file and reads the positions of earlier sessions. Called by the writer thread, once.
     *
     * @return null if the session can continue from these positions
     */
    public ColumnWriters.@Nullable Refusal bind() {
        store.openIfClosed();
        try {
            Positions found = store.positions();
            committed = Collections.unmodifiableMap(found.last());
            inFile = found;
            return null;
        } catch (StorageException e) {
            return new ColumnWriters.Refusal(e, 1);
        }
    }

    /** Writes the positions of the first records that are not written yet. Opens the file if any is. Called by the writer thread. */
    public void write(long records) {
        Partition next = added.peek();
        while (next != null && next.firstOrdinal() <= records) {
            names.add(next.name());
            added.remove();
            next = added.peek();
        }
        if (offsets.length < names.size()) {
            offsets = Arrays.copyOf(offsets, 2 * names.size());
        }
        budget.written(blocks.write(records, (firstRow, count, data, starts) -> take(data)));
        seen.stream().forEach(number -> changed.put(names.get(number), offsets[number]));
        seen.clear();
        if (!changed.isEmpty()) {
            store.openIfClosed();
            Objects.requireNonNull(inFile).write(changed);
        }
    }

    private void take(ByteBuffer data) {
        data.order(ByteOrder.LITTLE_ENDIAN);
        for (int at = data.position(); at < data.limit(); at += SourcePosition.ROW_BYTES) {
            int number = data.getInt(at);
            offsets[number] = data.getLong(at + Integer.BYTES);
            seen.set(number);
        }
    }

    /** Notes that the positions that were written are committed. Called by the writer thread. */
    public void commit() {
        if (inFile != null && !changed.isEmpty()) {
            inFile.committed();
            Map<String, Long> now = new LinkedHashMap<>(committed);
            now.putAll(changed);
            committed = Collections.unmodifiableMap(now);
            changed.clear();
        }
    }

    /** The positions of the last commit by partition, immutable. Called by the writer thread. */
    public Map<String, Long> committed() {
        return committed;
    }

    /** Restores the positions of the last commit. Called by the writer thread. */
    public void rollBack() {
        if (inFile != null) {
            inFile.rollBack();
        }
    }
}
