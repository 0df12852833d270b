package io.h5sink.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.H5Exception;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Records go to the group that their route names. */
class RouteTest {

    record Row(int station, long time, double value) {}

    record Wide(
            int station,
            String text,
            @H5Field(ragged = Ragged.OFFSETS) int[] ragged,
            double[] frame) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private H5Writer.Builder<Row> writer() {
        return H5Writer.<Row>to(file).route(row -> "/stations/" + row.station());
    }

    private static Flux<Row> rows(int count, int stations) {
        return Flux.range(0, count).map(i -> new Row(i % stations, i, i * 0.5));
    }

    @Test
    void eachStationHasItsRowsInTheOrderOfTheRecords() {
        WriteSummary summary = Run.write(writer().commitEvery(64), rows(1000, 3));

        H5py seen = H5py.read(file);
        for (int station = 0; station < 3; station++) {
            int first = station;
            String group = "/stations/" + station;
            List<Object> times = IntStream.range(0, 1000)
                    .filter(i -> i % 3 == first)
                    .<Object>mapToObj(Long::valueOf)
                    .toList();
            assertThat(seen.values(group + "/time")).isEqualTo(times);
            assertThat(seen.values(group + "/station")).containsOnly(station).hasSameSizeAs(times);
            assertThat(seen.values(group + "/value"))
                    .isEqualTo(times.stream()
                            .<Object>map(time -> (long) time * 0.5)
                            .toList());
        }
        assertThat(summary.records()).isEqualTo(1000);
        assertThat(summary.rows()).hasSize(9).containsEntry("/stations/0/time", 334L);
    }

    @Test
    void aSecondRunGoesOn() {
        Run.write(writer(), rows(10, 2));
        Run.write(writer(), rows(9, 3));

        H5py seen = H5py.read(file);
        assertThat(seen.values("/stations/0/time")).containsExactly(0L, 2L, 4L, 6L, 8L, 0L, 3L, 6L);
        assertThat(seen.values("/stations/2/time")).containsExactly(2L, 5L, 8L);
    }

    @ParameterizedTest
    @CsvSource({"10000, 67108864", "1000, 65536"})
    void manyStations(int stations, long memory) {
        writer().memory(memory).build().write(rows(2 * stations + 1, stations)).block(Duration.ofMinutes(3));

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.group("stations").groups()).hasSize(stations);
            for (int i = 0; i < stations; i++) {
                long[] times = i == 0 ? new long[] {0, stations, 2L * stations} : new long[] {i, i + stations};
                assertThat(h5.dataset("stations/" + i + "/time").read(long[].class))
                        .isEqualTo(times);
                assertThat(h5.dataset("stations/" + i + "/value").read(double[].class))
                        .isEqualTo(LongStream.of(times)
                                .mapToDouble(time -> time * 0.5)
                                .toArray());
            }
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                        import h5py, sys
                        f = h5py.File(sys.argv[1], 'r')
                        n = int(sys.argv[2])
                        s = f['stations']
                        assert len(s) == n
                        for i in range(n):
                            want = [i, i + n] + ([2 * n] if i == 0 else [])
                            assert s['%d/time' % i][:].tolist() == want, i
                            assert s['%d/value' % i][:].tolist() == [t * 0.5 for t in want], i
                        print('equal')
                        """, file.toString(), stations)).isEqualToIgnoringNewLines("equal");
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void layouts(Layout layout) {
        WriteSummary summary = Run.write(writer().layout(layout), rows(10, 2));

        assertThat(summary.rows().values()).containsOnly(5L).hasSize(layout == Layout.TABLE ? 2 : 6);
        assertThat(H5py.read(file).datasets())
                .containsKey(layout == Layout.TABLE ? "/stations/1/table/value" : "/stations/1/value");
    }

    /** Rows of all sizes, in random order, in blocks and commits that end anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void rowsOfEverySize(long seed) {
        Random random = new Random(seed);
        List<Wide> records = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            int[] ragged = random.ints(random.nextInt(20)).toArray();
            double[] frame = random.doubles(600).toArray(); // 4,800 bytes: written from where it is
            records.add(new Wide(random.nextInt(5), "ü".repeat(random.nextInt(30)) + i, ragged, frame));
        }
        Run.write(
                H5Writer.<Wide>to(file)
                        .route(row -> "s" + row.station())
                        .memory(1 << (18 + random.nextInt(6)))
                        .chunkRows(1 + random.nextInt(100))
                        .commitEvery(1 + random.nextInt(500)),
                Flux.fromIterable(records));

        H5py seen = H5py.read(file);
        for (int station = 0; station < 5; station++) {
            int number = station;
            List<Wide> mine =
                    records.stream().filter(row -> row.station() == number).toList();
            String group = "/s" + station;
            assertThat(seen.values(group + "/text")).isEqualTo(values(mine, Wide::text));
            List<Object> frames = mine.stream()
                    .flatMap(row -> java.util.Arrays.stream(row.frame()).boxed())
                    .<Object>map(value -> value)
                    .toList();
            assertThat(seen.values(group + "/frame")).isEqualTo(frames);
            List<Object> elements = mine.stream()
                    .flatMap(row -> java.util.Arrays.stream(row.ragged()).boxed())
                    .<Object>map(value -> value)
                    .toList();
            assertThat(seen.values(group + "/ragged/values")).isEqualTo(elements);
            List<Object> offsets = new ArrayList<>(List.of(0L));
            mine.forEach(row -> offsets.add((long) offsets.get(offsets.size() - 1) + row.ragged().length));
            assertThat(seen.values(group + "/ragged/offsets")).isEqualTo(offsets);
        }
    }

    private static <T> List<Object> values(List<T> records, Function<T, Object> component) {
        return records.stream().map(component).toList();
    }

    @Test
    void namesHaveRoutesToo() {
        H5Writer.Builder<H5Record> writer =
                H5Writer.<H5Record>to(file).group("g").route(record -> "r" + record.size());

        Run.write(writer, Flux.just(H5Record.of("a", 1), H5Record.of("a", 2).and("b", "x"), H5Record.of("a", 3)));

        H5py seen = H5py.read(file);
        assertThat(seen.values("/g/r1/a")).containsExactly(1, 3);
        assertThat(seen.values("/g/r2/a")).containsExactly(2);
        assertThat(seen.values("/g/r2/b")).containsExactly("x");
    }

    private static Arguments[] goodRoutes() {
        return new Arguments[] {
            Arguments.of("/", "/g/time"),
            Arguments.of("a", "/g/a/time"),
            Arguments.of("/a", "/g/a/time"),
            Arguments.of("a/b/c", "/g/a/b/c/time"),
            Arguments.of("Zürich ⛅ 東京", "/g/Zürich ⛅ 東京/time"),
            Arguments.of("a b.c", "/g/a b.c/time"),
            Arguments.of("...", "/g/.../time"),
            Arguments.of("x".repeat(4096), "/g/" + "x".repeat(4096) + "/time"),
        };
    }

    @ParameterizedTest
    @MethodSource("goodRoutes")
    void aRouteIsAPathInTheGroup(String route, String dataset) {
        Run.write(H5Writer.<Row>to(file).group("g").route(row -> route), rows(2, 1));

        assertThat(H5py.read(file).values(dataset)).containsExactly(0L, 1L);
    }

    private static Arguments[] badRoutes() {
        return new Arguments[] {
            Arguments.of("", "an empty name"),
            Arguments.of("..", "a name with the part \"..\""),
            Arguments.of("a/../b", "a name with the part \"..\""),
            Arguments.of("a/.", "a name with the part \".\""),
            Arguments.of("a//b", "a name with an empty part"),
            Arguments.of("a/", "a name with an empty part"),
            Arguments.of("//", "a name with an empty part"),
            Arguments.of("a\0b", "a name that contains NUL"),
            Arguments.of("a/\uDE00", "an unpaired surrogate at index 2"),
            Arguments.of("\uD83D", "an unpaired surrogate at index 0"),
            Arguments.of("x".repeat(4097), "one of 4097"),
            Arguments.of(null, "null"),
        };
    }

    @ParameterizedTest
    @MethodSource("badRoutes")
    void aBadRouteMakesABadRecord(String route, String actual) {
        H5Writer.Builder<Row> writer = H5Writer.<Row>to(file).route(row -> row.time() < 5 ? "good" : route);

        H5Exception error = Run.fail(writer, rows(6, 1)).error();

        assertThat(error).isInstanceOf(H5SchemaException.class).hasMessageContaining("record 6");
        assertThat(error.actual()).isEqualTo(actual);
        assertThat(error.safeRecords()).isEqualTo(5);
        assertThat(H5py.read(file).values("/good/time")).hasSize(5);
    }

    @Test
    void aRouteThatThrowsEndsTheStream() {
        H5Writer.Builder<Row> writer = H5Writer.<Row>to(file).route(row -> {
            if (row.time() == 3) {
                throw new IllegalStateException("no route today");
            }
            return "a";
        });

        H5Exception error = Run.fail(writer, rows(4, 1)).error();

        assertThat(error).hasMessageContaining("no route today");
        assertThat(error.safeRecords()).isEqualTo(3);
    }

    @Test
    void aColumnThatDoesNotFitIsReportedWithItsGroup() {
        record Other(String value) {}
        Run.write(H5Writer.<Other>to(file).group("/stations/1"), Flux.just(new Other("x")));

        H5Exception error = Run.fail(writer(), Flux.range(0, 10).map(i -> new Row(i < 4 ? 0 : 1, i, i)))
                .error();

        assertThat(error).isInstanceOf(H5SchemaException.class);
        assertThat(error.object()).isEqualTo("/stations/1/value");
        assertThat(error.safeRecords()).isEqualTo(4);
        H5py seen = H5py.read(file);
        assertThat(seen.values("/stations/0/time")).containsExactly(0L, 1L, 2L, 3L);
        assertThat(seen.values("/stations/1/value")).containsExactly("x");
        assertThat(seen.datasets()).doesNotContainKey("/stations/1/time");
    }

    @Test
    void aRouteCannotGoThroughADataset() {
        Run.write(H5Writer.to(file), Flux.just(H5Record.of("stations", 1)));

        H5Exception error = Run.fail(writer(), rows(1, 1)).error();

        assertThat(error).isInstanceOf(H5SchemaException.class);
        assertThat(error.object()).isEqualTo("/stations");
    }

    @Test
    void aBadValueIsReportedWithItsGroup() {
        H5Writer.Builder<Object> writer = H5Writer.to(file).route(row -> "s");

        H5Exception error = Run.fail(
                        writer,
                        new Wide(1, "a", new int[0], new double[2]),
                        new Wide(1, "b", new int[0], new double[3]))
                .error();

        assertThat(error.object()).isEqualTo("/s/frame");
        assertThat(H5py.read(file).values("/s/text")).isEqualTo(List.of("a"));
    }

    @Test
    void commitsCountTheRowsOfEachGroup() {
        List<Commit> commits =
                writer().commitEvery(4).build().append(rows(8, 2)).collectList().block(Await.LIMIT);

        assertThat(commits).isNotNull().last().satisfies(commit -> {
            assertThat(commit.records()).isEqualTo(8);
            assertThat(commit.rows()).containsAllEntriesOf(Map.of("/stations/0/time", 4L, "/stations/1/value", 4L));
        });
    }
}
