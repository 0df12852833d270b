package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/**
 * The encoder of one of HDF5's filters, whose decoder is a {@link FilterCodec}. Immutable; any thread may encode, with a {@link Scratch} of
 * its own.
 */
public interface ChunkEncoder {

    /**
     * Applies the filter to a chunk.
     *
     * @param chunk direct; from position to limit, both of which are undefined afterwards; its bytes stay
     * @param values the filter's client values
     * @param out direct; takes the encoded bytes from its position on, which moves behind them
     * @param scratch of this thread
     * @return false if the filter leaves out the chunk, which has a bit in the filter mask then; the output's bytes and position are
     *     undefined
     */
    boolean encode(ByteBuffer chunk, int[] values, ByteBuffer out, Scratch scratch);
}
