package io.h5sink.hdf5;

import java.io.IOException;

/**
 * A piece of a file that can lie elsewhere.
 *
 * @param address where it is
 * @param size in bytes
 * @param lead what has it found at another address
 */
record Movable(long address, long size, Lead lead) {

    /** What has something found at another address. */
    interface Lead {
        void to(long address) throws IOException;
    }
}
