package io.h5sink.buffer;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A run of rows of one column that lies within one chunk of its dataset.
 *
 * <p>Filled by the publisher's thread and read by the HDF5 thread up to the row count that was published, also while it is
 * being filled. Everything but {@link #data} is written before the first row of the block is published, or belongs to a
 * row that is published after it was written.
 */
final class Block {

    /** The first row of the block, counted from the start of the session. */
    final long firstRow;

    /** How many rows fit. Lowered once, before the next block is opened, if the block ends early for too much text. */
    int rows;

    /** Where the text of each row starts in {@link #data}, and behind the last row where it ends; null for fixed sizes. */
    final int @Nullable [] starts;

    /** The record that each row came with; null where rows and records have the same number. */
    final long @Nullable [] ordinals;

    /**
     * Fixed-size rows, or text of rows one after the other, which moves to a larger buffer as it grows. Null when the last
     * row was written and the buffer given back.
     */
    volatile @Nullable ByteBuffer data;

    /** What was left unused of the buffer of the block before, which counts with the first row of this one. */
    int unusedBefore;

    /** The block that follows; set before any of its rows is published. */
    @Nullable
    Block next;

    Block(long firstRow, int rows, ByteBuffer data, boolean variable, boolean ordered) {
        this.firstRow = firstRow;
        this.rows = rows;
        this.data = data;
        this.starts = variable ? new int[rows + 1] : null;
        this.ordinals = ordered ? new long[rows] : null;
    }

    long end() {
        return firstRow + rows;
    }
}
