package io.h5sink.sink.column;

import io.h5sink.buffer.MemoryBudget;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.Axes;
import io.h5sink.schema.Column;
import io.h5sink.schema.ObjectNames;
import io.h5sink.sink.settings.Codings;
import io.h5sink.sink.settings.Settings;
import io.h5sink.storage.StorageException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of each column to one dataset for each route. Blocks hold rows in the order of the records, with the number of each row's
 * route; a commit sorts the rows by route, a column at a time, and writes one run of rows to each dataset. Blocks are filled as without routes,
 * and a route without records needs no memory for blocks.
 */
final class RoutedColumnWriters implements ColumnWriters {

    /** The number of each row's route, in the order of the queue. */
    private final BufferedColumn numbers;

    private final List<BufferedColumn> columns;

    /** Routes that have no writers yet. */
    private final Queue<Routes.Route> added;

    private final Axes axes;
    private final Settings settings;
    private final WritableFile store;
    private final MemoryBudget budget;
    private final RouteSort sort = new RouteSort();
    private final SortedRows sortedRows = new SortedRows(sort);
    private final Codings codings;
    private final ColumnWriterFactory factory;

    /** For each route the datasets of all columns, in the order of the columns. */
    private final List<ColumnWriter[]> routes = new ArrayList<>();

    /** The writers of removed columns, for each route. */
    private final List<List<FillWriter>> removed = new ArrayList<>();

    private final List<WrittenColumn> all = new ArrayList<>();

    // The sorted rows, and the next column to write: a commit that failed is retried from there.
    private long from;
    private long end;
    private int next;

    RoutedColumnWriters(
            List<BufferedColumn> columns,
            BufferedColumn numbers,
            Queue<Routes.Route> added,
            Axes axes,
            ColumnEncoder encoder,
            WritableFile store) {
        this.numbers = numbers;
        this.columns = columns;
        this.added = added;
        this.axes = axes;
        this.settings = encoder.settings;
        this.budget = encoder.budget;
        this.store = store;
        this.codings = new Codings(settings);
        this.factory = new ColumnWriterFactory(settings, codings, store);
    }

    @Override
    public @Nullable Refusal bind(long records) {
        for (Routes.Route route = added.peek();
                route != null && route.firstOrdinal() <= records;
                route = added.peek()) {
            store.openIfClosed();
            List<ColumnWriter> found = new ArrayList<>();
            try {
                List<Column> schema =
                        columns.stream().map(BufferedColumn::column).toList();
                SchemaEvolution evolution = SchemaEvolution.of(schema, route.path(), settings, store);
                for (BufferedColumn buffered : columns) {
                    String path = ObjectNames.in(route.path(), buffered.column().name());
                    found.add(factory.of(path, buffered.column(), evolution.rowsBefore(path)));
                    found.get(found.size() - 1).checkLength(found.get(0));
                }
                factory.label(axes.in(route.path()));
                routes.add(found.toArray(ColumnWriter[]::new));
                removed.add(evolution.removed());
                all.addAll(evolution.with(found));
            } catch (StorageException e) {
                found.forEach(ColumnWriter::withdraw);
                return new Refusal(e, route.firstOrdinal());
            }
            added.remove();
        }
        return null;
    }

    @Override
    public void write(long records) {
        finish();
        if (records == from) {
            return;
        }
        store.openIfClosed();
        for (BufferedColumn buffered : columns) {
            ChunkCoding coding = codings.of(buffered.column());
            if (coding.needsSample()) {
                coding.sample(buffered.blocks().sample(records));
            }
        }
        long first = from;
        sort.begin((int) (records - first), routes.size());
        budget.written(numbers.blocks()
                .write(
                        records,
                        (firstRow, rows, data, starts) -> sort.count(
                                (int) (firstRow - first),
                                data.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer())));
        sort.sort();
        end = records;
        next = 0;
        finish();
    }

    /** Writes the sorted rows that are not written yet. */
    private void finish() {
        if (from == end) {
            return;
        }
        store.openIfClosed();
        sortedRows.finish();
        for (; next < columns.size(); next++) {
            BufferedColumn buffered = columns.get(next);
            int column = next;
            if (buffered.blocks().written() < end) {
                budget.written(sortedRows.write(
                        buffered.blocks(),
                        (int) buffered.column().type().rowBytes(),
                        from,
                        end,
                        route -> routes.get(route)[column],
                        codings.areUsed()));
                sortedRows.finish();
            }
        }
        for (int route = 0; route < removed.size(); route++) {
            long rows = routes.get(route)[0].written();
            removed.get(route).forEach(writer -> writer.fill(rows));
        }
        from = end;
    }

    @Override
    public void close() {
        codings.close();
    }

    @Override
    public Collection<? extends WrittenColumn> all() {
        return all;
    }
}
