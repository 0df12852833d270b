package io.h5sink.format.index;

import io.h5sink.format.Superblock;

/**
 * The entry of a chunk in a chunk index.
 *
 * @param address the chunk's address; undefined if the chunk is not allocated
 * @param size the chunk's stored size, in bytes; 0 if all chunks have the size of a chunk without filters
 * @param mask a bit for each filter that this chunk skips
 */
public record ChunkEntry(long address, long size, int mask) {

    /** The entry of a chunk that is not allocated. */
    public static final ChunkEntry NONE = new ChunkEntry(Superblock.UNDEFINED, 0, 0);

    /** Whether the chunk is allocated. */
    public boolean isThere() {
        return address != Superblock.UNDEFINED;
    }
}
