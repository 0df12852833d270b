package io.h5sink.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5FileException;
import io.h5sink.H5Record;
import io.h5sink.H5Rows;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.access.Threads;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Logged;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Rows come while others write them: each once, in order, as many as are asked for. */
class FollowTest {

    record Row(long number, double half) {}

    record Texts(long number, String text) {}

    private static final Duration POLL = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private @Nullable Disposable following;

    @AfterEach
    void stop() {
        if (following != null) {
            following.dispose();
        }
    }

    private Path file() {
        return directory.resolve("data.h5");
    }

    private static Row row(long i) {
        return new Row(i, i / 2.0);
    }

    private static Row[] rows(long from, long to) {
        return LongStream.range(from, to).mapToObj(FollowTest::row).toArray(Row[]::new);
    }

    /** The numbers of the rows that come. */
    private List<Long> numbers(H5Rows rows) {
        List<Long> numbers = new CopyOnWriteArrayList<>();
        following = rows.follow(Row.class, POLL).subscribe(row -> {
            assertThat(row.half).isEqualTo(row.number / 2.0);
            numbers.add(row.number);
        });
        awaitLooks();
        return numbers;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    /** A sink of this process, with commits of ten records. */
    private static final class Writing<T> {

        private final Sinks.Many<T> records = Sinks.many().unicast().onBackpressureBuffer();
        private final H5Sink<T> sink;

        Writing(Path file, Sharing sharing) {
            sink = H5Sink.to(
                    file,
                    writer -> writer.commitEvery(10)
                            .commitEvery(Duration.ofMillis(50))
                            .chunkRows(16)
                            .sharing(sharing));
            records.asFlux().subscribe(sink);
        }

        @SafeVarargs
        final void add(T... more) {
            for (T record : more) {
                records.tryEmitNext(record).orThrow();
            }
        }

        void end() {
            records.tryEmitComplete().orThrow();
            sink.result().block(Await.LIMIT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RELEASE", "SWMR"})
    void aSinkOfThisProcess(Sharing sharing) {
        List<Long> numbers = numbers(H5Rows.of(file()));
        Writing<Row> writing = new Writing<>(file(), sharing);
        for (int part = 0; part < 10; part++) {
            writing.add(rows(13 * part, 13 * part + 13));
            int end = 13 * part + 13;
            Await.untilAsserted(() -> assertThat(numbers).isEqualTo(range(0, end)));
        }
        writing.end();
        Writing<Row> next = new Writing<>(file(), sharing);
        next.add(rows(130, 200));
        Await.untilAsserted(() -> assertThat(numbers).isEqualTo(range(0, 200)));
        next.end();
    }

    @Test
    void whatASessionHasForItselfComesWhenItEnds() {
        List<Long> numbers = numbers(H5Rows.of(file()));
        Writing<Row> writing = new Writing<>(file(), Sharing.EXCLUSIVE);
        writing.add(rows(0, 100));
        writing.end();
        Await.untilAsserted(() -> assertThat(numbers).isEqualTo(range(0, 100)));
    }

    @ParameterizedTest
    @CsvSource({"-1, 100", "0, 100", "7, 93", "1000, 0"})
    void beginsWhereItIsAsked(long last, long first) {
        Run.write(file(), (Object[]) rows(0, 100));
        H5Rows rows = H5Rows.of(file());
        StepVerifier.create((last < 0 ? rows : rows.last(last)).follow(Row.class, POLL), 3)
                .then(() -> {
                    if (first == 100) {
                        awaitLooks();
                        Run.write(file(), (Object[]) rows(100, 103));
                    }
                })
                .expectNext(rows(first, first + 3))
                .thenCancel()
                .verify(Await.LIMIT);
        StepVerifier.create(H5Rows.of(file()).from(42).to(52).follow(Row.class, POLL))
                .expectNext(rows(42, 52))
                .verifyComplete();
    }

    /** Waits for the first look of those who follow. */
    private void awaitLooks() {
        CountDownLatch looked = new CountDownLatch(1);
        Threads.HDF5.schedule(looked::countDown); // behind the look that the subscription has scheduled
        Await.reached("a look at the file", looked);
    }

    @Test
    void aSourceNeedNotStayOpen() {
        Run.write(file(), (Object[]) rows(0, 10));
        Flux<Row> rows;
        try (H5Source h5 = H5Source.open(file())) {
            rows = h5.follow(Row.class, POLL);
        }
        StepVerifier.create(rows)
                .then(this::awaitLooks)
                .then(() -> Run.write(file(), (Object[]) rows(10, 12)))
                .expectNext(rows(10, 12))
                .thenCancel()
                .verify(Await.LIMIT);
        Python.run("""
                import h5py, sys, time
                deadline = time.time() + 30
                while True:
                    try:
                        h5py.File(sys.argv[1], 'r+').close()
                        break
                    except OSError: # a look that was on the way has it open, which nobody has for long
                        assert time.time() < deadline
                        time.sleep(0.001)
                """, file());
    }

    /** Whoever opens a file that the process has open gets from HDF5 what was there then. */
    @Test
    void aSourceMayStayOpen() {
        Run.write(file(), (Object[]) rows(0, 10));
        try (H5Source h5 = H5Source.open(file())) {
            StepVerifier.create(h5.follow(Row.class, POLL))
                    .then(this::awaitLooks)
                    .then(() -> append(10, 12))
                    .expectNext(rows(10, 12))
                    .then(() -> append(12, 40))
                    .expectNext(rows(12, 40))
                    .thenCancel()
                    .verify(Await.LIMIT);
        }
    }

    /** By another program, which locks nothing: JHDF5's source does. */
    private void append(long from, long to) {
        Python.run("""
                import h5py, sys
                begin, end = int(sys.argv[2]), int(sys.argv[3])
                with h5py.File(sys.argv[1], 'r+', locking=False) as f:
                    for name, factor in (('number', 1), ('half', 0.5)):
                        f[name].resize((end,))
                        f[name][begin:] = [i * factor for i in range(begin, end)]
                """, file(), from, to);
    }

    @Test
    void noMoreIsReadThanIsAskedFor() {
        Run.write(H5Writer.<Row>to(file()).group("run/1"), Flux.fromArray(rows(0, 1000)));
        StepVerifier.create(H5Rows.of(file()).in("run").in("1").from(0).follow(Row.class, POLL), 0)
                .expectSubscription()
                .thenRequest(2)
                .expectNext(row(0), row(1))
                .thenRequest(998)
                .expectNext(rows(2, 1000))
                .then(() -> Run.write(H5Writer.<Row>to(file()).group("run/1"), Flux.fromArray(rows(1000, 1500))))
                .thenRequest(1)
                .expectNext(row(1000))
                .thenRequest(Long.MAX_VALUE)
                .expectNext(rows(1001, 1500))
                .thenCancel()
                .verify(Await.LIMIT);
    }

    @Test
    void namedQuantities() {
        Run.write(file(), H5Record.of("a", 1L).and("b", 2L), H5Record.of("a", 3L));
        StepVerifier.create(H5Rows.of(file()).from(0).follow(POLL))
                .expectNext(H5Record.of("a", 1L).and("b", 2L)) // a second b is missing
                .then(this::awaitLooks)
                .then(() -> Run.write(file(), H5Record.of("b", 4L)))
                .expectNext(H5Record.of("a", 3L).and("b", 4L))
                .then(() -> Run.write(file(), H5Record.of("a", 5L).and("b", 6L).and("c", 7L))) // c is too late
                .expectNext(H5Record.of("a", 5L).and("b", 6L))
                .thenCancel()
                .verify(Await.LIMIT);
        StepVerifier.create(H5Rows.of(file()).select("a").last(1).to(3).follow(POLL))
                .expectNext(H5Record.of("a", 5L))
                .verifyComplete();
    }

    @Test
    void textsOfAnyLength() {
        List<Texts> texts = new CopyOnWriteArrayList<>();
        following = H5Rows.of(file()).follow(Texts.class, POLL).subscribe(texts::add);
        awaitLooks();
        Writing<Texts> writing = new Writing<>(file(), Sharing.RELEASE);
        List<Texts> all = LongStream.range(0, 500)
                .mapToObj(i -> new Texts(i, "ä".repeat((int) i % 50)))
                .toList();
        all.forEach(writing::add);
        Await.untilAsserted(() -> assertThat(texts).isEqualTo(all));
        writing.end();
    }

    @Test
    void goesOnWithAFileThatTakesItsPlace() throws IOException {
        Run.write(file(), (Object[]) rows(0, 10));
        Path other = directory.resolve("other.h5");
        Run.write(other, (Object[]) rows(100, 120));
        try (Logged log = new Logged()) {
            List<Long> numbers = numbers(H5Rows.of(file()).from(0));
            Await.untilAsserted(() -> assertThat(numbers).isEqualTo(range(0, 10)));
            Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            Await.untilAsserted(
                    () -> assertThat(numbers).endsWith(range(100, 120).toArray(Long[]::new)));
            assertThat(numbers).hasSize(30);
            assertThat(log.about(file()))
                    .containsExactly("WARN another file has taken its place; going on with its first row");
        }
    }

    @ParameterizedTest
    @CsvSource({"5", "10", "20"})
    void goesOnWithAFileThatIsWrittenAnew(int length) {
        Run.write(file(), (Object[]) rows(0, 10));
        try (Logged log = new Logged()) {
            List<Long> numbers = numbers(H5Rows.of(file()).from(0));
            Await.untilAsserted(() -> assertThat(numbers).isEqualTo(range(0, 10)));
            Run.write(H5Writer.<Row>to(file()).open(OpenMode.TRUNCATE), Flux.fromArray(rows(100, 100 + length)));
            Await.untilAsserted(
                    () -> assertThat(numbers).as("after %s", log.about(file())).hasSize(10 + length));
            assertThat(numbers.subList(10, 10 + length)).isEqualTo(range(100, 100 + length));
            assertThat(log.about(file())).singleElement().asString().endsWith("; going on with its first row");
        }
    }

    @Test
    void saysWhatDoesNotFit() throws IOException {
        Run.write(file(), (Object[]) rows(0, 10));
        record Other(long number, String half) {}
        StepVerifier.create(H5Rows.of(file()).follow(Other.class, POLL))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessage(file() + ": /half: expected java.lang.String, found float64"));
        Files.writeString(directory.resolve("no.h5"), "no HDF5 file");
        H5Rows rows = H5Rows.of(file());
        assertThatThrownBy(() -> rows.follow(Row.class, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rows.follow(String.class, POLL)).isInstanceOf(IllegalArgumentException.class);
        byte[] bytes = Files.readAllBytes(file());
        bytes[bytes.length / 2] ^= 1;
        for (int i = 48; i < 2000; i++) {
            bytes[i] ^= 1;
        }
        Files.write(file(), bytes);
        StepVerifier.create(rows.follow(Row.class, POLL))
                .verifyErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(H5FileException.class).hasMessageContaining("damaged"));
    }
}
