package io.h5sink.hdf5;

import java.nio.ByteBuffer;

/** Undoes a filter of chunks. Any thread may call any method. */
public interface Unpacking {

    /**
     * The size that comes out of it.
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
     * @param values the filter's client values
     * @param chunk direct; is filled from its position to its limit
     * @throws RuntimeException if the chunk is damaged, or the codec is missing
     */
    void unpack(ByteBuffer packed, int[] values, ByteBuffer chunk);

    /**
     * Throws if the C library must not pack chunks, which it then reads or writes beyond their end.
     *
     * @param values the filter's client values
     * @param bytes what a chunk has when the filter gets it; negative if that differs
     * @throws RuntimeException if the values are for other chunks
     */
    void check(int[] values, long bytes);
}
