package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Inflater;

/** Memory in which chunks are unpacked, and what inflates them; for one after the other. */
final class SourceScratch implements AutoCloseable {

    private ByteBuffer packed = ByteBuffer.allocateDirect(0);
    private ByteBuffer last = ByteBuffer.allocateDirect(0);
    private ByteBuffer other = ByteBuffer.allocateDirect(0);
    private final Inflater inflater = new Inflater();

    /** Room for a chunk as it is stored. */
    ByteBuffer packed(int bytes) {
        packed = atLeast(packed, bytes);
        return packed.limit(bytes);
    }

    /** Room for what comes out of a filter; what the one before this has given stays as it is. */
    ByteBuffer next(int bytes) {
        ByteBuffer room = atLeast(other, bytes);
        other = last;
        last = room;
        return room.limit(bytes);
    }

    private static ByteBuffer atLeast(ByteBuffer room, int bytes) {
        ByteBuffer enough = room.capacity() < bytes ? ByteBuffer.allocateDirect(bytes) : room;
        return enough.clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Inflates from the start of a stream. */
    Inflater inflater() {
        inflater.reset();
        return inflater;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
