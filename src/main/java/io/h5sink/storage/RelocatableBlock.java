package io.h5sink.storage;

import java.io.IOException;

/**
 * A piece of a file that can lie elsewhere.
 *
 * @param address where it is
 * @param size in bytes
 * @param lead what has it found at another address
 */
public record RelocatableBlock(long address, long size, Lead lead) {

    /** What has something found at another address. */
    public interface Lead {
        void to(long address) throws IOException;
    }
}
