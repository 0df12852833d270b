package io.h5sink.codec;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** HDF5 filter 1: a zlib stream (RFC 1950), by the JDK. */
final class Gzip implements Compressor {

    private static final class Deflating implements Scratch.Context {

        final Deflater deflater = new Deflater();

        @Override
        public void close() {
            deflater.end();
        }
    }

    private static final class Inflating implements Scratch.Context {

        final Inflater inflater = new Inflater();
        final byte[] beyond = new byte[1];

        @Override
        public void close() {
            inflater.end();
        }
    }

    private final int level;

    Gzip(int level) {
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
    public void decode(ByteBuffer stored, ByteBuffer out, Scratch scratch) {
        inflate(stored, out, scratch);
    }

    static void inflate(ByteBuffer stored, ByteBuffer out, Scratch scratch) {
        Inflating inflating = scratch.context(Inflating.class, Inflating::new);
        Inflater inflater = inflating.inflater;
        inflater.reset();
        inflater.setInput(stored);
        int expected = out.remaining();
        try {
            while (out.hasRemaining() && inflater.inflate(out) > 0) {
                // goes on as long as something comes
            }
            // The end of the stream, with its checksum, is looked at only when more is asked for.
            boolean more = !inflater.finished() && inflater.inflate(inflating.beyond, 0, 1) > 0;
            if (more || !inflater.finished() || out.hasRemaining()) {
                throw new DamagedChunkException("zlib stream: %s %d bytes (expected: %d)"
                        .formatted(
                                more ? "more than" : inflater.finished() ? "ends after" : "breaks off after",
                                expected - out.remaining(),
                                expected));
            }
        } catch (DataFormatException e) {
            throw new DamagedChunkException("zlib stream: " + e.getMessage(), e);
        }
    }
}
