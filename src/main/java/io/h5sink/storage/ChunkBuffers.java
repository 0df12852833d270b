package io.h5sink.storage;

import java.nio.ByteBuffer;

/**
 * Buffers for a chunk's raw bytes, for its filtered bytes, and for some of its rows, which are reused for the following chunks. One thread
 * at a time.
 */
public final class ChunkBuffers {

    private ByteBuffer raw = ByteBuffer.allocateDirect(0);
    private ByteBuffer stored = ByteBuffer.allocateDirect(0);
    private ByteBuffer part = ByteBuffer.allocateDirect(0);

    /** The buffer for a chunk's raw bytes; the old content stays unless the buffer grows. */
    public ByteBuffer raw(int bytes) {
        raw = enough(raw, bytes);
        return raw;
    }

    /** The buffer for a chunk's bytes after the filters. */
    public ByteBuffer stored(int bytes) {
        stored = enough(stored, bytes);
        return stored;
    }

    /** The buffer for some rows of a chunk; the old content stays unless the buffer grows. */
    public ByteBuffer part(int bytes) {
        part = enough(part, bytes);
        return part;
    }

    private static ByteBuffer enough(ByteBuffer buffer, int bytes) {
        ByteBuffer enough = buffer.capacity() < bytes ? ByteBuffer.allocateDirect(bytes) : buffer;
        return enough.clear().limit(bytes);
    }
}
