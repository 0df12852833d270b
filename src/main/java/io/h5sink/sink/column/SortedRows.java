package io.h5sink.sink.column;

import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.buffer.RowConsumer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a commit route by route. Belongs to the writer thread. */
final class SortedRows {

    /** The row size from which on rows are written from their blocks without a copy, in bytes. */
    private static final int LARGE_ROW = 1 << 12;

    private final RouteSort sort;

    /** The sorted rows of the column that are not written yet: a commit that failed is retried from there. */
    private final Deque<Runnable> runs = new ArrayDeque<>();

    /** The row up to which large rows were written. */
    private long written;

    private ByteBuffer sorted = ByteBuffer.allocateDirect(0);
    private ByteBuffer unsorted = ByteBuffer.allocateDirect(0);
    private int[] rowStarts = new int[0];

    /**
     * A writer for the commits of a session.
     *
     * @param sort computes the order of each commit's rows
     */
    SortedRows(RouteSort sort) {
        this.sort = sort;
    }

    /**
     * Writes the rows of one column, or sorts them for {@link #finish}.
     *
     * @param blocks the column's blocks
     * @param rowBytes the size of a row, 0 if it varies
     * @param from the first row, counted from the start of the session
     * @param end the row to stop before
     * @param writers the dataset of a route
     * @param announced true if all rows are announced to datasets before the first is written
     * @return bytes, as {@link ColumnBlocks#write} counts them
     */
    long write(
            ColumnBlocks blocks,
            int rowBytes,
            long from,
            long end,
            IntFunction<ColumnWriter> writers,
            boolean announced) {
        if (rowBytes == 0) {
            return writeVariable(blocks, from, end, writers);
        }
        if (rowBytes >= LARGE_ROW) {
            long bytes = blocks.write(end, new LargeRows(rowBytes, from, writers));
            written = 0;
            return bytes;
        }
        sorted = atLeast((long) sort.rows() * rowBytes, sorted);
        long bytes = blocks.write(end, sort.into(sorted, rowBytes, from));
        sort.finish(sorted, rowBytes);
        for (int route = 0; route < sort.routes(); route++) {
            int first = sort.start(route);
            int count = sort.start(route + 1) - first;
            if (count > 0) {
                ColumnWriter to = writers.apply(route);
                ByteBuffer data = sorted.slice(first * rowBytes, count * rowBytes);
                if (announced) {
                    to.announce(to.written(), data.duplicate());
                }
                runs.add(() -> to.accept(to.written(), count, data, null));
            }
        }
        return bytes;
    }

    /** Writes the rows that {@link #write} has sorted, and continues there after a failure. */
    void finish() {
        while (!runs.isEmpty()) {
            runs.element().run();
            runs.remove();
        }
    }

    private long writeVariable(ColumnBlocks blocks, long from, long end, IntFunction<ColumnWriter> writers) {
        VariableRows taken = new VariableRows(from);
        int rows = sort.rows();
        if (rowStarts.length < rows + 1) {
            rowStarts = new int[rows + 1];
        }
        long bytes = blocks.write(end, taken);
        int[] sources = sort.rowsInOrder();
        sorted = atLeast(taken.length, sorted);
        int[] sortedStarts = new int[rows + 1];
        int at = 0;
        for (int i = 0; i < rows; i++) {
            int start = rowStarts[sources[i]];
            int length = rowStarts[sources[i] + 1] - start;
            sorted.put(at, unsorted, start, length);
            sortedStarts[i] = at;
            at += length;
        }
        sortedStarts[rows] = at;
        for (int route = 0; route < sort.routes(); route++) {
            int first = sort.start(route);
            int count = sort.start(route + 1) - first;
            if (count > 0) {
                ColumnWriter to = writers.apply(route);
                ByteBuffer data =
                        sorted.duplicate().limit(sortedStarts[first + count]).position(sortedStarts[first]);
                IntBuffer rowsAt = IntBuffer.wrap(sortedStarts, first, count + 1);
                runs.add(() -> to.accept(to.written(), count, data.duplicate(), rowsAt.duplicate()));
            }
        }
        return bytes;
    }

    private static ByteBuffer atLeast(long bytes, ByteBuffer buffer) {
        if (buffer.capacity() >= bytes) {
            return buffer.clear();
        }
        long capacity = Math.max(bytes, Math.min(2L * buffer.capacity(), Integer.MAX_VALUE - 8));
        return ByteBuffer.allocateDirect(Math.toIntExact(capacity)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes rows from their blocks without a copy; adjacent rows of one route are one write. */
    private final class LargeRows implements RowConsumer {

        private final int rowBytes;
        private final long from;
        private final IntFunction<ColumnWriter> writers;

        LargeRows(int rowBytes, long from, IntFunction<ColumnWriter> writers) {
            this.rowBytes = rowBytes;
            this.from = from;
            this.writers = writers;
        }

        @Override
        public void accept(long firstRow, int count, ByteBuffer data, @Nullable IntBuffer starts) {
            int first = (int) (firstRow - from);
            int done = (int) Math.max(0, written - firstRow);
            while (done < count) {
                int route = sort.route(first + done);
                int end = done + 1;
                while (end < count && sort.route(first + end) == route) {
                    end++;
                }
                ColumnWriter to = writers.apply(route);
                int at = data.position() + done * rowBytes;
                to.accept(to.written(), end - done, data.slice(at, (end - done) * rowBytes), null);
                done = end;
                written = firstRow + done;
            }
        }
    }

    /** Collects rows of varying size, which lie in several blocks. */
    private final class VariableRows implements RowConsumer {

        private final long from;
        private int length;

        VariableRows(long from) {
            this.from = from;
        }

        @Override
        public void accept(long firstRow, int count, ByteBuffer data, @Nullable IntBuffer starts) {
            IntBuffer rowStart = Objects.requireNonNull(starts);
            int end = Math.addExact(length, data.remaining());
            if (unsorted.capacity() < end) {
                ByteBuffer larger = atLeast(end, unsorted);
                larger.put(0, unsorted, 0, length);
                unsorted = larger;
            }
            unsorted.put(length, data, data.position(), data.remaining());
            int shift = length - data.position();
            int first = (int) (firstRow - from);
            for (int i = 0; i <= count; i++) {
                rowStarts[first + i] = rowStart.get(rowStart.position() + i) + shift;
            }
            length = end;
        }
    }
}
