package io.h5sink.storage;

import java.io.IOException;

/**
 * A block of a file that can be moved to another address.
 *
 * @param address the block's address
 * @param size the block's size, in bytes
 * @param pointer updates the pointer to the block after the block was moved
 */
public record RelocatableBlock(long address, long size, BlockPointer pointer) {

    /** Updates the pointer to a relocated block. */
    public interface BlockPointer {
        void set(long address) throws IOException;
    }
}
