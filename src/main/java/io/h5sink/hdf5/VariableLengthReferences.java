package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** The memory form of elements of variable length that the C library takes: pointers to the bytes. */
public final class VariableLengthReferences {

    private VariableLengthReferences() {}

    /**
     * An array of {@code char *}.
     *
     * @param address the memory address of the buffer's first byte
     * @param count the number of strings, which follow each other in the buffer
     * @param utf8 the strings, from position to limit, each with a NUL behind it
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
     * @param address the memory address of the buffer's first byte
     * @param count the number of sequences
     * @param starts the start of each sequence, in bytes from the start of the buffer, and the end of the last sequence
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
