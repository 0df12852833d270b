package io.h5sink.sink.settings;

import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The functions that give a record's position in its source. Immutable.
 *
 * @param partition the partition of a record; null if the source has no partitions
 * @param offset the offset of a record in its partition
 */
public record SourcePosition(@Nullable Function<Object, @Nullable String> partition, ToLongFunction<Object> offset) {

    /** The size of a position in a block: the number of the partition, and the offset. */
    public static final int ROW_BYTES = Integer.BYTES + Long.BYTES;

    private static final int MAX_BLOCK_ROWS = 1 << 12;

    /** A block of positions has at most one part in so many of the memory budget. */
    private static final int PART = 64;

    /** The number of rows of a block of positions. */
    public static int blockRows(long memory) {
        return (int) Math.max(1, Math.min(MAX_BLOCK_ROWS, memory / PART / ROW_BYTES));
    }
}
