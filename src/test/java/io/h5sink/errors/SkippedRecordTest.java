package io.h5sink.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.FaceInternals;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5WriteException;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** With a handler, a bad record is left out whole and reported, and the file is what it would be without it. */
@Timeout(60)
class SkippedRecordTest {

    record Reading(int number, @Nullable Object value, String text) {}

    record Row(int number, String text, List<Integer> ragged, long[] fixed) {}

    record Moody(int number) {
        @Override
        public int number() {
            if (number < 0) {
                throw new IllegalStateException("number " + number);
            }
            return number;
        }
    }

    record Starved(int number) {
        @Override
        public int number() {
            if (number == 2) {
                throw new OutOfMemoryError("test");
            }
            return number;
        }
    }

    @TempDir
    Path directory;

    private final List<Object> bad = new ArrayList<>();
    private final List<H5SchemaException> reported = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("io.h5sink.errors.BadRecordTest#laterValues")
    void aBadValueBetweenGoodOnes(Object good, @Nullable Object value, String expected, String actual) {
        WriteSummary summary = write(
                new Reading(1, good, "one"),
                new Reading(2, value, "two"),
                new Reading(3, good, "three"),
                new Reading(4, value, "four"));

        assertThat(summary.records()).isEqualTo(2);
        assertThat(summary.skipped()).isEqualTo(2);
        assertThat(reported).allSatisfy(why -> {
            assertThat(why.object()).isEqualTo("/value");
            assertThat(why.expected()).isEqualTo(expected);
            assertThat(why.actual()).isEqualTo(actual);
            assertThat(why.file()).isEqualTo(file());
        });
        assertThat(reported.get(0)).hasMessageContaining(": record 2, /value: expected ");
        assertThat(reported.get(1)).hasMessageContaining(": record 4, /value: expected ");
        H5py seen = H5py.read(file());
        assertThat(seen.values("/number")).containsExactly(1, 3);
        assertThat(seen.values("/text")).containsExactly("one", "three");
        assertThat(seen.at("/value").shape()).startsWith("(2,");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void textAndRaggedColumnsKeepTheirRows(int seed) {
        List<Row> rows = IntStream.range(0, 200)
                .mapToObj(i -> {
                    boolean good = (i * 31 + seed) % 3 != 0;
                    int wrong = good ? -1 : (i + seed) % 3;
                    List<Integer> ragged =
                            IntStream.range(0, i % 5).boxed().collect(java.util.stream.Collectors.toList());
                    if (wrong == 1) {
                        ragged.add(null);
                    }
                    return new Row(
                            i,
                            wrong == 0 ? "NUL \0" : "text ".repeat(i % 40) + i,
                            ragged,
                            new long[wrong == 2 ? 3 : 2]);
                })
                .toList();
        List<Row> good =
                rows.stream().filter(row -> (row.number() * 31 + seed) % 3 != 0).toList();

        WriteSummary summary = Run.write(
                this.<Row>writer()
                        .column("ragged", c -> c.ragged())
                        .chunkRows(7)
                        .memory(1 << 14)
                        .commitEvery(9),
                Flux.fromIterable(rows));

        assertThat(summary.records()).isEqualTo(good.size());
        assertThat(bad).hasSize(200 - good.size()).doesNotContainAnyElementsOf(good);
        H5py seen = H5py.read(file());
        assertThat(seen.values("/number"))
                .containsExactlyElementsOf(good.stream().map(Row::number).toList());
        assertThat(seen.values("/text"))
                .containsExactlyElementsOf(good.stream().map(Row::text).toList());
        try (H5Source h5 = H5Source.open(file())) {
            assertThat(Arrays.deepToString((Object[]) h5.dataset("ragged").read()))
                    .isEqualTo(good.stream().map(Row::ragged).toList().toString());
        }
        if (!Python.isPresent()) {
            return;
        }
        assertThat(Python.run(
                        "import h5py, sys\nprint([list(map(int, r)) for r in h5py.File(sys.argv[1], 'r')['ragged'][:]])",
                        file()))
                .isEqualToIgnoringWhitespace(
                        good.stream().map(Row::ragged).toList().toString());
    }

    @Test
    void theFirstGoodRecordFixesTheShapes() {
        write(
                "no record",
                new Reading(1, new double[0], "a"),
                new Reading(2, new float[3], "NUL \0"),
                new Reading(3, new double[2], "c"),
                new Reading(4, new float[3], "d"),
                new Reading(5, new double[] {1, 2}, "e"));

        assertThat(bad).hasSize(4);
        assertThat(reported.get(0)).hasMessageContaining("record 1: expected a Java record, an H5Record or a Map");
        assertThat(reported.get(3)).hasMessageContaining("record 5, /value: expected float64 (N, 2), got float[3]");
        H5py seen = H5py.read(file());
        assertThat(seen.values("/number")).containsExactly(3, 5);
        assertThat(seen.values("/value")).containsExactly(0.0, 0.0, 1.0, 2.0);
    }

    @Test
    void aStreamWhoseFirstKindOfRecordWasBadCarriesAnother() {
        write(new Moody(-1), H5Record.of("a", 1), new Moody(2), H5Record.of("a", 2));

        assertThat(reported.get(0))
                .hasMessageContaining("record 1 cannot be read: java.lang.IllegalStateException: number -1");
        assertThat(reported.get(1))
                .hasMessageContaining("record 3: expected an H5Record or a Map, like the first record");
        H5py seen = H5py.read(file());
        assertThat(seen.datasets()).containsOnlyKeys("/a");
        assertThat(seen.values("/a")).containsExactly(1, 2);
    }

    @Test
    void aStreamOfBadRecordsOnlyMakesNothing() {
        WriteSummary summary =
                write(new Moody(-1), new Moody(-2), H5Record.of("g/a", 1).and("b", "\0"), "x");

        assertThat(summary.records()).isZero();
        assertThat(summary.skipped()).isEqualTo(4);
        assertThat(summary.rows()).isEmpty();
        H5py seen = H5py.read(file());
        assertThat(seen.datasets()).isEmpty();
        assertThat(seen.groups()).isEmpty();
    }

    @Test
    void namesThatOnlyBadRecordsBroughtAreFree() {
        write(
                H5Record.of("a", 1)
                        .and("new", 1)
                        .and("g/h/deep", new int[3])
                        .and("text", "x")
                        .and("a", 2),
                H5Record.of("a", 1),
                H5Record.of("new", 1).and("g", 2).and("b", "\0"),
                H5Record.of("new", "text now").and("g/h", 1.5),
                map("a", 2, "new", "more", "text", null),
                map("a", 3, "new", "more", "text", "t"),
                H5Record.of("/late", 1).and("late", 2),
                H5Record.of("late", "x"));

        assertThat(bad).hasSize(4);
        H5py seen = H5py.read(file());
        assertThat(seen.datasets()).containsOnlyKeys("/a", "/new", "/g/h", "/text", "/late");
        assertThat(seen.values("/a")).containsExactly(1, 3);
        assertThat(seen.values("/new")).containsExactly("text now", "more");
        assertThat(seen.values("/g/h")).containsExactly(1.5);
        assertThat(seen.values("/text")).containsExactly("t");
        assertThat(seen.values("/late")).containsExactly("x");
    }

    @Test
    void routesThatOnlyBadRecordsNamedAreNotThere() {
        Flux<Reading> readings = Flux.range(0, 3_000).map(i -> {
            boolean good = i % 3 != 1;
            return new Reading(i, good ? (Object) (double) i : "no number", good ? "good/" + i % 7 : "bad/" + i % 101);
        });

        WriteSummary summary =
                Run.write(this.<Reading>writer().route(Reading::text).commitEvery(100), readings);

        assertThat(summary.records()).isEqualTo(2_000);
        assertThat(summary.skipped()).isEqualTo(1_000);
        H5py seen = H5py.read(file());
        assertThat(seen.groups()).hasSize(8).allMatch(group -> group.startsWith("/good"));
        assertThat(summary.rows()).containsOnlyKeys(seen.datasets().keySet());
        for (int station = 0; station < 7; station++) {
            int modulus = station;
            assertThat(seen.values("/good/" + station + "/number"))
                    .containsExactlyElementsOf(IntStream.range(0, 3_000)
                            .filter(i -> i % 3 != 1 && i % 7 == modulus)
                            .boxed()
                            .toList());
        }
    }

    @Test
    void routesOfNames() {
        Run.write(
                this.<Map<String, Object>>writer().route(map -> (String) map.get("to")),
                Flux.just(
                        map("to", "bad", "a", 1, "b", "\0"),
                        map("to", "good", "a", 1),
                        map("to", "../x", "a", 1),
                        map("to", null, "a", 1),
                        map("to", "bad", "a", new Object()),
                        map("to", "good", "a", 2)));

        assertThat(reported).hasSize(4);
        assertThat(reported.get(3).object()).isEqualTo("/bad/a");
        H5py seen = H5py.read(file());
        assertThat(seen.datasets()).containsOnlyKeys("/good/a", "/good/to");
        assertThat(seen.values("/good/a")).containsExactly(1, 2);
    }

    @Test
    void aRecordLargerThanTheMemoryLeavesItFree() {
        int records = 2_000;
        Flux<H5Record> texts = Flux.range(0, records)
                .map(i -> H5Record.of("number", i).and("text", i % 2 == 0 ? "x".repeat(1 << 15) : "text " + i));
        List<Long> held = new ArrayList<>();

        H5Sink<H5Record> sink = this.<H5Record>writer().memory(1 << 14).build().sink();
        texts.doOnNext(record -> held.add(FaceInternals.held(sink))).subscribe(sink);
        WriteSummary summary = sink.result().block(Await.LIMIT);

        assertThat(summary).isNotNull();
        assertThat(summary.skipped()).isEqualTo(records / 2);
        assertThat(summary.commits()).as("space was not lost").isLessThan(200);
        assertThat(held).allMatch(bytes -> bytes <= 1 << 14);
        assertThat(H5py.read(file()).values("/number"))
                .containsExactlyElementsOf(IntStream.range(0, records / 2)
                        .map(i -> 2 * i + 1)
                        .boxed()
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aHundredThousandInLittleMemory(int remainder) {
        int records = 100_000;
        Flux<Reading> alternating =
                Flux.range(0, records).map(i -> new Reading(i, i % 2 == remainder ? i : null, "text " + i));

        WriteSummary summary = Run.write(
                H5Writer.<Reading>to(file()).memory(1 << 13).onBadRecord((record, why) -> bad.add(record)),
                alternating);

        assertThat(summary.records()).isEqualTo(records / 2);
        assertThat(bad).hasSize(records / 2);
        try (H5Source h5 = H5Source.open(file())) {
            long[] numbers =
                    LongStream.range(0, records).filter(i -> i % 2 == remainder).toArray();
            assertThat(LongStream.of(h5.dataset("number").read(long[].class)))
                    .containsExactly(LongStream.of(numbers).boxed().toArray(Long[]::new));
            assertThat(h5.dataset("text").read(String[].class))
                    .isEqualTo(LongStream.of(numbers).mapToObj(i -> "text " + i).toArray(String[]::new));
        }
        if (!Python.isPresent()) {
            return;
        }
        assertThat(Python.run(
                        "import h5py, sys\nf = h5py.File(sys.argv[1], 'r')\n"
                                + "print(f['number'].shape, f['text'].shape, sum(map(int, f['number'][:])),"
                                + " all(f['text'].asstr()[i] == 'text %d' % f['number'][i] for i in range(0, 50000, 997)))",
                        file()))
                .isEqualToIgnoringWhitespace("(50000,) (50000,) "
                        + LongStream.range(0, records)
                                .filter(i -> i % 2 == remainder)
                                .sum() + " True");
    }

    @Test
    void aHandlerThatThrowsEndsTheStreamWithWhatItThrew() {
        IllegalStateException stop = new IllegalStateException("enough");
        H5Sink<Object> sink = H5Sink.to(
                file(),
                writer -> writer.onBadRecord((record, why) -> {
                    assertThat(why.safeRecords()).isZero();
                    throw stop;
                }));
        var probe = reactor.test.publisher.PublisherProbe.of(
                Flux.concat(Flux.just(new Moody(1), new Moody(2), new Moody(-1), new Moody(3)), Flux.never()));
        probe.flux().subscribe(sink);

        assertThatThrownBy(() -> sink.result().block(Await.LIMIT)).isSameAs(stop);
        Await.until("the upstream is cancelled", probe::wasCancelled);
        assertThat(H5py.read(file()).values("/number")).containsExactly(1, 2);
    }

    @Test
    void whatIsNoRecordsFaultEndsTheStreamAllTheSame() {
        Run.write(file(), H5Record.of("a", "text"));

        Run.fail(writer(), H5Record.of("a", 1))
                .isAboutTheObject(
                        file(),
                        "/a",
                        "DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 1 ) / ( H5S_UNLIMITED ) }",
                        "DATATYPE H5T_STRING { STRSIZE H5T_VARIABLE; STRPAD H5T_STR_NULLTERM; CSET H5T_CSET_UTF8;"
                                + " CTYPE H5T_C_S1; } DATASPACE SIMPLE { ( 1 ) / ( H5S_UNLIMITED ) }",
                        0);
        assertThat(Run.fail(writer().group("g"), new Starved(1), new Starved(2)).error())
                .isExactlyInstanceOf(H5WriteException.class)
                .hasMessageContaining("test");

        assertThat(bad).isEmpty();
        assertThat(H5py.read(file()).values("/g/number")).containsExactly(1);
    }

    private WriteSummary write(Object... records) {
        WriteSummary summary = Run.write(writer(), Flux.fromArray(records));
        assertThat(summary.skipped()).isEqualTo(reported.size());
        assertThat(summary.records() + summary.skipped()).isEqualTo(records.length);
        return summary;
    }

    private <T> H5Writer.Builder<T> writer() {
        return H5Writer.<T>to(file()).onBadRecord(collect());
    }

    private BiConsumer<Object, H5SchemaException> collect() {
        return (record, why) -> {
            bad.add(record);
            reported.add(why);
        };
    }

    private Path file() {
        return directory.resolve("data.h5");
    }

    private static Map<String, Object> map(@Nullable Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
