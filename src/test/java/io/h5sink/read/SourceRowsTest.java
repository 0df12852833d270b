package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Rows;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Rows come back as the records that were written, as many as are asked for. */
class SourceRowsTest {

    record Place(double latitude, double longitude) {}

    record Reading(
            Instant time,
            LocalDateTime local,
            LocalDate date,
            LocalTime of,
            Duration took,
            @H5Field(length = 20) String name,
            @H5Field(unsigned = true) int unsigned,
            boolean flag,
            char letter,
            Thread.State state,
            UUID id,
            @H5Field(fill = "-1") OptionalInt maybe,
            @H5Field(fill = "NaN") Double box,
            Optional<Place> place,
            float[][] image,
            List<Integer> list) {}

    private static Reading reading(int i) {
        return new Reading(
                Instant.ofEpochSecond(i, i),
                LocalDateTime.of(2026, 1, 1, 0, 0).plusNanos(i),
                LocalDate.ofEpochDay(i),
                LocalTime.ofNanoOfDay(i),
                Duration.ofNanos(-i),
                "n" + i,
                -1 - i,
                i % 2 == 0,
                (char) ('a' + i % 26),
                Thread.State.values()[i % 6],
                new UUID(i, -i),
                i % 3 == 0 ? OptionalInt.empty() : OptionalInt.of(i),
                i % 4 == 0 ? null : (Double) (i / 2.0),
                Optional.of(new Place(i, -i)),
                new float[][] {{i, 1}, {2, 3}},
                List.of(i, i + 1));
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void records(Layout layout) {
        Path file = directory.resolve("data.h5");
        List<Object> records = new ArrayList<>();
        IntStream.range(0, 200).forEach(i -> records.add(layout == Layout.TABLE ? flat(i) : reading(i)));
        Run.write(
                H5Writer.<Object>to(file)
                        .layout(layout)
                        .group("/run")
                        .chunkRows(64)
                        .commitEvery(100),
                Flux.fromIterable(records));
        try (H5Source h5 = H5Source.open(file)) {
            Class<?> type = layout == Layout.TABLE ? Flat.class : Reading.class;
            assertThat(h5.group("run").records(type).collectList().block(Await.LIMIT))
                    .usingRecursiveComparison()
                    .isEqualTo(records);
            assertThat(h5.group("run")
                            .rows()
                            .from(63)
                            .to(129)
                            .records(type)
                            .collectList()
                            .block(Await.LIMIT))
                    .usingRecursiveComparison()
                    .isEqualTo(records.subList(63, 129));
        }
    }

    record Flat(
            Instant time,
            @H5Field(length = 8) String name,
            @H5Field(fill = "-1") OptionalInt maybe,
            short[] vector) {}

    private static Flat flat(int i) {
        return new Flat(
                Instant.ofEpochSecond(i, i),
                "n" + i,
                i % 3 == 0 ? OptionalInt.empty() : OptionalInt.of(i),
                new short[] {(short) i, 1});
    }

    record Strings(
            String text,
            @H5Field(ragged = Ragged.SEQUENCE) int[] sequence,
            @H5Field(ragged = Ragged.OFFSETS) double[] offsets) {}

    @Test
    void whatHasAnyLength() {
        Path file = directory.resolve("data.h5");
        Strings[] records = IntStream.range(0, 300)
                .mapToObj(i ->
                        new Strings("ä".repeat(i % 7), IntStream.range(0, i % 5).toArray(), new double[i % 3]))
                .toArray(Strings[]::new);
        Run.write(H5Writer.<Strings>to(file).chunkRows(16), Flux.fromArray(records));
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.records(Strings.class).collectList().block(Await.LIMIT))
                    .usingRecursiveComparison()
                    .isEqualTo(Arrays.asList(records));
            assertThat(h5.root().rows().from(299).records().collectList().block(Await.LIMIT))
                    .singleElement()
                    .satisfies(record -> assertThat(record.toMap())
                            .usingRecursiveComparison()
                            .isEqualTo(Map.of(
                                    "offsets",
                                    records[299].offsets,
                                    "sequence",
                                    records[299].sequence,
                                    "text",
                                    records[299].text)));
        }
    }

    @Test
    void namedQuantitiesOfDifferentLengthAndMetadata() {
        Path file = directory.resolve("data.h5");
        Run.write(
                H5Writer.<Object>to(file).metadata("meta", Map.of("a", 1)).attribute("", "unit", "K"),
                Flux.just(H5Record.of("x", 1.5).and("g/y", 7L), H5Record.of("x", 2.5)));
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.root().rows().records().collectList().block(Await.LIMIT))
                    .containsExactly(H5Record.of("g/y", 7L).and("x", 1.5), H5Record.of("x", 2.5));
            assertThat(h5.root().rows().select("x").records().collectList().block(Await.LIMIT))
                    .containsExactly(H5Record.of("x", 1.5), H5Record.of("x", 2.5));
            assertThat(h5.dataset("meta").read()).isEqualTo("{\"a\":1}");
            assertThat(h5.attributes().get("unit")).isEqualTo("K");
        }
    }

    private Path numbers(int rows) {
        Path file = directory.resolve("numbers.h5");
        Foreign.Type int64 = Foreign.integer(8, true, false);
        Foreign.make(file, false, f -> {
            new ForeignDataset(f, "a", Foreign.real(8, false))
                    .shape(rows)
                    .chunk(Math.min(100, rows))
                    .with(IntStream.range(0, rows).asDoubleStream().toArray());
            new ForeignDataset(f, "b", int64)
                    .shape(rows)
                    .chunk(Math.min(30, rows))
                    .with(IntStream.range(0, rows).toArray());
            ForeignDataset.scalar(f, "scalar", int64, 1);
            ForeignDataset.of(f, "shorter", int64, new int[] {1, 2});
        });
        return file;
    }

    record Pair(double a, long b) {}

    @Test
    void noMoreIsReadThanIsAskedFor() {
        try (H5Source h5 = H5Source.open(numbers(1050))) {
            StepVerifier.create(h5.records(Pair.class), 0)
                    .expectSubscription()
                    .thenRequest(1)
                    .expectNext(new Pair(0, 0))
                    .thenRequest(2)
                    .expectNext(new Pair(1, 1), new Pair(2, 2))
                    .thenRequest(Long.MAX_VALUE)
                    .expectNextCount(1047)
                    .expectComplete()
                    .verify(Await.LIMIT);
            StepVerifier.create(h5.records(Pair.class), 5)
                    .expectNextCount(5)
                    .thenCancel()
                    .verify(Await.LIMIT);
            assertThat(h5.dataset("a")
                            .rows()
                            .from(950)
                            .chunks(double[].class)
                            .map(chunk -> chunk.length)
                            .collectList()
                            .block(Await.LIMIT))
                    .containsExactly(50, 50);
            assertThat(h5.root()
                            .rows()
                            .from(5000)
                            .records(Pair.class)
                            .collectList()
                            .block(Await.LIMIT))
                    .isEmpty();
        }
    }

    record Missing(double a, double c) {}

    record Uneven(double a, long shorter) {}

    @Test
    void saysWhatDoesNotFit() {
        Path file = numbers(10);
        H5Source h5 = H5Source.open(file);
        StepVerifier.create(h5.records(Missing.class))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessage(file + ": /c: expected a dataset, found nothing; / has a, b, scalar, shorter"));
        record Wrong(double a, String b) {}
        StepVerifier.create(h5.records(Wrong.class))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessage(file + ": /b: expected java.lang.String, found int64"));
        record Narrow(double a, byte b) {}
        StepVerifier.create(h5.root().rows().select("a").records(Narrow.class))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("among the selected columns [a]"));
        StepVerifier.create(h5.dataset("scalar").rows().records())
                .verifyErrorSatisfies(
                        e -> assertThat(e).hasMessageContaining("expected a dataset with rows, found a scalar"));
        StepVerifier.create(h5.records(Uneven.class))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessageContaining("columns of one length, found /shorter of 2 rows, and others of 10"));
        assertThatThrownBy(() -> h5.root().rows().from(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> h5.records(String.class)).isInstanceOf(IllegalArgumentException.class);
        Publisher<Pair> later = h5.records(Pair.class);
        h5.close();
        StepVerifier.create(later).verifyErrorSatisfies(e -> assertThat(e).hasMessage(file + ": the source is closed"));
    }

    @Test
    void theFileIsClosedHoweverTheStreamEnds() {
        Path file = numbers(1000);
        Flux<Pair> pairs = Flux.using(() -> H5Source.open(file), h5 -> h5.records(Pair.class), H5Source::close);
        for (int taken : new int[] {1, 100, 101, 999, 1000}) {
            assertThat(Objects.requireNonNull(pairs.take(taken).collectList().block(Await.LIMIT)))
                    .hasSize(taken);
        }
        // nobody has it any more: it can be opened for writing, with locks
        Foreign.make(file, false, f -> {});
        if (Python.isPresent()) {
            Python.run("import h5py, sys; h5py.File(sys.argv[1], 'r+').close()", file);
        }
        try (H5Source h5 = H5Source.update(file)) {
            assertThat(h5.dataset("a").size()).isEqualTo(1000);
        }
    }

    record Calibration(double values, long offsets) {}

    record Calibrated(long t, Calibration cal) {}

    @Test
    void aRecordOfValuesAndOffsetsIsNoRaggedColumn() {
        Path file = directory.resolve("data.h5");
        Calibrated[] records = IntStream.range(0, 5)
                .mapToObj(i -> new Calibrated(i, new Calibration(i / 2.0, i + 1)))
                .toArray(Calibrated[]::new);
        Run.write(file, (Object[]) records);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.records(Calibrated.class).collectList().block(Await.LIMIT))
                    .containsExactly(records);
            assertThat(h5.root().rows().from(4).records().blockLast(Await.LIMIT))
                    .isEqualTo(H5Record.of("cal/offsets", 5L)
                            .and("cal/values", 2.0)
                            .and("t", 4L));
        }
    }

    @Test
    void offsetsOfAnotherTypeAreNoneThatASinkMakes() {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, false, f -> {
            ForeignDataset.of(f, "x/values", Foreign.real(8, false), new double[] {0, 1, 2});
            ForeignDataset.of(f, "x/offsets", Foreign.integer(4, true, false), new int[] {0, 1, 3});
        });
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.root().rows().records().blockLast(Await.LIMIT))
                    .isEqualTo(H5Record.of("x/offsets", 3).and("x/values", 2.0));
            record Ragged(double[] x) {}
            StepVerifier.create(h5.records(Ragged.class))
                    .verifyErrorSatisfies(e -> assertThat(e).isInstanceOf(H5SchemaException.class));
        }
    }

    @Test
    void selectedMembersMustBeThere() {
        Path file = directory.resolve("data.h5");
        Run.write(H5Writer.<Pair>to(file).layout(Layout.TABLE), Flux.range(0, 3).map(i -> new Pair(i, i)));
        try (H5Source h5 = H5Source.open(file)) {
            H5Rows rows = h5.dataset("table").rows();
            assertThat(rows.select("b").records().blockLast(Await.LIMIT)).isEqualTo(H5Record.of("b", 2L));
            StepVerifier.create(rows.select("typo").records())
                    .verifyErrorSatisfies(e -> assertThat(e)
                            .isInstanceOf(H5SchemaException.class)
                            .hasMessage(file
                                    + ": /table: expected selected columns among the members [a, b], found \"typo\""));
            StepVerifier.create(rows.select("a").records(Pair.class))
                    .verifyErrorSatisfies(e -> assertThat(e)
                            .isInstanceOf(H5SchemaException.class)
                            .hasMessageContaining("among the selected columns [a]"));
            assertThat(rows.last(Long.MAX_VALUE).records(Pair.class).count().block(Await.LIMIT))
                    .isEqualTo(3);
            assertThat(rows.last(Long.MAX_VALUE).toString()).isNotEqualTo(rows.toString());
        }
    }
}
