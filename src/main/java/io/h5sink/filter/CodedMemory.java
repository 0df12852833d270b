package io.h5sink.filter;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory of the coded chunks of one line of the {@link FilterExecutor}, which reuses buffers. Callers hold the lock of the {@link
 * FilterExecutor}.
 */
final class CodedMemory {

    private final Map<Integer, Deque<ByteBuffer>> free = new HashMap<>();
    private long ceiling;

    /** Bytes that are in use; {@link #held} counts also the free ones. */
    private long out;

    private long held;

    /** Memory with a ceiling on the bytes in use. */
    CodedMemory(long ceiling) {
        this.ceiling = ceiling;
    }

    /** Whether a chunk of that size may get memory now, as the only one always may. */
    boolean has(int bytes) {
        return out == 0 || out + bytes <= ceiling;
    }

    /**
     * Takes memory for a chunk.
     *
     * @throws OutOfMemoryError if the JVM has none
     */
    ByteBuffer take(int bytes) {
        Deque<ByteBuffer> sameSize = free.get(bytes);
        ByteBuffer buffer = sameSize == null ? null : sameSize.poll();
        if (buffer == null) {
            for (Deque<ByteBuffer> others : free.values()) {
                while (held + bytes > ceiling && !others.isEmpty()) {
                    held -= others.remove().capacity();
                }
            }
            buffer = ByteBuffer.allocateDirect(bytes);
            held += bytes;
        }
        out += bytes;
        return buffer.clear();
    }

    void give(ByteBuffer buffer) {
        out -= buffer.capacity();
        free.computeIfAbsent(buffer.capacity(), size -> new ArrayDeque<>()).add(buffer);
    }

    /** Lowers the ceiling to the bytes in use now; false if there are none. */
    boolean makeDo() {
        if (out > 0) {
            ceiling = out;
        }
        return out > 0;
    }

    /** The memory in use and the memory kept for reuse, in bytes. */
    long bytes() {
        return held;
    }

    /** Leaves free buffers to the garbage collector. */
    void clear() {
        free.clear();
    }
}
