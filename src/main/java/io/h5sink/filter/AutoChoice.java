package io.h5sink.filter;

import io.h5sink.filter.codec.Gzip;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.filter.codec.Shuffle;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/**
 * Chooses the filters of a column's chunks by the column's first values. The same sample always gives the same choice, whatever libraries
 * are installed.
 */
public final class AutoChoice {

    /** The least size of a sample, in bytes, that is judged. */
    private static final int LEAST = 256;

    private static final int SLICES = 4;
    private static final int SLICE_BYTES = 1 << 14;

    /** Compression that takes away less than a twentieth is not worth its time. */
    private static final double WORTH = 0.95;

    private AutoChoice() {}

    /**
     * Chooses. A sample of less than 256 bytes is taken for compressible. From a larger one up to four slices of 16 KiB, evenly
     * spread, are deflated (zlib, level 1) with and without shuffle: if the better of the two is not at least 5% smaller, chunks
     * stay as they are; else they are compressed, and shuffled if that is no worse.
     *
     * @param method the method, if compression is worth its time
     * @param level its level
     * @param sample raw bytes from position to limit, which do not move
     * @param elementBytes the size of an element's type; elements of one byte are never shuffled
     * @return the choice, without a checksum
     */
    public static Filtering of(Method method, int level, ByteBuffer sample, int elementBytes) {
        boolean several = elementBytes > 1;
        if (sample.remaining() < LEAST) {
            return new Filtering(method, level, several, false);
        }
        try (Scratch scratch = new Scratch()) {
            ByteBuffer slices = slices(sample, elementBytes);
            int plain = deflated(slices, scratch);
            int shuffled = several ? deflated(shuffled(slices, elementBytes, scratch), scratch) : Integer.MAX_VALUE;
            return Math.min(plain, shuffled) > WORTH * slices.remaining()
                    ? Filtering.PLAIN
                    : new Filtering(method, level, shuffled <= plain, false);
        }
    }

    /** Slices of the sample, of whole elements if the sample has any. */
    private static ByteBuffer slices(ByteBuffer sample, int elementBytes) {
        int bytes = sample.remaining();
        int slice = Math.max(SLICE_BYTES / elementBytes, 1) * elementBytes;
        if (bytes / SLICES <= slice) {
            return sample.slice(sample.position(), Math.min(bytes, SLICES * SLICE_BYTES));
        }
        ByteBuffer slices = ByteBuffer.allocate(SLICES * slice);
        int last = (bytes - slice) / elementBytes;
        for (int i = 0; i < SLICES; i++) {
            int from = (int) ((long) last * i / (SLICES - 1)) * elementBytes;
            slices.put(i * slice, sample, sample.position() + from, slice);
        }
        return slices;
    }

    private static ByteBuffer shuffled(ByteBuffer slices, int elementBytes, Scratch scratch) {
        ByteBuffer shuffled = ByteBuffer.allocate(slices.remaining());
        Shuffle.encode(slices.duplicate(), shuffled, elementBytes, scratch);
        return shuffled.flip();
    }

    private static int deflated(ByteBuffer bytes, Scratch scratch) {
        ByteBuffer out = ByteBuffer.allocate(bytes.remaining());
        return new Gzip(Deflater.BEST_SPEED).encode(bytes.duplicate(), out, scratch) ? out.position() : out.capacity();
    }
}
