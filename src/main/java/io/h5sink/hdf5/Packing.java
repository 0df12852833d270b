package io.h5sink.hdf5;

import java.nio.ByteBuffer;

/** Does what a filter of chunks does when they are written. Any thread may call it. */
@FunctionalInterface
public interface Packing {

    /**
     * Packs a chunk.
     *
     * @param chunk direct; from position to limit
     * @param values the filter's client values
     * @param packed direct; takes what comes out of it, from its position on, which moves behind that
     * @return false if it does not get smaller; what is then in {@code packed} is undefined
     */
    boolean pack(ByteBuffer chunk, int[] values, ByteBuffer packed);
}
