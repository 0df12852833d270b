package io.h5sink.buffer;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A run of rows of one column that lies within one chunk of its dataset.
 *
 * <p>The publisher's thread fills the block; meanwhile the writer thread reads the rows before the published row count. Every field but
 * {@link #data} is written before the block's first row is published, and every array element before its row is.
 */
final class Block {

    /** The first row of the block, counted from the start of the session. */
    final long firstRow;

    /** The capacity in rows. Lowered once, before the next block is opened, if the block's text reaches its largest size before. */
    int rows;

    /** The start of each row's text in {@link #data}, and behind the last row its end; null for rows of fixed size. */
    final int @Nullable [] starts;

    /** The ordinal of each row's record; null if row and record have the same ordinal. */
    final long @Nullable [] ordinals;

    /**
     * The rows one after the other; rows of varying size move to a larger buffer as they grow. Null once the last row is written and the
     * buffer is back in the pool.
     */
    volatile @Nullable ByteBuffer data;

    /** The unused bytes of the previous block's buffer, which count as bytes of this block's first row. */
    int unusedBefore;

    /** The next block; set before any of the next block's rows is published. */
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
