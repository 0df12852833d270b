package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/** The chunk format of one filter. Immutable; any thread may call any method, with a {@link Scratch} of its own. */
public interface FilterCodec {

    /** The {@link #decodedSize} of a format that marks the end of its data, but does not store their size. */
    long UNKNOWN_SIZE = Long.MAX_VALUE;

    /**
     * The size that {@link #decode} gives.
     *
     * @param stored direct; from position to limit, both of which stay
     * @param values the filter's client values
     * @return bytes, or {@link #UNKNOWN_SIZE}; negative if the stored bytes are damaged
     */
    long decodedSize(ByteBuffer stored, int[] values);

    /**
     * Undoes the filter.
     *
     * @param stored direct; from position to limit, both of which are undefined afterwards
     * @param values the filter's client values
     * @param chunk direct; takes the decoded bytes from its position on, which moves behind them. The bytes reach the limit unless the size
     *     is {@link #UNKNOWN_SIZE}.
     * @param scratch of this thread
     * @throws RuntimeException if the stored bytes are damaged, mostly a {@link DamagedChunkException}
     */
    void decode(ByteBuffer stored, int[] values, ByteBuffer chunk, Scratch scratch);

    /**
     * Throws if the C library must not run this filter: with client values for other chunks the library reads and writes beyond the chunk's
     * end.
     *
     * @param values the filter's client values
     * @param bytes the size of a chunk before this filter; negative if chunks differ in size
     * @throws DamagedChunkException if the values are for chunks of another size
     */
    default void check(int[] values, long bytes) {
        // most filters do the same to chunks of any size
    }
}
