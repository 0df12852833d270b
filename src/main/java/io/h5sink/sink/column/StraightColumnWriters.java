package io.h5sink.sink.column;

import io.h5sink.access.Threads;
import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.buffer.RowConsumer;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.Axes;
import io.h5sink.schema.Column;
import io.h5sink.sink.settings.Codings;
import io.h5sink.sink.settings.Settings;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes each column to a dataset of its own, straight from its blocks. */
final class StraightColumnWriters implements ColumnWriters {

    /** The number of chunks of a column that are compressed and written before those of the next column. */
    private static final int ROUND = 8;

    /** The number of written bytes after which blocks are checked again for full chunks. */
    private static final long NEWS_BYTES = 1 << 20;

    private final ColumnEncoder encoder;
    private final boolean lockstep;
    private final Axes axes;
    private final Settings settings;
    private final WritableFile store;
    private final MemoryBudget budget;
    private final List<BufferedColumn> unbound = new ArrayList<>();
    private final List<BufferedColumn> columns = new ArrayList<>();
    private final List<ColumnWriter> all = new ArrayList<>();
    private final List<RowCheck> checks = new ArrayList<>();
    private final Codings codings;
    private final ColumnWriterFactory factory;
    private final Demand demand;
    private @Nullable SchemaEvolution evolution;

    private StraightColumnWriters(
            ColumnEncoder encoder, boolean lockstep, Axes axes, WritableFile store, Demand demand) {
        this.encoder = encoder;
        this.lockstep = lockstep;
        this.axes = axes;
        this.settings = encoder.settings;
        this.budget = encoder.budget;
        this.store = store;
        this.demand = demand;
        this.codings = new Codings(settings);
        this.factory = new ColumnWriterFactory(settings, codings, store);
    }

    /** Writers of columns that all have the same length, and whose axes may have labels. */
    static StraightColumnWriters lockstep(ColumnEncoder encoder, Axes axes, WritableFile store, Demand demand) {
        return new StraightColumnWriters(encoder, true, axes, store, demand);
    }

    /** Writers of columns that each have a length of their own. */
    static StraightColumnWriters independent(ColumnEncoder encoder, WritableFile store, Demand demand) {
        return new StraightColumnWriters(encoder, false, Axes.NONE, store, demand);
    }

    @Override
    public @Nullable Refusal bind(long records) {
        for (BufferedColumn buffered = encoder.pollAdded(); buffered != null; buffered = encoder.pollAdded()) {
            unbound.add(buffered);
        }
        while (!unbound.isEmpty() && unbound.get(0).firstOrdinal() <= records) {
            BufferedColumn buffered = unbound.get(0);
            store.openIfClosed();
            @Nullable ColumnWriter writer = null;
            try {
                long rowsBefore = evolution().rowsBefore(buffered.path());
                writer = factory.of(buffered.path(), buffered.column(), rowsBefore);
                if (lockstep && !all.isEmpty()) {
                    writer.checkLength(all.get(0));
                }
                if (unbound.size() == 1) { // while there is still something to refuse
                    factory.label(axes.in(settings.group()));
                }
                buffered.blocks().align(writer.startRow(), writer.chunkRows());
                columns.add(buffered);
                all.add(writer);
                if (writer.recodes()) {
                    checks.add(new RowCheck(buffered, writer));
                }
            } catch (StorageException e) {
                if (writer != null) {
                    writer.withdraw();
                }
                return refused(buffered.firstOrdinal() - 1, new Refusal(e, buffered.firstOrdinal()));
            }
            unbound.remove(0);
        }
        return refused(records, null);
    }

    /** The refusal of the first of some records with a value that its dataset cannot hold, or else the given refusal of later records. */
    private @Nullable Refusal refused(long records, @Nullable Refusal behind) {
        Refusal first = behind;
        for (RowCheck check : checks) {
            Refusal found = check.look(records);
            if (found != null && (first == null || found.ordinal() < first.ordinal())) {
                first = found;
            }
        }
        return first;
    }

    private SchemaEvolution evolution() {
        SchemaEvolution known = evolution;
        if (known == null) {
            List<Column> columns = unbound.stream().map(BufferedColumn::column).toList();
            known = lockstep ? SchemaEvolution.of(columns, settings.group(), settings, store) : SchemaEvolution.PLAIN;
            evolution = known;
        }
        return known;
    }

    @Override
    public void write(long records) {
        if (codings.areUsed()) {
            store.openIfClosed();
            sample(records);
            while (writeRound(records)) {
                demand.replenishOn(Threads.OUTSIDE);
            }
        } else {
            for (int i = 0; i < columns.size(); i++) {
                write(i, records, Integer.MAX_VALUE);
            }
        }
        if (evolution != null) {
            evolution.removed().forEach(writer -> writer.fill(records));
        }
    }

    /** Writes some chunks of each column, and announces new full chunks, so that compressing threads never wait; true if further chunks remain. */
    private boolean writeRound(long records) {
        boolean more = false;
        long bytes = NEWS_BYTES;
        for (int i = 0; i < columns.size(); i++) {
            if (bytes >= NEWS_BYTES) { // not for each of many columns that have little to write
                announce(budget.received());
                bytes = 0;
            }
            bytes += write(i, records, ROUND);
            more |= columns.get(i).rows(records) > columns.get(i).blocks().written();
        }
        return more;
    }

    /** Writes some blocks of a column; returns their bytes. */
    private long write(int column, long records, int most) {
        ColumnBlocks blocks = columns.get(column).blocks();
        long rows = columns.get(column).rows(records);
        if (rows <= blocks.written()) {
            return 0;
        }
        store.openIfClosed();
        long bytes = blocks.write(rows, most, all.get(column));
        budget.written(bytes);
        return bytes;
    }

    /** Passes on the rows from which the compression of a column is chosen. */
    private void sample(long records) {
        for (BufferedColumn buffered : columns) {
            ChunkCoding coding = codings.of(buffered.column());
            if (coding.needsSample()) {
                coding.sample(buffered.blocks().sample(buffered.rows(records)));
            }
        }
    }

    /** Announces chunks for compression before they are needed, in the order of the writes. */
    private void announce(long records) {
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < columns.size(); i++) {
                ColumnBlocks blocks = columns.get(i).blocks();
                ColumnWriter writer = all.get(i);
                long rows = columns.get(i).rows(records);
                for (int k = 0; k < ROUND && blocks.look(rows, writer::announce); k++) {
                    more = true;
                }
            }
        }
    }

    @Override
    public void close() {
        codings.close();
    }

    @Override
    public Collection<? extends WrittenColumn> all() {
        return evolution == null ? all : evolution.with(all);
    }

    /**
     * Checks rows before they are written to a dataset of another type: the first value that the dataset cannot hold ends the stream, and only rows
     * of earlier records are written.
     */
    private static final class RowCheck implements RowConsumer {

        private final BufferedColumn buffered;
        private final ColumnWriter writer;
        private long next;
        private @Nullable Refusal refusal;

        RowCheck(BufferedColumn buffered, ColumnWriter writer) {
            this.buffered = buffered;
            this.writer = writer;
        }

        /** The first row of some records that the dataset cannot hold, with its record; null if the dataset can hold all. */
        @Nullable
        Refusal look(long records) {
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
                    refusal = new Refusal(refused.why(), buffered.blocks().ordinal(firstRow + refused.row()));
                }
            }
        }
    }
}
