package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Does what the filters of one dataset do to its chunks. One thread at a time; what it begins may go on on others. */
public interface ChunkCoder {

    /**
     * A chunk as it is stored.
     *
     * @param bytes from position to limit; direct, good until it is released
     * @param mask a bit for each filter that it did without
     */
    record Coded(ByteBuffer bytes, int mask) {}

    /**
     * The filters.
     *
     * @return in order, at least one
     */
    List<ChunkFilter> filters();

    /**
     * The mask of a chunk that is stored raw.
     *
     * @return a bit for each filter
     */
    int rawMask();

    /**
     * Begins to code a chunk, in the order in which {@link #encode} will ask for them.
     *
     * @param chunk its number
     * @param raw all of its bytes, from position to limit, which do not change until they are asked for; direct
     */
    void announce(long chunk, ByteBuffer raw);

    /**
     * Whether a chunk was announced, and not asked for since.
     *
     * @param chunk its number
     * @return true if its raw bytes need not be given again
     */
    boolean isAnnounced(long chunk);

    /**
     * Codes a chunk, or waits for one that was announced.
     *
     * @param chunk its number
     * @param raw all of its bytes, from position to limit; direct; not looked at if it was announced
     * @return the chunk as it is stored
     */
    Coded encode(long chunk, ByteBuffer raw);

    /** Gives the bytes of the chunk back that was coded last. */
    void release();

    /**
     * Gets a chunk back.
     *
     * @param stored from position to limit; direct
     * @param mask the filters that it did without
     * @param raw takes as many bytes as remain in it; direct
     * @throws IOException if these are not the bytes of a chunk
     */
    void decode(ByteBuffer stored, int mask, ByteBuffer raw) throws IOException;
}
