package io.h5sink.filter;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The memory of the coded chunks of one line, which goes round. Whoever calls a method has the lock of the workers. */
final class CodedMemory {

    private final Map<Integer, Deque<ByteBuffer>> free = new HashMap<>();
    private long ceiling;

    /** Bytes that are out, and those that are out or free. */
    private long out;

    private long held;

    /** With a ceiling on what may be out, in bytes. */
    CodedMemory(long ceiling) {
        this.ceiling = ceiling;
    }

    /** Whether a chunk may be had now; the first one always. */
    boolean has(int bytes) {
        return out == 0 || out + bytes <= ceiling;
    }

    /**
     * Takes room for a chunk.
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

    /** Tries for no more than there is now; false if there is nothing. */
    boolean makeDo() {
        if (out > 0) {
            ceiling = out;
        }
        return out > 0;
    }

    /** What is in use or kept, in bytes. */
    long bytes() {
        return held;
    }

    /** Leaves what is free to the collector. */
    void clear() {
        free.clear();
    }
}
