package io.h5sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.judge.H5py.Dataset;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import io.jhdf.HdfFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Streams that are longer than a chunk, and than the memory that they may take, come back whole and in order. */
class ManyRowsTest {

    record Sample(Instant time, long number, double value, float[] vector, short[][] matrix, String text, boolean odd) {

        /** Every component follows from the number, and no two rows are alike. */
        static Sample of(long number) {
            long mixed = mix(number);
            float[] vector = {mixed, number, -number};
            short[][] matrix = {{(short) mixed, (short) number}, {(short) (mixed >> 16), 7}};
            String text = "x".repeat((int) (number % 40)) + number;
            return new Sample(
                    Instant.ofEpochSecond(0, mixed),
                    number,
                    Double.longBitsToDouble(mixed & ~(1L << 62)),
                    vector,
                    matrix,
                    text,
                    number % 2 != 0);
        }

        private static long mix(long number) {
            return (number + 1) * 0x9E37_79B9_7F4A_7C15L;
        }

        H5Record named() {
            return H5Record.of("time", time)
                    .and("number", number)
                    .and("value", value)
                    .and("vector", vector)
                    .and("matrix", matrix)
                    .and("text", text)
                    .and("odd", odd);
        }

        Map<String, Object> map() {
            return named().toMap();
        }
    }

    private enum Form {
        RECORD(UnaryOperator.identity()),
        NAMED(sample -> ((Sample) sample).named()),
        MAP(sample -> ((Sample) sample).map());

        final Function<Object, Object> of;

        Form(UnaryOperator<Object> of) {
            this.of = of;
        }
    }

    @TempDir
    Path directory;

    private static List<Object> column(int rows, Function<Sample, Object> component) {
        return IntStream.range(0, rows)
                .mapToObj(i -> component.apply(Sample.of(i)))
                .toList();
    }

    private static List<Object> elements(int rows, Function<Sample, List<Object>> component) {
        return IntStream.range(0, rows)
                .mapToObj(i -> component.apply(Sample.of(i)))
                .flatMap(List::stream)
                .toList();
    }

    private static void assertComplete(Path file, int rows) {
        H5py seen = H5py.read(file);
        assertThat(seen.datasets().values()).extracting(Dataset::shape).allMatch(s -> s.startsWith("(" + rows + ","));
        assertThat(seen.values("/time")).isEqualTo(column(rows, s -> Sample.mix(s.number())));
        assertThat(seen.values("/number")).isEqualTo(column(rows, Sample::number));
        assertThat(seen.values("/value")).isEqualTo(column(rows, Sample::value));
        assertThat(seen.values("/text")).isEqualTo(column(rows, Sample::text));
        assertThat(seen.values("/odd")).isEqualTo(column(rows, Sample::odd));
        assertThat(seen.values("/vector")).isEqualTo(elements(rows, s -> Extremes.list(s.vector())));
        assertThat(seen.values("/matrix"))
                .isEqualTo(elements(
                        rows,
                        s -> java.util.stream.Stream.of(s.matrix())
                                .flatMap(row -> Extremes.list(row).stream())
                                .toList()));
    }

    @ParameterizedTest
    @CsvSource({
        // rows, rows of a chunk, bytes of memory
        "RECORD, 1000, 16, 67108864",
        "NAMED, 1000, 16, 67108864",
        "MAP, 1000, 16, 67108864",
        "RECORD, 1000, 1, 67108864",
        "NAMED, 1000, 1, 67108864",
        "RECORD, 997, 333, 4096",
        "NAMED, 997, 333, 4096",
        "RECORD, 512, 512, 67108864",
        "RECORD, 513, 512, 67108864",
        "NAMED, 513, 512, 67108864",
        "RECORD, 100, 1000000, 67108864",
    })
    void chunksOfAGivenNumberOfRows(Form form, int rows, int chunkRows, long memory) {
        Path file = directory.resolve("data.h5");

        WriteSummary summary = Run.write(
                H5Writer.to(file).chunkRows(chunkRows).memory(memory),
                Flux.range(0, rows).map(i -> form.of.apply(Sample.of(i))));

        assertThat(summary.records()).isEqualTo(rows);
        assertThat(H5py.read(file).at("/matrix").chunks()).isEqualTo("(" + chunkRows + ", 2, 2)");
        assertComplete(file, rows);
    }

    @ParameterizedTest
    @CsvSource({"RECORD", "NAMED", "MAP"})
    void chunksAsTheyAreMadeWithoutBeingAskedFor(Form form) {
        Path file = directory.resolve("data.h5");
        int rows = 40_000;

        Run.write(
                H5Writer.to(file),
                Flux.range(0, rows).map(i -> form.of.apply(Sample.of(i))).subscribeOn(Schedulers.parallel()));

        assertComplete(file, rows);
    }

    @Test
    void jhdfReadsThemToo() {
        Path file = directory.resolve("data.h5");
        int rows = 1000;

        Run.write(H5Writer.<Sample>to(file).chunkRows(16), Flux.range(0, rows).map(Sample::of));

        try (HdfFile hdf = new HdfFile(file)) {
            Function<String, Object> data = path -> hdf.getDatasetByPath(path).getData();
            assertThat(Extremes.list(data.apply("value"))).isEqualTo(column(rows, Sample::value));
            assertThat(Extremes.list(data.apply("text"))).isEqualTo(column(rows, Sample::text));
            float[][] vectors = (float[][]) data.apply("vector");
            short[][][] matrices = (short[][][]) data.apply("matrix");
            for (int i = 0; i < rows; i++) {
                assertThat(vectors[i]).isEqualTo(Sample.of(i).vector());
                assertThat(matrices[i]).isDeepEqualTo(Sample.of(i).matrix());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"RECORD", "NAMED"})
    void memoryThatIsFullOfBlocksFilledInPartDoesNotWaitForACommit(Form form) {
        Path file = directory.resolve("data.h5");
        int rows = 200;

        Run.write(
                H5Writer.to(file).memory(4096).commitEvery(Duration.ofHours(1)),
                Flux.range(0, rows).map(i -> form.of.apply(Sample.of(i))));

        assertComplete(file, rows);
    }

    @Test
    void aSlowStreamOfManyCommitsEndsUpTheSame() {
        Path file = directory.resolve("data.h5");
        int rows = 300;

        WriteSummary summary = Run.write(
                H5Writer.<Sample>to(file).chunkRows(64).commitEvery(7),
                Flux.range(0, rows).map(Sample::of));

        assertThat(summary.commits()).isEqualTo(rows / 7 + 1);
        assertComplete(file, rows);
    }
}
