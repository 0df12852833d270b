package io.h5sink.source;

import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ElementHints;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.schema.ValueReader;
import io.h5sink.schema.Values;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over rows. Batches are read as bytes on the HDF5 thread, and decoded on the thread that iterates the batch.
 */
public final class RowCursor<T> implements AutoCloseable {

    /** The largest size of a batch in bytes, unless a single row is larger. */
    private static final long BATCH_BYTES = 4 << 20;

    /** The size of a batch of a dataset without chunks, in bytes. */
    private static final long PLAIN_BYTES = 256 << 10;

    /** The number of rows of varying size in the first batch, when their size is not known. */
    private static final long FIRST_ROWS = 64;

    /**
     * The rows to read.
     *
     * @param path the group or dataset
     * @param from the first row; -1 is the end, -2 the last row, and {@link Long#MIN_VALUE} row 0
     * @param to the row to stop before
     * @param selected the names of the columns to read; empty for all
     * @param growing true if columns may differ in length; the shortest then sets the number of rows
     */
    public record Spec(String path, long from, long to, List<String> selected, boolean growing) {

        /** The same rows of another group or dataset. */
        Spec of(String other) {
            return new Spec(other, from, to, selected, growing);
        }

        /** The rows from another row on. */
        Spec from(long row) {
            return new Spec(path, row, to, selected, growing);
        }
    }

    /** A column with the reader that decodes its values. */
    private record CursorPart(String name, ColumnReader column, ValueReader values) {}

    private final SourceHandle reading;
    private final List<CursorPart> parts = new ArrayList<>();
    private final Function<List<@Nullable Object>, T> assembly;
    private final boolean ragged;
    private @Nullable IntFunction<ValueReader> whole;
    private long row;
    private long end;
    private long there;
    private long taken;
    private long batchRows;
    private long batchBytes;

    /** The number of rows of varying size for the next batch, estimated from the rows before. */
    private long likelyRows = Long.MAX_VALUE;

    RowCursor(SourceHandle reading, boolean ragged, Function<List<@Nullable Object>, T> assembly) {
        this.reading = reading;
        this.ragged = ragged;
        this.assembly = assembly;
    }

    /** Opens columns; closes all of them if one cannot be opened. */
    RowCursor<T> opening(Spec spec, Runnable columns) {
        try {
            columns.run();
            plan(spec);
            return this;
        } catch (ValueMismatch e) {
            close();
            throw reading.mismatch(e, spec.path, -1);
        } catch (ArithmeticException e) {
            close();
            throw reading.mismatch(new ValueMismatch("rows of less than 2³¹ elements", "more"), spec.path, -1);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** The only column, or the first. */
    ColumnReader column() {
        return parts.get(0).column;
    }

    /** Makes each batch one value, an array of all its rows. */
    void whole(IntFunction<ValueReader> values) {
        whole = values;
    }

    /** Opens a column, and chooses the reader of its values. */
    void add(ReadableFile file, String path, Type type, @Nullable RecordComponent component) {
        ColumnReader column = ColumnReader.open(file, path);
        parts.add(new CursorPart(path, column, in -> null)); // registered first, so that close() closes the column
        try {
            DatasetInfo info = column.info();
            String units = file.units(info.path());
            ByteBuffer fill = info.ownFill() ? info.fill() : null;
            ColumnType stored = column.type();
            ElementHints hints = RowHints.of(units, fill, stored, component);
            ElementHints.HintSource members = (member, part) -> RowHints.of(
                    file.text(info.path(), "FIELD_" + member + "_UNITS"),
                    memberFill(column, fill, member),
                    stored.members().get(member).type(),
                    part);
            parts.set(
                    parts.size() - 1,
                    new CursorPart(path, column, Values.reader(stored, column.extents(), type, hints, members)));
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, path, -1);
        }
    }

    /** Removes columns that end before the first selected row, unless all columns do. */
    void dropShorter(long from, List<String> names) {
        if (parts.stream().anyMatch(part -> part.column.rows() >= from)) {
            for (int i = parts.size() - 1; i >= 0; i--) {
                if (parts.get(i).column.rows() < from) {
                    parts.remove(i).column.close();
                    names.remove(i);
                }
            }
        }
    }

    /** The bytes of a member in the fill value of a table; sinks store a fill value if all members have one. */
    private static @Nullable ByteBuffer memberFill(ColumnReader column, @Nullable ByteBuffer fill, int member) {
        ColumnType type = column.type();
        if (fill == null || type.kind() != ColumnType.Kind.COMPOUND || fill.remaining() != type.elementBytes()) {
            return null;
        }
        ColumnType.Member part = type.members().get(member);
        return fill.slice(part.offset(), part.type().one().elementBytes());
    }

    /** Determines the number of rows, and of rows for each batch: those of the largest chunk, if a batch can hold them. */
    private void plan(Spec spec) {
        long rowBytes = 0;
        long chunk = 0;
        long rows = -1;
        for (CursorPart part : parts) {
            long length = part.column.rows();
            if (!ragged && !spec.growing && rows >= 0 && rows != length) {
                throw new ValueMismatch(
                        "columns of one length", part.name + " of " + length + " rows, and others of " + rows);
            }
            rows = rows >= 0 && spec.growing ? Math.min(rows, length) : Math.max(rows, length);
            rowBytes = Math.addExact(rowBytes, part.column.rowBytes());
            long both =
                    rowBytes > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * rowBytes; // as they are stored, and as values
            reading.mustFit(both, part.name, "a row");
            chunk = Math.max(chunk, part.column.chunkRows());
        }
        if (parts.isEmpty()) {
            throw new ValueMismatch("a group with datasets that have rows", "none");
        }
        there = rows;
        end = Math.min(spec.to, rows);
        row = start(spec.from, rows);
        batchBytes = chunk == 0 ? PLAIN_BYTES : BATCH_BYTES;
        long most = Math.max(1, batchBytes / Math.max(1, rowBytes));
        batchRows = chunk == 0 ? most : chunk;
        while (batchRows > most && whole == null) {
            batchRows = (batchRows + 1) / 2;
        }
        if (whole == null && parts.stream().anyMatch(part -> part.column.varies())) {
            likelyRows = FIRST_ROWS;
        }
    }

    private static long start(long from, long rows) {
        return from >= 0 ? from : from == Long.MIN_VALUE ? 0 : Math.max(0, rows + 1 + from);
    }

    /** The next batch; null after the last. On the HDF5 thread. */
    @Nullable
    Iterable<T> next() {
        reading.file(); // throws if the source is closed
        if (row >= end) {
            return null;
        }
        long grid = row / batchRows * batchRows + batchRows;
        int count = fitting(Math.toIntExact(Math.min(Math.min(end, grid) - row, likelyRows)));
        long before = taken;
        List<ByteBuffer> stored = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        for (CursorPart part : parts) {
            int some = (int) Math.max(0, Math.min(count, part.column.rows() - row));
            try {
                counts.add(some);
                stored.add(some == 0 ? ByteBuffer.allocate(0) : part.column.read(row, some));
                taken += stored.get(stored.size() - 1).remaining();
            } catch (ValueMismatch e) {
                throw reading.mismatch(e, part.name, row);
            } catch (OutOfMemoryError e) {
                throw reading.tooLarge(e, part.name, rows(row, count));
            }
        }
        learn(count, taken - before);
        long first = row;
        row += count;
        IntFunction<ValueReader> array = whole;
        if (array != null) {
            return () ->
                    List.of(chunk(array.apply(count), stored.get(0), first)).iterator();
        }
        return () -> new Batch(stored, counts, first, count);
    }

    /** The number of rows that fit into a batch, as far as the sizes of rows are stored. */
    private int fitting(int count) {
        int some = count;
        for (CursorPart part : parts) {
            int there = (int) Math.max(0, Math.min(some, part.column.rows() - row));
            try {
                int fitting = part.column.within(row, there, batchBytes);
                some = fitting < there ? fitting : some;
            } catch (ValueMismatch e) {
                throw reading.mismatch(e, part.name, row);
            }
        }
        return some;
    }

    /** Estimates the size of the next rows from that of the last ones. */
    private void learn(int count, long bytes) {
        if (likelyRows != Long.MAX_VALUE) {
            long row = Math.max(1, bytes / count);
            likelyRows = Math.max(1, Math.min(batchBytes / row, 4 * likelyRows));
        }
    }

    private T chunk(ValueReader values, ByteBuffer stored, long first) {
        try {
            return assembly.apply(List.of(Objects.requireNonNull(values.next(stored))));
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, parts.get(0).name, first);
        } catch (OutOfMemoryError e) {
            throw reading.tooLarge(e, parts.get(0).name, "the rows from " + first + " on");
        }
    }

    private static String rows(long first, int count) {
        return count == 1 ? "row " + first : count + " rows from " + first + " on";
    }

    /** Iterates over rows that were read as bytes, and decodes one row at a time. */
    private final class Batch implements Iterator<T> {

        private final List<ByteBuffer> stored;
        private final List<Integer> counts;
        private final long first;
        private final int count;
        private int next;

        Batch(List<ByteBuffer> stored, List<Integer> counts, long first, int count) {
            this.stored = stored;
            this.counts = counts;
            this.first = first;
            this.count = count;
        }

        @Override
        public boolean hasNext() {
            return next < count;
        }

        @Override
        public T next() {
            if (next == count) {
                throw new NoSuchElementException();
            }
            List<@Nullable Object> values = new ArrayList<>(parts.size());
            String reached = parts.get(0).name;
            try {
                for (int i = 0; i < stored.size(); i++) {
                    reached = parts.get(i).name;
                    values.add(next < counts.get(i) ? parts.get(i).values.next(stored.get(i)) : null);
                }
                return assembly.apply(values);
            } catch (ValueMismatch e) {
                throw reading.mismatch(e, reached, first + next);
            } catch (OutOfMemoryError e) { // Reactor does not emit fatal errors to subscribers
                throw reading.tooLarge(e, reached, "row " + (first + next));
            } finally {
                next++;
            }
        }
    }

    /** The number of rows. */
    long rows() {
        return there;
    }

    /** The next row. */
    long row() {
        return row;
    }

    /** The number of bytes read so far. */
    long taken() {
        return taken;
    }

    /** True if appending never moves committed rows of any column. */
    boolean isStable() {
        return parts.stream().allMatch(part -> part.column.isStable());
    }

    /** Hashes of the stored values of a row, by column. */
    Map<String, Integer> prints(long of) {
        Map<String, Integer> prints = new HashMap<>();
        for (CursorPart part : parts) {
            if (of >= 0 && of < part.column.rows()) {
                try {
                    prints.put(part.name, part.column.read(of, 1).hashCode());
                } catch (ValueMismatch e) {
                    throw reading.mismatch(e, part.name, of);
                }
            }
        }
        return prints;
    }

    @Override
    public void close() {
        parts.forEach(part -> part.column.close());
    }
}
