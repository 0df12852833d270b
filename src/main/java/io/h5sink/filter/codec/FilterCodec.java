package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/** The chunk format of one filter. Immutable; any thread may call any method, with a {@link Scratch} of its own. */
public interface FilterCodec {

    /** The {@link #decodedSize} of a stream that has no size, but an end. */
    long UNTOLD = Long.MAX_VALUE;

    /**
     * The size that {@link #decode} gives.
     *
     * @param stored direct; from position to limit, both of which stay
     * @param values the filter's client values
     * @return bytes, or {@link #UNTOLD}; negative if the stored bytes are damaged
     */
    long decodedSize(ByteBuffer stored, int[] values);

    /**
     * Undoes the filter.
     *
     * @param stored direct; from position to limit, both of which are undefined afterwards
     * @param values the filter's client values
     * @param chunk direct; takes the decoded bytes from its position on, which moves behind them. Is filled to its limit unless the
     *     size is {@link #UNTOLD}.
     * @param scratch of this thread
     * @throws RuntimeException if the stored bytes are damaged, mostly a {@link DamagedChunkException}
     */
    void decode(ByteBuffer stored, int[] values, ByteBuffer chunk, Scratch scratch);

    /**
     * Throws if the C library must not run this filter: with client values for other chunks it reads and writes beyond their end.
     *
     * @param values the filter's client values
     * @param bytes the size of a chunk before this filter; negative if it is not the same for all chunks
     * @throws DamagedChunkException if the values are for chunks of another size
     */
    default void check(int[] values, long bytes) {
        // most filters do the same to chunks of any size
    }
}
