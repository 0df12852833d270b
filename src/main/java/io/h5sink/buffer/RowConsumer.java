package io.h5sink.buffer;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/** Receives runs of rows from the blocks. Called on the writer thread. */
@FunctionalInterface
public interface RowConsumer {

    /**
     * Receives one run of rows.
     *
     * @param firstRow the first row, counted from the start of the session
     * @param rows the number of rows
     * @param data the bytes of the rows one after the other, from position to limit; a direct buffer that must not be kept
     * @param starts the start of each row in {@code data}, counted from index 0, and behind the last row its end; null for rows of fixed
     *     size
     */
    void accept(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts);
}
