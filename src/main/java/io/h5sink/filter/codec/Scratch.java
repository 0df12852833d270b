package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory and the libraries' contexts that one thread needs to code chunks, made on first use and kept until the scratch is closed. A
 * scratch serves any number of pipelines, one after the other, and one thread at a time.
 */
public final class Scratch implements AutoCloseable {

    /** The state that a library keeps between calls. */
    interface Context extends AutoCloseable {
        @Override
        void close();
    }

    private static final byte[] NO_BYTES = {};
    private static final int[] NO_INTS = {};
    private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

    private final Map<Class<?>, Context> contexts = new HashMap<>();
    private WordTranspose.@Nullable Tile tile;
    private byte[] rows = NO_BYTES;
    private byte[] planes = NO_BYTES;
    private byte[] input = NO_BYTES;
    private byte[] output = NO_BYTES;
    private int[] table = NO_INTS;
    private ByteBuffer direct = NONE;
    private ByteBuffer other = NONE;
    private ByteBuffer stored = NONE;
    private ByteBuffer heap = ByteBuffer.allocate(0);

    /** A scratch that holds no memory yet. */
    public Scratch() {
        // memory and contexts are made on first use
    }

    /**
     * The memory that this scratch holds at the moment, without that of the libraries: in steady work at most three times the largest chunk
     * that is encoded, and a little.
     *
     * @return bytes
     */
    public long bytes() {
        return 4L * table.length
                + (tile == null ? 0 : WordTranspose.Tile.bytes())
                + rows.length
                + planes.length
                + input.length
                + output.length
                + direct.capacity()
                + other.capacity()
                + stored.capacity();
    }

    /** Frees all memory and contexts. A second call does nothing. */
    @Override
    public void close() {
        contexts.values().forEach(Context::close);
        contexts.clear();
        tile = null;
        rows = NO_BYTES;
        planes = NO_BYTES;
        input = NO_BYTES;
        output = NO_BYTES;
        table = NO_INTS;
        direct = NONE;
        other = NONE;
        stored = NONE;
        heap = ByteBuffer.allocate(0);
    }

    <C extends Context> C context(Class<C> type, Supplier<C> make) {
        Context context = contexts.get(type);
        if (context == null) {
            context = make.get();
            contexts.put(type, context);
        }
        return type.cast(context);
    }

    WordTranspose.Tile tile() {
        WordTranspose.Tile mine = tile;
        if (mine == null) {
            mine = new WordTranspose.Tile();
            tile = mine;
        }
        return mine;
    }

    /** An array for elements, one after the other. */
    byte[] rows(int bytes) {
        if (rows.length < bytes) {
            rows = new byte[bytes];
        }
        return rows;
    }

    /** An array for the bytes of elements, sorted by their place in the element. */
    byte[] planes(int bytes) {
        if (planes.length < bytes) {
            planes = new byte[bytes];
        }
        return planes;
    }

    byte[] input(int bytes) {
        if (input.length < bytes) {
            input = new byte[bytes];
        }
        return input;
    }

    /** The remaining bytes of a buffer, at the start of an array: they are copied into {@link #input} unless they lie there. */
    byte[] array(ByteBuffer buffer) {
        if (buffer.hasArray() && buffer.array() == input && buffer.arrayOffset() + buffer.position() == 0) {
            return input;
        }
        byte[] array = input(buffer.remaining());
        buffer.get(buffer.position(), array, 0, buffer.remaining());
        return array;
    }

    byte[] output(int bytes) {
        if (output.length < bytes) {
            output = new byte[bytes];
        }
        return output;
    }

    int[] table(int length) {
        if (table.length < length) {
            table = new int[length];
        }
        return table;
    }

    /** An empty buffer for a chunk between two filters: native memory, or the array of {@link #input}. */
    public ByteBuffer between(boolean onHeap, int bytes) {
        if (onHeap) {
            byte[] array = input(bytes);
            if (heap.array() != array) {
                heap = ByteBuffer.wrap(array);
            }
            return heap.clear().limit(bytes);
        }
        direct = atLeast(direct, bytes);
        return direct.limit(bytes);
    }

    /** An empty buffer for a stored chunk. */
    public ByteBuffer stored(int bytes) {
        stored = atLeast(stored, bytes);
        return stored.limit(bytes);
    }

    /** An empty buffer for the output of a filter. The buffer of the call before keeps its bytes. */
    public ByteBuffer next(int bytes) {
        ByteBuffer buffer = atLeast(other, bytes);
        other = direct;
        direct = buffer;
        return buffer.limit(bytes);
    }

    /** Takes back the buffer that {@link #next} gave, so that the next call gives the same buffer again. */
    public void takeBack() {
        ByteBuffer unused = direct;
        direct = other;
        other = unused;
    }

    private static ByteBuffer atLeast(ByteBuffer buffer, int bytes) {
        ByteBuffer enough = buffer.capacity() < bytes ? ByteBuffer.allocateDirect(bytes) : buffer;
        return enough.clear().order(ByteOrder.LITTLE_ENDIAN);
    }
}
