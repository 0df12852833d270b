package io.h5sink;

import io.h5sink.block.ColumnBlocks;
import io.h5sink.block.MemoryBudget;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import io.h5sink.schema.Column;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Each lane goes to a dataset of its own, straight from its blocks. */
final class StraightColumnWriters implements ColumnWriters {

    /** So many chunks of a column are compressed and written before those of the next one. */
    private static final int TURN = 8;

    /** What is written before it is looked again for chunks that are full. */
    private static final long NEWS_BYTES = 1 << 20;

    private final RecordEncoder encoder;
    private final Settings settings;
    private final Store store;
    private final MemoryBudget budget;
    private final List<BufferedColumn> unbound = new ArrayList<>();
    private final List<BufferedColumn> columns = new ArrayList<>();
    private final List<ColumnWriter> all = new ArrayList<>();
    private final List<RowCheck> checks = new ArrayList<>();
    private final Codings codings;
    private final Runnable roomMade;
    private @Nullable SchemaEvolution evolution;

    /** With what to do when blocks were written, and there is more to come. */
    StraightColumnWriters(RecordEncoder encoder, Store store, Runnable roomMade) {
        this.encoder = encoder;
        this.settings = encoder.settings;
        this.budget = encoder.budget;
        this.store = store;
        this.roomMade = roomMade;
        this.codings = new Codings(settings);
    }

    @Override
    public @Nullable Refusal bind(long records) {
        for (BufferedColumn buffered = encoder.pollAdded(); buffered != null; buffered = encoder.pollAdded()) {
            unbound.add(buffered);
        }
        while (!unbound.isEmpty() && unbound.get(0).firstOrdinal() <= records) {
            BufferedColumn buffered = unbound.get(0);
            open();
            @Nullable ColumnWriter writer = null;
            try {
                long rowsBefore = evolution().rowsBefore(buffered.path());
                writer = ColumnWriterFactory.of(
                        buffered.path(), buffered.column(), rowsBefore, settings, codings, store);
                if (encoder.lockstep() && !all.isEmpty()) {
                    checkLength(writer, all.get(0));
                }
                if (unbound.size() == 1) { // while there is still something to refuse
                    Labels.promise(encoder.axes(), settings.group(), store);
                }
                buffered.blocks().align(writer.startRow(), writer.chunkRows());
                columns.add(buffered);
                all.add(writer);
                if (writer.recodes()) {
                    checks.add(new RowCheck(buffered, writer));
                }
            } catch (StoreException e) {
                if (writer != null) {
                    writer.withdraw();
                }
                return refused(buffered.firstOrdinal() - 1, new Refusal(e, buffered.firstOrdinal()));
            }
            unbound.remove(0);
        }
        return refused(records, null);
    }

    /** The first of some records that has a value that its dataset cannot hold, or else what is refused behind them. */
    private @Nullable Refusal refused(long records, @Nullable Refusal behind) {
        Refusal first = behind;
        for (RowCheck check : checks) {
            Refusal found = check.look(encoder.rows(check.lane(), records));
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
            known = encoder.lockstep()
                    ? SchemaEvolution.of(columns, settings.group(), settings, store)
                    : SchemaEvolution.PLAIN;
            evolution = known;
        }
        return known;
    }

    /** The columns of one record type have the same length. */
    static void checkLength(ColumnWriter writer, ColumnWriter first) {
        if (writer.startRow() != first.startRow()) {
            throw StoreException.schema(
                    writer.path(),
                    "a length of " + first.startRow() + ", like " + first.path(),
                    "" + writer.startRow());
        }
    }

    @Override
    public void write(long records) {
        if (codings.areUsed()) {
            open();
            sample(records);
            while (writeTurn(records)) {
                roomMade.run();
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

    /** Writes some chunks of each column, and tells the workers of what came meanwhile, so that they never wait; true if there is more. */
    private boolean writeTurn(long records) {
        boolean more = false;
        long bytes = NEWS_BYTES;
        for (int i = 0; i < columns.size(); i++) {
            if (bytes >= NEWS_BYTES) { // not for each of many columns that have little to write
                announce(budget.received());
                bytes = 0;
            }
            bytes += write(i, records, TURN);
            more |= encoder.rows(columns.get(i), records)
                    > columns.get(i).blocks().written();
        }
        return more;
    }

    /** Writes some blocks of a column; returns their bytes. */
    private long write(int lane, long records, int most) {
        ColumnBlocks blocks = columns.get(lane).blocks();
        long rows = encoder.rows(columns.get(lane), records);
        if (rows <= blocks.written()) {
            return 0;
        }
        open();
        long bytes = blocks.write(rows, most, all.get(lane));
        budget.written(bytes);
        return bytes;
    }

    /** Shows those rows that decide how a column is compressed. */
    private void sample(long records) {
        for (BufferedColumn buffered : columns) {
            Codings.OfColumn coding = codings.of(buffered.column());
            if (coding.needsSample()) {
                coding.sample(buffered.blocks().sample(encoder.rows(buffered, records)));
            }
        }
    }

    /** Has chunks compressed before they are waited for, in the order in which they will be. */
    private void announce(long records) {
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < columns.size(); i++) {
                ColumnBlocks blocks = columns.get(i).blocks();
                ColumnWriter writer = all.get(i);
                long rows = encoder.rows(columns.get(i), records);
                for (int k = 0; k < TURN && blocks.look(rows, writer::announce); k++) {
                    more = true;
                }
            }
        }
    }

    @Override
    public void close() {
        codings.close();
    }

    private void open() {
        if (!store.isOpen()) {
            store.open();
        }
    }

    @Override
    public Collection<ColumnWriter> all() {
        return evolution == null ? all : evolution.with(all);
    }
}
