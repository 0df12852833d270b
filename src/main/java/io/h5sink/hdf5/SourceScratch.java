package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Inflater;

/** Memory in which chunks are unpacked, and what inflates them; for one after the other. */
final class SourceScratch implements AutoCloseable {

    private ByteBuffer packed = ByteBuffer.allocateDirect(0);
    private ByteBuffer one = packed;
    private ByteBuffer two = packed;
    private final Inflater inflater = new Inflater();

    /** Room for a chunk as it is stored. */
    ByteBuffer packed(int bytes) {
        packed = atLeast(packed, bytes);
        return packed.limit(bytes);
    }

    /** Room for what comes out of a filter: another than that for what goes into it. */
    ByteBuffer beside(ByteBuffer other, int bytes) {
        if (other == one) {
            two = atLeast(two, bytes);
            return two.limit(bytes);
        }
        one = atLeast(one, bytes);
        return one.limit(bytes);
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
