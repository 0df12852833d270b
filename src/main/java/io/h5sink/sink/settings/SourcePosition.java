package io.h5sink.sink.settings;

import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where a record comes from. Immutable.
 *
 * @param partition the part of the source; null if it has no parts
 * @param offset the place in that part
 */
public record SourcePosition(@Nullable Function<Object, @Nullable String> partition, ToLongFunction<Object> offset) {

    /** What a record's position takes in a block: the number of its partition, and its offset. */
    public static final int ROW_BYTES = Integer.BYTES + Long.BYTES;

    private static final int MAX_BLOCK_ROWS = 1 << 12;

    /** A block takes no more than this part of the memory. */
    private static final int PART = 64;

    /** The rows of a block. */
    public static int blockRows(long memory) {
        return (int) Math.max(1, Math.min(MAX_BLOCK_ROWS, memory / PART / ROW_BYTES));
    }
}
