package io.h5sink.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Direct buffers that go round between the publisher's thread, which takes them, and the HDF5 thread, which gives them
 * back. Lock-free; any thread may call any method.
 *
 * <p>Buffers lie outside the heap, so that the C library reads them where they are and a stalled disk never holds up the
 * garbage collector.
 */
public final class BlockPool {

    private final long ceiling;
    private final AtomicLong held = new AtomicLong();
    private final Map<Integer, Queue<ByteBuffer>> free = new ConcurrentHashMap<>();

    /**
     * An empty pool.
     *
     * @param ceiling while more bytes than this are out or free, a buffer that comes back is not kept
     */
    public BlockPool(long ceiling) {
        this.ceiling = ceiling;
    }

    /**
     * Takes a buffer, from those that are free or a new one.
     *
     * @param bytes its capacity
     * @return little-endian, its content undefined
     * @throws OutOfMemoryError if the JVM's limit on direct memory is reached ({@code -XX:MaxDirectMemorySize})
     */
    public ByteBuffer take(int bytes) {
        Queue<ByteBuffer> sameSize = free.get(bytes);
        ByteBuffer buffer = sameSize == null ? null : sameSize.poll();
        if (buffer != null) {
            return buffer;
        }
        // Free buffers of other sizes must not add up with what is in use.
        for (Queue<ByteBuffer> others : free.values()) {
            while (held.get() + bytes > ceiling && forgetOne(others)) {}
        }
        ByteBuffer fresh = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        held.addAndGet(bytes);
        return fresh;
    }

    /**
     * Gives a buffer back. The caller must not touch it afterwards.
     *
     * @param buffer one that {@link #take} gave
     */
    public void give(ByteBuffer buffer) {
        if (held.get() > ceiling) {
            forget(buffer);
        } else {
            free.computeIfAbsent(buffer.capacity(), size -> new ConcurrentLinkedQueue<>())
                    .add(buffer);
        }
    }

    /** Leaves all free buffers to the garbage collector. */
    public void clear() {
        for (Queue<ByteBuffer> buffers : free.values()) {
            while (forgetOne(buffers)) {}
        }
    }

    private boolean forgetOne(Queue<ByteBuffer> buffers) {
        ByteBuffer buffer = buffers.poll();
        if (buffer != null) {
            forget(buffer);
        }
        return buffer != null;
    }

    /**
     * Leaves a buffer to the garbage collector, because someone may still be reading it.
     *
     * @param buffer one that {@link #take} gave
     */
    public void forget(ByteBuffer buffer) {
        held.addAndGet(-buffer.capacity());
    }

    /**
     * The bytes that are out or free.
     *
     * @return bytes
     */
    public long held() {
        return held.get();
    }
}
