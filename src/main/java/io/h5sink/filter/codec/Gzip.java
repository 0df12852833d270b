package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** HDF5 filter 1: a zlib stream (RFC 1950), by the JDK. */
public final class Gzip implements Compressor {

    private static final class Deflating implements Scratch.Context {

        final Deflater deflater = new Deflater();

        @Override
        public void close() {
            deflater.end();
        }
    }

    private static final class Inflating implements Scratch.Context {

        final Inflater inflater = new Inflater();

        @Override
        public void close() {
            inflater.end();
        }
    }

    private final int level;

    public Gzip(int level) {
        this.level = level;
    }

    @Override
    public boolean onHeap() {
        return false;
    }

    @Override
    public boolean encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        Deflater deflater = scratch.context(Deflating.class, Deflating::new).deflater;
        deflater.reset();
        deflater.setLevel(level);
        deflater.setInput(chunk);
        deflater.finish();
        while (!deflater.finished() && out.hasRemaining()) {
            deflater.deflate(out);
        }
        return deflater.finished();
    }

    @Override
    public long decodedSize(ByteBuffer stored, int[] values) {
        return UNKNOWN_SIZE;
    }

    @Override
    public void decode(ByteBuffer stored, int[] values, ByteBuffer chunk, Scratch scratch) {
        inflate(stored, chunk, scratch);
    }

    /** Inflates a stream to its end. */
    static void inflate(ByteBuffer stored, ByteBuffer chunk, Scratch scratch) {
        Inflater inflater = scratch.context(Inflating.class, Inflating::new).inflater;
        inflater.reset();
        inflater.setInput(stored);
        int start = chunk.position();
        try {
            while (!inflater.finished()) { // a finished inflater has checked the stream's checksum
                if (inflater.inflate(chunk) == 0 && !inflater.finished()) {
                    throw new DamagedChunkException("zlib stream: %s %d bytes (expected: %s)"
                            .formatted(
                                    chunk.hasRemaining() ? "breaks off after" : "more than",
                                    chunk.position() - start,
                                    chunk.hasRemaining() ? "its end" : "fewer"));
                }
            }
        } catch (DataFormatException e) {
            throw new DamagedChunkException("zlib stream: " + e.getMessage(), e);
        }
    }
}
