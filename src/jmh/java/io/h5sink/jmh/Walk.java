package io.h5sink.jmh;

import io.h5sink.Compression;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;

/**
 * Doubles as sensors have them: walks that are rounded to what each sensor resolves. They are kept in a file, one column after the
 * other, so that Python has the same; a stream goes through them again and again.
 */
final class Walk {

    /** A power of two. */
    static final int ROWS = 1 << 20;

    private static final int COLUMNS = 4;

    /** What a record takes. */
    static final int BYTES = COLUMNS * Double.BYTES;

    private Walk() {}

    /**
     * A record of four sensors.
     *
     * @param a degrees, to a hundredth
     * @param b hectopascals, to a tenth
     * @param c volts of a converter of 12 bits
     * @param d micrometres, to a thousandth, with more noise than walk
     */
    public record Sample(double a, double b, double c, double d) {}

    /**
     * A record of one sensor, read a thousand times.
     *
     * @param values of one column of {@link Sample}
     */
    public record Spectrum(double[] values) {
        static final int VALUES = 1 << 10;
        static final int BYTES = VALUES * Double.BYTES;
    }

    /** Writes the file. */
    static void create(Path file) throws IOException {
        Random random = new Random(5);
        double[] at = {20, 1013.2, 2.5, 500};
        double[] step = {0.01, 0.05, 0.002, 0.05};
        double[] unit = {100, 10, 4096 / 5.0, 1000};
        ByteBuffer bytes = ByteBuffer.allocate(COLUMNS * ROWS * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 0; column < COLUMNS; column++) {
            for (int row = 0; row < ROWS; row++) {
                at[column] += step[column] * random.nextGaussian();
                bytes.putDouble(Math.rint(at[column] * unit[column]) / unit[column]);
            }
        }
        Files.write(file, bytes.array());
    }

    /** A session that compresses what is in the file. */
    static Work work(String method, Path file) {
        double[][] columns = read(file);
        return Works.sink(
                records -> Flux.from(new Source<>(records, i -> sample(columns, i))),
                builder -> builder.compression(compression(method)));
    }

    /** The same numbers in records that are arrays, which are ready as Python's are. */
    static Work spectra(String method, Path file) {
        Spectrum[] spectra = Arrays.stream(read(file))
                .flatMap(column -> IntStream.range(0, ROWS / Spectrum.VALUES)
                        .mapToObj(i -> Arrays.copyOfRange(column, i * Spectrum.VALUES, (i + 1) * Spectrum.VALUES)))
                .map(Spectrum::new)
                .toArray(Spectrum[]::new);
        return Works.sink(
                records -> Flux.from(new Source<>(records, i -> spectra[i & spectra.length - 1])),
                builder -> builder.compression(compression(method)));
    }

    private static Compression compression(String method) {
        return switch (method) {
            case "gzip" -> Compression.gzip(1);
            case "zstd" -> Compression.zstd(3);
            case "lz4" -> Compression.lz4();
            case "lzf" -> Compression.lzf();
            default -> Compression.none();
        };
    }

    /** A record, from columns that go round. */
    static Sample sample(double[][] columns, int i) {
        int row = i & ROWS - 1;
        return new Sample(columns[0][row], columns[1][row], columns[2][row], columns[3][row]);
    }

    static double[][] read(Path file) {
        double[][] columns = new double[COLUMNS][ROWS];
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            DoubleBuffer values = bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
            for (double[] column : columns) {
                values.get(column);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return columns;
    }
}
