package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** What the C library takes for elements of varying size: not the bytes, but where they are. */
public final class VariableLengthReferences {

    private VariableLengthReferences() {}

    /**
     * An array of {@code char *}.
     *
     * @param address of the first byte of the buffer
     * @param count how many strings, one after the other
     * @param utf8 from position to limit, each string with a NUL behind it
     */
    public static ByteBuffer strings(long address, int count, ByteBuffer utf8) {
        ByteBuffer pointers = allocate((long) count * Long.BYTES);
        int at = utf8.position();
        for (int i = 0; i < count; i++) {
            pointers.putLong(i * Long.BYTES, address + at);
            while (utf8.get(at) != 0) {
                at++;
            }
            at++;
        }
        return pointers;
    }

    /**
     * An array of {@code hvl_t}, each a {@code size_t} number of elements and a pointer.
     *
     * @param address of the first byte of the buffer
     * @param count how many sequences
     * @param starts where each starts, in bytes from the start of the buffer, and where the last ends
     * @param elementBytes the size of an element
     */
    public static ByteBuffer sequences(long address, int count, IntBuffer starts, int elementBytes) {
        ByteBuffer sequences = allocate(2L * count * Long.BYTES);
        for (int i = 0; i < count; i++) {
            int start = starts.get(starts.position() + i);
            int end = starts.get(starts.position() + i + 1);
            sequences.putLong((end - start) / elementBytes).putLong(address + start);
        }
        return sequences.flip();
    }

    private static ByteBuffer allocate(long bytes) {
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }
}
