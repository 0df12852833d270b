package io.h5sink.hdf5;

import io.h5sink.format.heap.GlobalHeapWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * What stands in a dataset for elements of variable length: how many elements each has (int32), the address of the collection of the
 * global heap that they are in (int64) and their number there (int32), all zero for none: the HDF5 File Format Specification 3.0, section
 * VIII.A.
 */
public final class VariableLengthWriter {

    /** What an object of the heap takes besides its bytes, at most. */
    private static final int OVERHEAD = 24;

    private VariableLengthWriter() {}

    /**
     * Puts strings into the heap.
     *
     * @param count how many
     * @param utf8 from position to limit, each string with a NUL behind it
     * @return what stands for them, good until the next call
     */
    public static ByteBuffer strings(GlobalHeapWriter heap, int count, ByteBuffer utf8) throws IOException {
        ByteBuffer references = heap.references(count);
        int start = utf8.position();
        for (int i = 0; i < count; i++) {
            int end = start;
            while (utf8.get(end) != 0) {
                end++;
            }
            put(heap, utf8, start, end - start, end - start, (long) OVERHEAD * (count - i), references);
            start = end + 1;
        }
        heap.flush();
        return references.flip();
    }

    /**
     * Puts sequences into the heap.
     *
     * @param count how many
     * @param data the elements
     * @param starts where each starts, in bytes from the start of the buffer, and where the last ends
     * @param elementBytes the size of an element
     * @return what stands for them, good until the next call
     */
    public static ByteBuffer sequences(
            GlobalHeapWriter heap, int count, ByteBuffer data, IntBuffer starts, int elementBytes) throws IOException {
        ByteBuffer references = heap.references(count);
        for (int i = 0; i < count; i++) {
            int start = starts.get(starts.position() + i);
            int length = starts.get(starts.position() + i + 1) - start;
            put(heap, data, start, length, length / elementBytes, (long) OVERHEAD * (count - i), references);
        }
        heap.flush();
        return references.flip();
    }

    private static void put(
            GlobalHeapWriter heap,
            ByteBuffer data,
            int start,
            int length,
            int elements,
            long more,
            ByteBuffer references)
            throws IOException {
        if (length == 0) {
            references.putLong(0).putLong(0);
        } else {
            references.putInt(elements);
            heap.add(data, start, length, data.limit() - start + more, references);
        }
    }
}
