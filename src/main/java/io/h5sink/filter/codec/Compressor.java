package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/** The chunk format of a filter that compresses, in both directions. State that is kept between calls is in the scratch. */
public interface Compressor extends FilterCodec {

    /** Whether chunks should come in the array of {@link Scratch#input}, because the library works on arrays. */
    boolean onHeap();

    /**
     * Compresses all that remains of a chunk, if its compressed form fits into what remains of the output.
     *
     * @return false if it does not fit; the output's bytes and position are then undefined
     */
    boolean encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch);
}
