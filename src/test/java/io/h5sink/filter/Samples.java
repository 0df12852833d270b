package io.h5sink.filter;

import io.h5sink.filter.codec.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Chunks to try, and the chains to try them on. The same ones in every run. */
public final class Samples {

    /** What a chunk is full of. */
    public enum Content {
        ZEROS,
        RAMP,
        NOISE,
        WALK,
        TEXT
    }

    private Samples() {}

    /** Every method at some levels, with and without shuffle and checksum. */
    public static List<Filtering> chains() {
        List<Filtering> chains = new ArrayList<>();
        for (boolean shuffle : new boolean[] {false, true}) {
            for (boolean fletcher32 : new boolean[] {false, true}) {
                chains.add(new Filtering(Method.NONE, 0, shuffle, fletcher32));
                chains.add(new Filtering(Method.GZIP, 1, shuffle, fletcher32));
                chains.add(new Filtering(Method.GZIP, 6, shuffle, fletcher32));
                chains.add(new Filtering(Method.LZF, 0, shuffle, fletcher32));
                chains.add(new Filtering(Method.ZSTD, 1, shuffle, fletcher32));
                chains.add(new Filtering(Method.ZSTD, 19, shuffle, fletcher32));
                chains.add(new Filtering(Method.LZ4, 0, shuffle, fletcher32));
            }
        }
        return chains;
    }

    /** A chunk, from position 0 to its limit. */
    public static ByteBuffer chunk(Content content, int bytes) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(31L * bytes + content.ordinal());
        byte[] data = new byte[bytes + Long.BYTES];
        ByteBuffer view = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        double walk = 20;
        switch (content) {
            case ZEROS -> {}
            case NOISE -> random.nextBytes(data);
            case RAMP -> {
                for (int i = 0; i < bytes; i += Integer.BYTES) {
                    view.putInt(i, i);
                }
            }
            case WALK -> {
                for (int i = 0; i < bytes; i += Double.BYTES) {
                    walk += random.nextGaussian() / 100;
                    view.putDouble(i, walk);
                }
            }
            case TEXT -> {
                byte[] words = new byte[512];
                random.nextBytes(words);
                for (int i = 0; i < bytes; i += 11) {
                    System.arraycopy(words, 11 * random.nextInt(46), data, i, Math.min(11, data.length - i));
                }
            }
        }
        return chunk.put(data, 0, bytes).flip();
    }

    /** What is between position and limit. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
