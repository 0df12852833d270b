package io.h5sink.format.index;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;

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

    /**
     * The length of a stored entry.
     *
     * @param sizeBytes the bytes of the stored size; 0 for an entry without size and mask
     */
    static int bytes(int sizeBytes) {
        return Long.BYTES + (sizeBytes > 0 ? sizeBytes + Integer.BYTES : 0);
    }

    /** Decodes the entry at an index of a block. */
    static ChunkEntry decode(ByteBuffer block, int at, int sizeBytes) {
        long address = block.getLong(at);
        if (sizeBytes == 0) {
            return new ChunkEntry(address, 0, 0);
        }
        int size = at + Long.BYTES;
        long stored = FieldSizes.number(block.duplicate().clear().position(size), sizeBytes);
        return new ChunkEntry(address, stored, block.getInt(size + sizeBytes));
    }

    /** Encodes the entry at an index of a block. */
    void encode(ByteBuffer block, int at, int sizeBytes) {
        block.putLong(at, address);
        if (sizeBytes > 0) {
            FieldSizes.put(block, at + Long.BYTES, sizeBytes, size);
            block.putInt(at + Long.BYTES + sizeBytes, mask);
        }
    }

    /** Whether the chunk is allocated. */
    public boolean isThere() {
        return address != Superblock.UNDEFINED;
    }
}
