package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one thread needs to code chunks: memory and the libraries' contexts, made when first asked for and kept until it is
 * closed. A scratch serves any number of pipelines, one after the other; it is of one thread at a time.
 */
public final class Scratch implements AutoCloseable {

    /** What a library keeps between calls. */
    interface Context extends AutoCloseable {
        @Override
        void close();
    }

    private static final byte[] NO_BYTES = {};
    private static final int[] NO_INTS = {};
    private static final ByteBuffer NO_ROOM = ByteBuffer.allocateDirect(0);

    private final Map<Class<?>, Context> contexts = new HashMap<>();
    private WordTranspose.@Nullable Tile tile;
    private byte[] rows = NO_BYTES;
    private byte[] planes = NO_BYTES;
    private byte[] input = NO_BYTES;
    private byte[] output = NO_BYTES;
    private int[] table = NO_INTS;
    private ByteBuffer direct = NO_ROOM;
    private ByteBuffer other = NO_ROOM;
    private ByteBuffer stored = NO_ROOM;
    private ByteBuffer heap = ByteBuffer.allocate(0);

    /** Holds nothing yet. */
    public Scratch() {
        // all is made when it is asked for
    }

    /**
     * The memory that this holds at the moment, without what the libraries hold: in steady work at most three times the
     * largest chunk that is encoded, and a little.
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

    /** Frees what is kept. Does nothing the second time. */
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
        direct = NO_ROOM;
        other = NO_ROOM;
        stored = NO_ROOM;
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

    /** Elements, one after the other. */
    byte[] rows(int bytes) {
        if (rows.length < bytes) {
            rows = new byte[bytes];
        }
        return rows;
    }

    /** The same, byte by byte. */
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

    /** All that remains of a buffer, at the start of an array; copied into {@link #input} unless it is there. */
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

    /** Room for a chunk between two filters, empty: in native memory, or the array of {@link #input}. */
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

    /** Room for a chunk as it is stored. */
    public ByteBuffer stored(int bytes) {
        stored = atLeast(stored, bytes);
        return stored.limit(bytes);
    }

    /** Room for what comes out of a filter that is undone; what the one before this has given stays as it is. */
    public ByteBuffer next(int bytes) {
        ByteBuffer room = atLeast(other, bytes);
        other = direct;
        direct = room;
        return room.limit(bytes);
    }

    private static ByteBuffer atLeast(ByteBuffer room, int bytes) {
        ByteBuffer enough = room.capacity() < bytes ? ByteBuffer.allocateDirect(bytes) : room;
        return enough.clear().order(ByteOrder.LITTLE_ENDIAN);
    }
}
