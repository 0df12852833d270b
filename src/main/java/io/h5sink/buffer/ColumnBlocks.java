package io.h5sink.buffer;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The chain of blocks of one column: one producer, the publisher's thread, and one consumer, the writer thread. Each method
 * says which of the two may call it.
 */
public final class ColumnBlocks {

    private static final int FIRST_VARIABLE_BYTES = 1 << 12;
    private static final int MAX_VARIABLE_BYTES = 1 << 30;

    /** Where the session's first row lies in the dataset, and how many rows its chunks have. */
    private record Grid(long startRow, int chunkRows) {}

    private final BlockPool pool;
    private final int rowBytes;
    private final boolean variable;
    private final int maxVariableBytes;
    private final boolean ordered;
    private volatile @Nullable Grid grid;

    // The publisher's thread.
    private @Nullable Block open;
    private long row;
    private int variableBytes;
    private int capacity;

    // Published by the publisher's thread; only where rows and records have numbers of their own.
    private final AtomicLong published = new AtomicLong();

    // The writer thread.
    private volatile @Nullable Block head;
    private @Nullable Block looked;
    private long written;

    /**
     * An empty chain.
     *
     * @param pool where blocks come from and go
     * @param rowBytes the size of a row; 0 if it varies
     * @param maxVariableBytes the most that a block takes of rows of varying size, unless a single row is longer; a power of two
     * @param ordered whether each row keeps the number of the record that it came with, because not every record has a
     *     row in this column
     */
    public ColumnBlocks(BlockPool pool, int rowBytes, int maxVariableBytes, boolean ordered) {
        this.pool = pool;
        this.rowBytes = rowBytes;
        this.variable = rowBytes == 0;
        this.maxVariableBytes = maxVariableBytes;
        this.variableBytes = Math.min(FIRST_VARIABLE_BYTES, maxVariableBytes);
        this.ordered = ordered;
    }

    /**
     * Fixes the chunk grid, to which the blocks that follow are cut. Called by the writer thread, once.
     *
     * @param startRow the dataset's length before the session
     * @param chunkRows the rows of a chunk
     */
    public void align(long startRow, int chunkRows) {
        grid = new Grid(startRow, chunkRows);
    }

    /**
     * Opens the next block. Called by the publisher's thread, when the open block is full.
     *
     * @param firstRow the row that comes next, which is the end of the open block
     * @param wantedRows how many rows the block should have, if no chunk boundary comes before
     * @return the row behind the block
     */
    public long roll(long firstRow, int wantedRows) {
        Grid known = grid;
        int rows = wantedRows;
        if (known != null) {
            long untilBoundary = known.chunkRows - (known.startRow + firstRow) % known.chunkRows;
            rows = (int) Math.min(rows, untilBoundary);
        }
        Block last = open;
        int unused = 0;
        if (variable && last != null) {
            int used = lastStart(last);
            unused = capacity - used;
            variableBytes = Math.min(maxVariableBytes, Math.max(FIRST_VARIABLE_BYTES, powerOfTwo(used)));
        }
        ByteBuffer data = pool.take(variable ? variableBytes : Math.multiplyExact(rows, rowBytes));
        Block block = new Block(firstRow, rows, data, variable, ordered);
        block.unusedBefore = unused;
        capacity = data.capacity();
        if (last == null) {
            head = block;
        } else {
            last.next = block;
        }
        open = block;
        row = firstRow;
        return block.end();
    }

    /**
     * The buffer of the open block. Called by the publisher's thread.
     *
     * @return little-endian
     */
    public ByteBuffer buffer() {
        return Objects.requireNonNull(opened().data);
    }

    /**
     * Where a row lies in the open block. Called by the publisher's thread.
     *
     * @param row counted from the start of the session
     * @return rows from the start of the block
     */
    public int index(long row) {
        return (int) (row - opened().firstRow);
    }

    /**
     * Where the next row starts in {@link #buffer()}. Called by the publisher's thread, for ordered columns.
     *
     * @return bytes
     */
    public int offset() {
        return (int) (row - opened().firstRow) * rowBytes;
    }

    /**
     * Whether there is no row left in the open block. Called by the publisher's thread, for ordered columns and rows of varying size.
     *
     * @return true if {@link #roll} must come first
     */
    public boolean full() {
        return open == null || row == open.end();
    }

    /**
     * The next row. Called by the publisher's thread, for ordered columns and rows of varying size.
     *
     * @return counted from the start of the session
     */
    public long row() {
        return row;
    }

    /**
     * Puts the bytes of the next row, which {@link #advance} or {@link #publish} then takes. Called by the publisher's thread.
     * A block that has its fill of bytes ends early, and another one takes its remaining rows.
     *
     * @param bytes the row
     * @return whether a block ended early, and is now full
     * @throws IllegalArgumentException if the row is longer than 1 GiB
     */
    public boolean variable(byte[] bytes) {
        if (bytes.length > MAX_VARIABLE_BYTES) {
            throw new IllegalArgumentException("a row of more than 1 GiB: " + bytes.length + " bytes");
        }
        Block block = opened();
        int index = (int) (row - block.firstRow);
        int at = starts(block)[index];
        boolean ended = index > 0 && at + bytes.length > maxVariableBytes;
        if (ended) {
            int left = block.rows - index;
            block.rows = index;
            roll(row, left);
            block = opened();
            index = 0;
            at = 0;
        }
        int end = at + bytes.length;
        ByteBuffer data = Objects.requireNonNull(block.data);
        if (end > data.capacity()) {
            // The smaller buffer is left to the collector: the writer thread may be reading it.
            ByteBuffer larger = pool.take(powerOfTwo(end));
            larger.put(0, data, 0, at);
            pool.forget(data);
            data = larger;
            block.data = larger;
            capacity = larger.capacity();
        }
        data.put(at, bytes);
        starts(block)[index + 1] = end;
        return ended;
    }

    /**
     * The row behind the open block. Called by the publisher's thread.
     *
     * @return counted from the start of the session
     */
    public long end() {
        return opened().end();
    }

    /** Takes the row that was put, without publishing it. Called by the publisher's thread, for rows of varying size. */
    public void advance() {
        row++;
    }

    /**
     * Takes and publishes the row that was put. Called by the publisher's thread, for ordered columns.
     *
     * @param ordinal the number of the record that the row came with
     */
    public void publish(long ordinal) {
        Block block = opened();
        Objects.requireNonNull(block.ordinals)[(int) (row - block.firstRow)] = ordinal;
        row++;
        published.setRelease(row);
    }

    /**
     * How many rows came with the first records. Called by the writer thread, for ordered columns.
     *
     * @param ordinal the number of records
     * @return the rows whose record's number is at most {@code ordinal}, and which are published
     */
    public long rowsUpTo(long ordinal) {
        long rows = published.getAcquire();
        Block block = head;
        if (block == null || rows == written) {
            return written;
        }
        while (block.end() < rows && Objects.requireNonNull(block.ordinals)[block.rows - 1] <= ordinal) {
            block = Objects.requireNonNull(block.next);
        }
        long[] ordinals = Objects.requireNonNull(block.ordinals);
        long end = Math.min(rows, block.end());
        while (end > Math.max(written, block.firstRow) && ordinals[(int) (end - 1 - block.firstRow)] > ordinal) {
            end--;
        }
        return end;
    }

    /**
     * The rows that were written. Called by the writer thread.
     *
     * @return counted from the start of the session
     */
    public long written() {
        return written;
    }

    /**
     * Writes what there is. Called by the writer thread. Rows that were written are not written again, and the buffer of a
     * block whose last row was written goes back to the pool.
     *
     * @param end the row to stop before, all rows before it being published
     * @param consumer takes the runs; what it throws is passed on, and the run counts as not written
     * @return bytes of the rows that were written, as {@link #rowCost} and {@link #unusedBefore} count them
     */
    public long write(long end, RowConsumer consumer) {
        return write(end, Integer.MAX_VALUE, consumer);
    }

    /**
     * Writes what there is, as {@link #write(long, RowConsumer)} does, of so many blocks. Called by the writer thread.
     *
     * @param end the row to stop before, all rows before it being published
     * @param blocks at most how many
     * @param consumer takes the runs
     * @return bytes
     */
    public long write(long end, int blocks, RowConsumer consumer) {
        long bytes = 0;
        int left = blocks;
        while (written < end && left > 0) {
            Block block = Objects.requireNonNull(head);
            if (written == block.end()) {
                release(block);
                head = Objects.requireNonNull(block.next);
                continue;
            }
            long to = Math.min(end, block.end());
            bytes += write(block, (int) (written - block.firstRow), (int) (to - written), consumer);
            written = to;
            left--;
            if (to == block.end()) {
                release(block);
            }
        }
        return bytes;
    }

    /** Looks at rows. */
    @FunctionalInterface
    public interface Looker {

        /**
         * Looks at rows of fixed size.
         *
         * @param firstRow the first row, counted from the start of the session
         * @param data their bytes, from position to limit, which do not change until the last of them was written; direct
         */
        void look(long firstRow, ByteBuffer data);
    }

    /**
     * Looks at the next block that is full, and was neither looked at nor written. There is none of rows of varying size. Called by the
     * writer thread.
     *
     * @param end the row to stop before, all rows before it being published
     * @param looker what it throws is passed on
     * @return whether there was one
     */
    public boolean look(long end, Looker looker) {
        Block last = looked;
        Block block = head;
        if (variable || block == null || written >= end) {
            return false;
        }
        if (last != null && last.firstRow >= block.firstRow) {
            if (last.end() >= end) {
                return false; // the one behind it may not be published
            }
            block = Objects.requireNonNull(last.next);
        } else if (written == block.end()) {
            block = Objects.requireNonNull(block.next);
        }
        if (block.end() > end) {
            return false;
        }
        looked = block;
        looker.look(block.firstRow, Objects.requireNonNull(block.data).slice(0, block.rows * rowBytes));
        return true;
    }

    /**
     * Shows rows that are not written yet, as {@link #write} would. Called by the writer thread.
     *
     * @param from the first row, not before {@link #written}
     * @param end the row to stop before, all rows before it being published
     * @param to takes the runs; what it throws is passed on
     */
    public void show(long from, long end, RowConsumer to) {
        Block block = head;
        long row = from;
        while (row < end) {
            Block shown = Objects.requireNonNull(block);
            if (row < shown.end()) {
                long until = Math.min(end, shown.end());
                write(shown, (int) (row - shown.firstRow), (int) (until - row), to);
                row = until;
            }
            block = shown.next;
        }
    }

    /**
     * The record that a row came with. Called by the writer thread, for rows that are published and not written.
     *
     * @param row counted from the start of the session
     * @return its number, from 1
     */
    public long ordinal(long row) {
        Block block = Objects.requireNonNull(head);
        while (block.end() <= row) {
            block = Objects.requireNonNull(block.next);
        }
        long[] ordinals = block.ordinals;
        return ordinals == null ? row + 1 : ordinals[(int) (row - block.firstRow)];
    }

    /**
     * Some of the rows that are to be written next. Called by the writer thread.
     *
     * @param end the row to stop before, all rows before it being published
     * @return their bytes, which are good until they are written; none for rows of varying size
     */
    public ByteBuffer sample(long end) {
        Block block = head;
        ByteBuffer data = variable || block == null ? null : block.data;
        if (block == null || data == null) {
            return ByteBuffer.allocate(0);
        }
        int rows = (int) (Math.min(end, block.end()) - block.firstRow);
        return data.slice(0, rows * rowBytes);
    }

    private void release(Block block) {
        ByteBuffer data = block.data;
        if (data != null) {
            block.data = null;
            pool.give(data);
        }
    }

    private long write(Block block, int from, int rows, RowConsumer consumer) {
        ByteBuffer data = Objects.requireNonNull(block.data);
        int[] starts = block.starts;
        if (starts == null) {
            consumer.accept(block.firstRow + from, rows, data.slice(from * rowBytes, rows * rowBytes), null);
            return cost((long) rows * rowBytes, rows);
        }
        ByteBuffer run = data.duplicate().limit(starts[from + rows]).position(starts[from]);
        consumer.accept(block.firstRow + from, rows, run, IntBuffer.wrap(starts, from, rows + 1));
        return cost(starts[from + rows] - starts[from], rows) + (from == 0 ? block.unusedBefore : 0);
    }

    /**
     * What a row counts for in the memory that is in use: its data and, in an ordered column, its record's number. Any thread.
     *
     * @param bytes the bytes of the row, for rows of varying size
     * @return bytes
     */
    public long rowCost(int bytes) {
        return cost(variable ? bytes : rowBytes, 1);
    }

    /** Gives all buffers back, of a chain that the writer thread does not know. Called by the publisher's thread. */
    public void discard() {
        for (Block block = head; block != null; block = block.next) {
            release(block);
        }
        head = null;
        open = null;
    }

    /**
     * What counts with the row that was put last beside its own cost: the end of the block before, which its rows left
     * unused. Called by the publisher's thread, before the row is taken.
     *
     * @return bytes
     */
    public int unusedBefore() {
        Block block = opened();
        return row == block.firstRow ? block.unusedBefore : 0;
    }

    private long cost(long dataBytes, int rows) {
        return dataBytes + (long) rows * ((variable ? Integer.BYTES : 0) + (ordered ? Long.BYTES : 0));
    }

    /**
     * What the blocks may hold beyond the rows that are in flight: up to a block at either end of them. Called by the
     * publisher's thread.
     *
     * @return bytes
     */
    public long slack() {
        if (open == null) {
            return 0;
        }
        return variable ? 2L * capacity : 2L * (open.rows - 1) * rowBytes;
    }

    private static int lastStart(Block block) {
        return starts(block)[block.rows];
    }

    private static int[] starts(Block block) {
        return Objects.requireNonNull(block.starts);
    }

    private static int powerOfTwo(int least) {
        return least <= 1 ? 1 : Integer.highestOneBit(least - 1) << 1;
    }

    private Block opened() {
        return Objects.requireNonNull(open);
    }
}
