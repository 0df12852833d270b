package io.h5sink.block;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Takes runs of rows out of the blocks. Called on the HDF5 thread. */
public interface RowConsumer {

    /**
     * Writes rows of fixed size.
     *
     * @param firstRow the first row, counted from the start of the session
     * @param rows how many
     * @param data their bytes, from position to limit; a direct buffer, not to be kept
     */
    void fixed(long firstRow, int rows, ByteBuffer data);

    /**
     * Writes rows of varying size.
     *
     * @param firstRow the first row, counted from the start of the session
     * @param rows how many
     * @param data their bytes one after the other, from position to limit; a direct buffer, not to be kept
     * @param starts where each row starts in {@code data}, counted from index 0, and behind the last row where that ends
     */
    void variable(long firstRow, int rows, ByteBuffer data, IntBuffer starts);
}
