package io.h5sink.storage;

import java.nio.ByteBuffer;

/** Memory for a chunk as it is and for one as it is stored, kept for the next ones. One thread at a time. */
public final class ChunkBuffers {

    private ByteBuffer raw = ByteBuffer.allocateDirect(0);
    private ByteBuffer stored = ByteBuffer.allocateDirect(0);

    /** Room for the bytes of a chunk, with what was there before. */
    public ByteBuffer raw(int bytes) {
        raw = enough(raw, bytes);
        return raw;
    }

    /** Room for what the filters made of them. */
    public ByteBuffer stored(int bytes) {
        stored = enough(stored, bytes);
        return stored;
    }

    private static ByteBuffer enough(ByteBuffer room, int bytes) {
        ByteBuffer enough = room.capacity() < bytes ? ByteBuffer.allocateDirect(bytes) : room;
        return enough.clear().limit(bytes);
    }
}
