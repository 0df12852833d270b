package io.h5sink.hdf5;

import io.h5sink.format.heap.GlobalHeapWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * The stored form of elements of variable length: the number of elements (int32), the address of a collection in the global heap (int64)
 * and the number of an object in that collection (int32), all zero for an empty sequence. HDF5 File Format Specification 3.0, section
 * VIII.A.
 */
public final class VariableLengthWriter {

    /** The most bytes that an object of the heap takes besides its content. */
    private static final int OVERHEAD = 24;

    private VariableLengthWriter() {}

    /**
     * Writes strings to the heap.
     *
     * @param count the number of strings
     * @param utf8 the strings, from position to limit, each with a NUL behind it
     * @return the references to the strings, valid until the next call
     */
    public static ByteBuffer strings(GlobalHeapWriter heap, int count, ByteBuffer utf8) throws IOException {
        ByteBuffer references = heap.references(count);
        int start = utf8.position();
        for (int i = 0; i < count; i++) {
            int end = start;
            while (utf8.get(end) != 0) {
                end++;
            }
            long more = (long) OVERHEAD * (count - i);
            references.putInt(end - start); // an empty string has an object: HDF5 reads no object as no string
            heap.add(utf8, start, end - start, utf8.limit() - start + more, references);
            start = end + 1;
        }
        heap.flush();
        return references.flip();
    }

    /**
     * Writes sequences to the heap.
     *
     * @param count the number of sequences
     * @param data the elements
     * @param starts the start of each sequence, in bytes from the start of the buffer, and the end of the last sequence
     * @param elementBytes the size of an element
     * @return the references to the sequences, valid until the next call
     */
    public static ByteBuffer sequences(
            GlobalHeapWriter heap, int count, ByteBuffer data, IntBuffer starts, int elementBytes) throws IOException {
        ByteBuffer references = heap.references(count);
        for (int i = 0; i < count; i++) {
            int start = starts.get(starts.position() + i);
            int length = starts.get(starts.position() + i + 1) - start;
            if (length == 0) {
                references.putLong(0).putLong(0);
            } else {
                long more = (long) OVERHEAD * (count - i);
                references.putInt(length / elementBytes);
                heap.add(data, start, length, data.limit() - start + more, references);
            }
        }
        heap.flush();
        return references.flip();
    }
}
