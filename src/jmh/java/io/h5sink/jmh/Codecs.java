package io.h5sink.jmh;

import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.Filtering;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;

/**
 * Prints how fast each codec makes chunks of 1 MiB on one core, and how small, against the JDK's deflate of level 1 over chunks
 * that were shuffled before the clock started. All take turns in each round; medians count, ratios are taken within a round.
 * Arguments: {@code [rounds]}.
 */
public final class Codecs {

    private static final int CHUNK_BYTES = 1 << 20;

    /** What takes part: codes all chunks once, and returns the size of what came out. */
    private interface Turn {
        long run(List<ByteBuffer> chunks);
    }

    private static final List<Filtering> FILTERINGS = List.of(
            new Filtering(Method.GZIP, 1, true, false),
            new Filtering(Method.GZIP, 2, true, false),
            new Filtering(Method.GZIP, 6, true, false),
            new Filtering(Method.LZF, 0, true, false),
            new Filtering(Method.ZSTD, 1, true, false),
            new Filtering(Method.ZSTD, 3, true, false),
            new Filtering(Method.LZ4, 0, true, false),
            new Filtering(Method.GZIP, 1, false, false),
            new Filtering(Method.ZSTD, 1, false, false),
            new Filtering(Method.ZSTD, 1, true, true),
            new Filtering(Method.NONE, 0, false, true));

    private Codecs() {}

    /**
     * Runs the benchmark.
     *
     * @param args rounds
     */
    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        for (int element : new int[] {8, 4}) {
            List<ByteBuffer> chunks = List.of(walk(1, element), walk(2, element), walk(3, element), walk(4, element));
            Map<String, Turn> turns = turns(element, chunks);
            Map<String, double[]> speeds = new LinkedHashMap<>();
            Map<String, Long> sizes = new LinkedHashMap<>();
            for (int round = -2; round < rounds; round++) {
                for (Map.Entry<String, Turn> turn : turns.entrySet()) {
                    long start = System.nanoTime();
                    long runs = 0;
                    long elapsed = 0;
                    while (elapsed < 200_000_000L) {
                        sizes.put(turn.getKey(), turn.getValue().run(chunks));
                        runs++;
                        elapsed = System.nanoTime() - start;
                    }
                    if (round >= 0) {
                        speeds.computeIfAbsent(turn.getKey(), each -> new double[rounds])[round] =
                                1e3 * runs * chunks.size() * CHUNK_BYTES / elapsed;
                    }
                }
            }
            print(element, rounds, speeds, sizes, (long) chunks.size() * CHUNK_BYTES);
        }
    }

    private static Map<String, Turn> turns(int element, List<ByteBuffer> chunks) {
        Map<String, Turn> turns = new LinkedHashMap<>();
        turns.put("JDK deflate 1, shuffled before", jdk(element, chunks));
        Scratch scratch = new Scratch();
        for (Filtering filtering : FILTERINGS) {
            FilterPipeline pipeline = FilterPipeline.of(filtering, element, CHUNK_BYTES);
            ByteBuffer out = ByteBuffer.allocateDirect(pipeline.bound());
            turns.put(name(filtering), each -> {
                long bytes = 0;
                for (ByteBuffer chunk : each) {
                    pipeline.encode(chunk.clear(), out.clear(), scratch);
                    bytes += out.position();
                }
                return bytes;
            });
        }
        FilterPipeline zstd = FilterPipeline.of(new Filtering(Method.ZSTD, 1, true, false), element, CHUNK_BYTES);
        List<ByteBuffer> stored = chunks.stream()
                .map(chunk -> {
                    ByteBuffer out = ByteBuffer.allocateDirect(zstd.bound());
                    zstd.encode(chunk.clear(), out, scratch);
                    return out.flip();
                })
                .toList();
        turns.put("reading zstd 1, shuffle", each -> {
            long bytes = 0;
            for (ByteBuffer chunk : stored) {
                zstd.decode(chunk.duplicate(), 0, CHUNK_BYTES, scratch);
                bytes += chunk.remaining();
            }
            return bytes;
        });
        return turns;
    }

    private static Turn jdk(int element, List<ByteBuffer> chunks) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        ByteBuffer out = ByteBuffer.allocateDirect(2 * CHUNK_BYTES);
        List<ByteBuffer> shuffled =
                chunks.stream().map(chunk -> shuffled(chunk, element)).toList();
        return each -> {
            long bytes = 0;
            for (ByteBuffer chunk : shuffled) {
                deflater.reset();
                deflater.setInput(chunk.clear());
                deflater.finish();
                bytes += deflater.deflate(out.clear());
            }
            return bytes;
        };
    }

    private static ByteBuffer shuffled(ByteBuffer chunk, int element) {
        ByteBuffer shuffled = ByteBuffer.allocateDirect(CHUNK_BYTES);
        int count = CHUNK_BYTES / element;
        for (int i = 0; i < CHUNK_BYTES; i++) {
            shuffled.put(i % element * count + i / element, chunk.get(i));
        }
        return shuffled;
    }

    /** Readings of a sensor that drifts, with noise in the last digits. */
    private static ByteBuffer walk(int seed, int element) {
        Random random = new Random(seed);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        double walk = 20;
        while (chunk.hasRemaining()) {
            walk += random.nextGaussian() / 100;
            if (element == Double.BYTES) {
                chunk.putDouble(walk);
            } else {
                chunk.putFloat((float) walk);
            }
        }
        return chunk.clear();
    }

    private static String name(Filtering filtering) {
        return filtering.method().name().toLowerCase(Locale.ROOT)
                + (filtering.level() > 0 ? " " + filtering.level() : "")
                + (filtering.shuffle() ? ", shuffle" : "")
                + (filtering.fletcher32() ? ", fletcher32" : "");
    }

    private static void print(
            int element, int rounds, Map<String, double[]> speeds, Map<String, Long> sizes, long raw) {
        double[] base = speeds.values().iterator().next();
        System.out.printf(
                "%nelements of %d bytes, %d rounds, Java %s, one core%n%n%-32s %26s %26s %10s%n",
                element,
                rounds,
                Runtime.version().feature(),
                "",
                "MB/s, median (min … max)",
                "× JDK deflate 1",
                "raw/stored");
        speeds.forEach((name, own) -> {
            double[] ratios = new double[rounds];
            Arrays.setAll(ratios, i -> own[i] / base[i]);
            System.out.printf(
                    "%-32s %26s %26s %10.2f%n",
                    name,
                    summary(own, "%.0f (%.0f … %.0f)"),
                    summary(ratios, "%.2f (%.2f … %.2f)"),
                    (double) raw / sizes.get(name));
        });
    }

    private static String summary(double[] values, String format) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(format, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
