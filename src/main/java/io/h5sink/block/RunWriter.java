package io.h5sink.block;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Takes runs of rows out of the blocks. Called on the HDF5 thread. */
public interface RunWriter {

    /**
     * Writes rows of fixed size.
     *
     * @param firstRow the first row, counted from the start of the session
     * @param rows how many
     * @param data their bytes, from position to limit; a direct buffer, not to be kept
     */
    void fixed(long firstRow, int rows, ByteBuffer data);

    /**
     * Writes rows of text.
     *
     * @param firstRow the first row, counted from the start of the session
     * @param rows how many
     * @param utf8 strings that each end with NUL, from position to limit; a direct buffer, not to be kept
     * @param starts where each row's string starts in {@code utf8}, counted from index 0
     */
    void text(long firstRow, int rows, ByteBuffer utf8, IntBuffer starts);
}
