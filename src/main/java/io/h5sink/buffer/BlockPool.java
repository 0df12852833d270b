package io.h5sink.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A pool of direct buffers: the publisher's thread takes buffers, and the writer thread gives them back. Lock-free; any thread may call any
 * method.
 *
 * <p>Direct buffers lie outside the heap, so that the C library reads them without a copy and a stalled disk never holds up the garbage
 * collector.
 */
public final class BlockPool {

    private final long ceiling;
    private final AtomicLong held = new AtomicLong();
    private final Map<Integer, Queue<ByteBuffer>> free = new ConcurrentHashMap<>();

    /**
     * An empty pool.
     *
     * @param ceiling the number of bytes in use or free above which a returned buffer is not kept
     */
    public BlockPool(long ceiling) {
        this.ceiling = ceiling;
    }

    /**
     * Takes a free buffer of the given capacity, or allocates one.
     *
     * @param bytes the capacity
     * @return a little-endian buffer of undefined content
     * @throws OutOfMemoryError if the JVM's limit on direct memory is reached ({@code -XX:MaxDirectMemorySize})
     */
    public ByteBuffer take(int bytes) {
        Queue<ByteBuffer> sameSize = free.get(bytes);
        ByteBuffer buffer = sameSize == null ? null : sameSize.poll();
        if (buffer != null) {
            return buffer;
        }
        // Free buffers of other sizes must not raise the sum beyond the ceiling.
        for (Queue<ByteBuffer> others : free.values()) {
            while (held.get() + bytes > ceiling && forgetOne(others)) {}
        }
        ByteBuffer allocated = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        held.addAndGet(bytes);
        return allocated;
    }

    /**
     * Returns a buffer to the pool. The caller must not use the buffer afterwards.
     *
     * @param buffer a buffer that {@link #take} returned
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
     * Leaves a buffer to the garbage collector, because another thread may still be reading the buffer.
     *
     * @param buffer a buffer that {@link #take} returned
     */
    public void forget(ByteBuffer buffer) {
        held.addAndGet(-buffer.capacity());
    }

    /**
     * The capacity of all buffers, in use or free.
     *
     * @return bytes
     */
    public long held() {
        return held.get();
    }
}
