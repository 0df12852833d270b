package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/** HDF5 filter 32000, as h5py registered it: the whole chunk as one run of liblzf's format, without a header. */
public final class Lzf implements Compressor {

    @Override
    public boolean onHeap() {
        return true;
    }

    @Override
    public boolean encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        int bytes = chunk.remaining();
        int capacity = out.remaining();
        byte[] output = scratch.output(capacity + LzfFormat.SPARE);
        int length = LzfFormat.compress(scratch.array(chunk), bytes, output, capacity, scratch.table(LzfFormat.TABLE));
        if (length == 0) {
            return false;
        }
        out.put(output, 0, length);
        return true;
    }

    /** h5py's filter notes the size of a chunk in its third client value. */
    @Override
    public long decodedSize(ByteBuffer stored, int[] values) {
        return values.length > 2 ? values[2] : -1;
    }

    @Override
    public void decode(ByteBuffer stored, int[] values, ByteBuffer out, Scratch scratch) {
        int bytes = stored.remaining();
        int expected = out.remaining();
        byte[] output = scratch.output(expected);
        LzfFormat.decompress(scratch.array(stored), bytes, output, expected);
        out.put(output, 0, expected);
    }
}
