package io.h5sink;

import io.h5sink.block.MemoryBudget;
import io.h5sink.block.RowConsumer;
import io.h5sink.hdf5.Positions;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How far the file has come in the source, brought up to date with each commit. Belongs to the HDF5 thread. */
final class Progress implements RowConsumer {

    private final @Nullable PositionLane lane;
    private final MemoryBudget budget;
    private final Store store;
    private final Consumer<Map<String, Long>> outside;
    private @Nullable Positions inFile;

    /** The partitions of the session, by number. */
    private final List<String> names = new ArrayList<>();

    private long[] offsets = new long[16];
    private final BitSet seen = new BitSet();

    /** What is not committed. */
    private final Map<String, Long> changed = new LinkedHashMap<>();

    private Map<String, Long> committed = Map.of();

    /**
     * At the start.
     *
     * @param outside hears the committed positions as soon as they are safe
     */
    Progress(RecordEncoder encoder, Store store, Consumer<Map<String, Long>> outside) {
        this.lane = encoder.positions();
        this.budget = encoder.budget;
        this.store = store;
        this.outside = outside;
    }

    /** Finds the positions of earlier sessions, and opens the file for that; null if they can be gone on with. */
    ColumnWriters.@Nullable Refusal bind() {
        if (lane == null || inFile != null) {
            return null;
        }
        if (!store.isOpen()) {
            store.open();
        }
        try {
            Positions found = store.positions();
            committed = Collections.unmodifiableMap(found.last());
            inFile = found;
            outside.accept(committed);
            return null;
        } catch (StoreException e) {
            return new ColumnWriters.Refusal(e, 1);
        }
    }

    /** Writes the positions that the first records have brought it to. Opens the file if there are any. */
    void write(long records) {
        if (lane == null) {
            return;
        }
        PositionLane from = lane;
        PositionLane.Partition next = from.added().peek();
        while (next != null && next.firstOrdinal() <= records) {
            names.add(next.name());
            from.added().remove();
            next = from.added().peek();
        }
        if (offsets.length < names.size()) {
            offsets = Arrays.copyOf(offsets, 2 * names.size());
        }
        budget.written(from.blocks().write(records, this));
        seen.stream().forEach(number -> changed.put(names.get(number), offsets[number]));
        seen.clear();
        if (!changed.isEmpty()) {
            if (!store.isOpen()) {
                store.open();
            }
            Objects.requireNonNull(inFile).write(changed);
        }
    }

    @Override
    public void fixed(long firstRow, int rows, ByteBuffer data) {
        data.order(ByteOrder.LITTLE_ENDIAN);
        for (int at = data.position(); at < data.limit(); at += SourcePosition.ROW_BYTES) {
            int number = data.getInt(at);
            offsets[number] = data.getLong(at + Integer.BYTES);
            seen.set(number);
        }
    }

    @Override
    public void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
        throw new IllegalStateException("a position is of fixed size");
    }

    /** Notes that what was written is committed. */
    void commit() {
        if (inFile != null && !changed.isEmpty()) {
            inFile.committed();
            Map<String, Long> now = new LinkedHashMap<>(committed);
            now.putAll(changed);
            committed = Collections.unmodifiableMap(now);
            changed.clear();
        }
    }

    /** Tells the positions of the last commit, which is safe now: by partition, immutable. */
    Map<String, Long> emitted() {
        if (lane != null) {
            outside.accept(committed);
        }
        return committed;
    }

    /** Makes the positions of the last commit hold again. */
    void rollBack() {
        if (inFile != null) {
            inFile.rollBack();
        }
    }
}
