package io.h5sink.hdf5;

import java.nio.ByteBuffer;

/** Unpacks chunks of a filter that the C library lacks. Called by the HDF5 thread. */
public interface Unpacking {

    /**
     * The size of a chunk.
     *
     * @param packed direct; from position to limit, both of which stay
     * @param values the filter's client values
     * @return bytes; negative if that cannot be told
     */
    long size(ByteBuffer packed, int[] values);

    /**
     * Unpacks a chunk.
     *
     * @param packed direct; from position to limit
     * @param chunk direct; is filled from its position to its limit
     * @throws RuntimeException if the chunk is damaged, or the codec is missing
     */
    void unpack(ByteBuffer packed, ByteBuffer chunk);
}
