package io.h5sink.buffer;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/** Takes runs of rows out of the blocks. Called on the HDF5 thread. */
@FunctionalInterface
public interface RowConsumer {

    /**
     * Takes rows.
     *
     * @param firstRow the first row, counted from the start of the session
     * @param rows how many
     * @param data their bytes one after the other, from position to limit; a direct buffer, not to be kept
     * @param starts of rows of varying size, where each starts in {@code data}, counted from index 0, and behind the last row where that
     *     ends; null for rows of fixed size
     */
    void accept(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts);
}
