package io.h5sink.append;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.H5py;
import io.h5sink.judge.H5py.Dataset;
import io.h5sink.judge.Python;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** A later run goes on where the file ends, whoever wrote it. */
class AppendTest {

    record Row(long number, String text, float[] vector) {
        static Row of(long number) {
            return new Row(number, "row " + number, new float[] {number, -number});
        }

        H5Record named() {
            return H5Record.of("number", number).and("text", text).and("vector", vector);
        }
    }

    private static final Foreign.Type INT64 = Foreign.integer(8, true, false);
    private static final Foreign.Type TEXT = Foreign.string(0, NULLTERM, true);

    @TempDir
    Path directory;

    private static Flux<Row> rows(long first, long count) {
        return Flux.fromStream(() -> LongStream.range(first, first + count).mapToObj(Row::of));
    }

    private static List<Object> numbers(long count) {
        return LongStream.range(0, count).<Object>mapToObj(i -> i).toList();
    }

    private static void assertRows(Path file, long count) {
        H5py seen = H5py.read(file);
        assertThat(seen.values("/number")).isEqualTo(numbers(count));
        assertThat(seen.values("/text"))
                .isEqualTo(numbers(count).stream().map(i -> "row " + i).toList());
        assertThat(seen.values("/vector"))
                .isEqualTo(LongStream.range(0, count)
                        .boxed()
                        .flatMap(i -> LongStream.of(i, -i).<Object>mapToObj(x -> (float) x))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 64})
    void runsFillUpTheLastChunkOfTheRunBefore(int chunkRows) {
        Path file = directory.resolve("data.h5");
        long written = 0;
        for (long run : new long[] {5, 16, 3, 0, 40, 1, 63, 64}) {
            WriteSummary summary = Run.write(H5Writer.<Row>to(file).chunkRows(chunkRows), rows(written, run));
            written += run;
            assertThat(summary.records()).isEqualTo(run);
            assertThat(summary.rows().values()).allMatch(List.of(written)::contains);
        }

        assertRows(file, written);
        assertThat(H5py.read(file).at("/vector").chunks()).isEqualTo("(" + chunkRows + ", 2)");
    }

    @Test
    void namedQuantitiesAndMapsGoOnWithTheColumnsOfRecords() {
        Path file = directory.resolve("data.h5");

        Run.write(H5Writer.<Row>to(file).chunkRows(16), rows(0, 21));
        Run.write(H5Writer.to(file), rows(21, 30).map(Row::named));
        Run.write(H5Writer.to(file), rows(51, 13).map(row -> row.named().toMap()));
        Run.write(H5Writer.<Row>to(file), rows(64, 1));

        assertRows(file, 65);
    }

    @Test
    void aDatasetKeepsTheChunksThatItHas() {
        Path file = directory.resolve("data.h5");

        Run.write(H5Writer.<Row>to(file).chunkRows(16), rows(0, 3));
        Run.write(H5Writer.<Row>to(file).chunkRows(100), rows(3, 200));

        assertRows(file, 203);
        assertThat(H5py.read(file).at("/number").chunks()).isEqualTo("(16,)");
    }

    private static ForeignDataset grows(long file, String path, Foreign.Type type, int rows) {
        return new ForeignDataset(file, path, type).shape(rows).maximum(ForeignDataset.UNLIMITED);
    }

    private static void one(long file, String path, Foreign.Type type, Object value) throws HDF5Exception {
        grows(file, path, type, 1).chunk(1024).with(List.of(value));
    }

    private static Arguments[] datasets() {
        return new Arguments[] {
            made(false, 0, dataset -> dataset.chunk(1000)),
            made(false, 999, dataset -> dataset.chunk(1000)),
            made(true, 1000, dataset -> dataset.chunk(1000)),
            made(true, 1001, dataset -> dataset.chunk(1000)),
            made(false, 7, dataset -> dataset.chunk(300_000)),
            made(false, 1500, dataset -> dataset.chunk(1000).gzip(4)),
            made(true, 1500, dataset -> dataset.chunk(1000).gzip(4)),
            made(false, 7, dataset -> dataset.chunk(300_000).gzip(4)),
            made(
                    true,
                    100,
                    dataset -> dataset.chunk(64).property(H5::H5Pset_shuffle).property(H5::H5Pset_fletcher32)),
            made(true, 3, dataset -> dataset.chunk(1024).fill(-1)),
            made(
                    true,
                    3,
                    dataset -> dataset.chunk(1024)
                            .property(creation -> H5.H5Pset_obj_track_times(creation, true))
                            .property(creation -> H5.H5Pset_attr_creation_order(creation, 3))),
        };
    }

    private static Arguments made(boolean latest, int before, UnaryOperator<ForeignDataset> how) {
        return Arguments.of(latest, before, how);
    }

    @ParameterizedTest(name = "latest: {0}, rows before: {1}")
    @MethodSource("datasets")
    void aDatasetThatOthersMadeGrows(boolean latest, int before, UnaryOperator<ForeignDataset> how) {
        Path file = directory.resolve("h5py.h5");
        Foreign.make(
                file,
                latest,
                f -> how.apply(grows(f, "number", INT64, before))
                        .with(IntStream.range(0, before).toArray()));
        long after = 2345;

        Run.write(H5Writer.to(file).commitEvery(500), rows(before, after).map(row -> Map.of("number", row.number())));

        assertThat(H5py.read(file).values("/number")).isEqualTo(numbers(before + after));
    }

    @Test
    void datasetsOfEveryTypeThatOthersMadeGrow() {
        Path file = directory.resolve("h5py.h5");
        Foreign.Type int8 = Foreign.integer(1, true, false);
        Foreign.make(file, false, f -> {
            one(f, "bool", Foreign.enumeration(int8, "FALSE 0", "TRUE 1"), "TRUE");
            one(f, "text", TEXT, "é");
            one(f, "char", Foreign.string(3, NULLPAD, true), "a");
            one(f, "enum", Foreign.enumeration(int8, "RED 0", "GREEN 1", "BLUE 2"), "GREEN");
            one(f, "time", INT64, -1);
            new ForeignDataset(f, "image", Foreign.real(8, false))
                    .shape(1, 2, 2)
                    .maximum(ForeignDataset.UNLIMITED, ForeignDataset.UNLIMITED, 2)
                    .chunk(1024, 1, 1)
                    .with(new int[] {1, 1, 1, 1});
            one(f, "deep/er", Foreign.real(4, false), 1);
        });

        Run.write(
                file,
                H5Record.of("bool", false)
                        .and("text", "😀")
                        .and("char", '€')
                        .and("enum", Extremes.Colour.BLUE)
                        .and("time", Instant.EPOCH)
                        .and("image", new double[][] {{1, 2}, {3, 4}})
                        .and("deep/er", 0.5f));

        H5py seen = H5py.read(file);
        assertThat(seen.values("/bool")).containsExactly(true, false);
        assertThat(seen.values("/text")).containsExactly("é", "😀");
        assertThat(seen.values("/char")).containsExactly("a", "€");
        assertThat(seen.values("/enum")).containsExactly("GREEN", "BLUE");
        assertThat(seen.values("/time")).containsExactly(-1L, 0L);
        assertThat(seen.values("/image")).containsExactly(1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0);
        assertThat(seen.values("/deep/er")).containsExactly(1f, 0.5f);
    }

    @Test
    void whatElseIsInTheFileStaysAsItIs() throws IOException {
        Path file = directory.resolve("h5py.h5");
        Foreign.make(file, Foreign.Format.OLDEST, creation -> H5.H5Pset_userblock(creation, 1024), f -> {
            ForeignDataset.of(f, "kept", Foreign.real(8, false), new double[] {1.5, 2.5});
            ForeignDataset.attribute(f, "kept", "unit", TEXT, "m");
            Hdf5Calls.group(f, "run1");
            ForeignDataset.attribute(f, "run1", "operator", TEXT, "me");
        });

        Run.write(H5Writer.<Row>to(file).group("run1"), rows(0, 2));

        H5py seen = H5py.read(file);
        assertThat(seen.at("/kept"))
                .isEqualTo(new Dataset("<f8", "(2,)", "(2,)", "None", Map.of("unit", "m"), List.of(1.5, 2.5)));
        assertThat(seen.values("/run1/number")).containsExactly(0L, 1L);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.group("run1").attributes()).isEqualTo(Map.of("operator", "me"));
        }
        assertThat(Arrays.copyOfRange(Files.readAllBytes(file), 1024, 1032))
                .containsExactly((byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n');
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(f['run1'].attrs['operator'], f.userblock_size)
                    """, file)).isEqualTo("me 1024\n");
        }
    }

    @Test
    void h5pyAppendsToWhatAStreamLeft() {
        Path file = directory.resolve("data.h5");

        Run.write(H5Writer.<Row>to(file).chunkRows(16), rows(0, 21));
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r+') as f:
                    for name in 'number', 'text', 'vector':
                        f[name].resize(22, axis=0)
                    f['number'][21] = 21
                    f['text'][21] = 'row 21'
                    f['vector'][21] = 21, -21
                """, file);
        Run.write(H5Writer.<Row>to(file), rows(22, 20));

        assertRows(file, 42);
    }
}
