package io.h5sink.filter.codec;

import com.intel.gkl.compression.IntelDeflater;
import java.nio.ByteBuffer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.Adler32;

/**
 * HDF5 filter 1 by Intel ISA-L, through the Genomics Kernel Library: its deflate stream, between a zlib header and a
 * checksum (RFC 1950). The library deflates arrays from their start, and nothing else.
 */
public final class IsaL implements Compressor {

    /** Deflate with a window of 32 KiB; fastest; no dictionary. */
    private static final short HEADER = 0x7801;

    /** The library's second level comes closer to the size of zlib's level 1 than its first, and is about as fast. */
    private static final int LEVEL = 2;

    private static final int FRAME_BYTES = 2 + Integer.BYTES;

    /** A chunk that grows is found by its length; a full output is an exception of the library. */
    private static final int SPARE_BYTES = 1 << 10;

    /** Where the library logs, unless commons-logging, through which it does, is told another place. */
    private static final Logger LOADER = Logger.getLogger("com.intel.gkl.NativeLibraryLoader");

    private static final class IsaLDeflating implements Scratch.Context {

        final IntelDeflater deflater = new IntelDeflater(LEVEL, true);
        final Adler32 adler = new Adler32();

        @Override
        public void close() {
            deflater.end();
        }
    }

    /**
     * Loads the library.
     *
     * @throws IllegalStateException if it is not made for this machine
     */
    public IsaL() {
        Level before = LOADER.getLevel();
        if (before == null) {
            LOADER.setLevel(Level.WARNING); // the library tells that it is loaded, which nobody has asked
        }
        try {
            if (!new IntelDeflater(LEVEL, true).load(null)) {
                throw new IllegalStateException("gkl has no ISA-L for this machine");
            }
        } finally {
            LOADER.setLevel(before);
        }
    }

    @Override
    public boolean onHeap() {
        return true;
    }

    @Override
    public boolean encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        int room = out.remaining() - FRAME_BYTES;
        if (room <= 0 || !chunk.hasRemaining()) {
            return false;
        }
        IsaLDeflating deflating = scratch.context(IsaLDeflating.class, IsaLDeflating::new);
        int bytes = chunk.remaining();
        byte[] input = scratch.array(chunk);
        byte[] output = scratch.output(bytes + bytes / 8 + SPARE_BYTES);
        IntelDeflater deflater = deflating.deflater;
        deflater.reset();
        deflater.setInput(input, 0, bytes);
        deflater.finish();
        int deflated = deflater.deflate(output, 0, output.length);
        if (!deflater.finished() || deflated > room) {
            return false;
        }
        deflating.adler.reset();
        deflating.adler.update(input, 0, bytes);
        int sum = (int) deflating.adler.getValue();
        out.put((byte) (HEADER >>> 8)).put((byte) HEADER).put(output, 0, deflated);
        out.put((byte) (sum >>> 24))
                .put((byte) (sum >>> 16))
                .put((byte) (sum >>> 8))
                .put((byte) sum);
        return true;
    }

    @Override
    public long decodedSize(ByteBuffer stored, int[] values) {
        return UNTOLD;
    }

    @Override
    public void decode(ByteBuffer stored, int[] values, ByteBuffer chunk, Scratch scratch) {
        Gzip.inflate(stored, chunk, scratch);
    }
}
