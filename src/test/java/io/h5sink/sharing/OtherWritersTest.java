package io.h5sink.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.H5FileException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.judge.Attrs;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Python.Running;
import io.h5sink.testing.Await;
import io.h5sink.testing.Logged;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Another process writes to the file between two commits. */
class OtherWritersTest {

    record Row(int number, double value, String text) {
        static Row of(int number) {
            return new Row(number, 0.5 * number, "row " + number);
        }
    }

    /** When asked to, opens the file for writing; then runs what it is sent, a line at a time, and closes it when nothing more is sent. */
    private static final String WRITER = """
            import sys, time
            import h5py
            path, mode = sys.argv[1:]
            print('ready')
            sys.stdin.readline()
            while True:  # a commit may be on the way
                try:
                    f = h5py.File(path, mode)
                    break
                except OSError:
                    time.sleep(0.001)
            with f:
                print('open')
                for line in sys.stdin:
                    exec(line)
                    print('done')
            """;

    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong emitted = new AtomicLong();

    @TempDir
    Path directory;

    private Path file;
    private @Nullable H5Sink<Row> sink;
    private final Sinks.Many<Row> source = Sinks.many().unicast().onBackpressureBuffer();

    @BeforeEach
    void nameFile() {
        Python.require();
        file = directory.resolve("data.h5");
    }

    @AfterEach
    void dispose() {
        if (sink != null) {
            sink.disposeGracefully().onErrorComplete().block(Await.LIMIT);
        }
    }

    private void subscribe(Flux<Row> rows, Duration patience) {
        sink = H5Sink.to(
                file,
                writer -> writer.commitEvery(Duration.ofMillis(20))
                        .memory(1 << 16)
                        .patience(patience));
        sink.commits().subscribe(commit -> committed.set(commit.records()), error -> {});
        rows.subscribe(sink);
    }

    private void emit(int first, int last) {
        for (int number = first; number <= last; number++) {
            source.tryEmitNext(Row.of(number)).orThrow();
        }
    }

    private void awaitCommitOf(long records) {
        Await.until("a commit of " + records + " records", () -> committed.get() == records);
    }

    private void assertRows(int count) {
        H5py seen = H5py.read(file);
        assertThat(seen.values("/number"))
                .isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
        assertThat(seen.values("/value"))
                .isEqualTo(
                        IntStream.rangeClosed(1, count).mapToObj(i -> 0.5 * i).toList());
        assertThat(seen.values("/text"))
                .isEqualTo(IntStream.rangeClosed(1, count)
                        .mapToObj(i -> "row " + i)
                        .toList());
    }

    private static void open(Running writer) {
        writer.send("now");
        assertThat(writer.hear()).isEqualTo("open");
    }

    private static void say(Running writer, String line) {
        writer.send(line);
        assertThat(writer.hear()).isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "r+"})
    void theStreamIsHeldAndGoesOnAndBothAreLogged(String mode) {
        long before;
        CountDownLatch goOn = new CountDownLatch(1);
        Flux<Row> endless = Flux.generate(next -> {
            if (emitted.get() == 2_000) { // so that the other one does not meet a commit
                Await.reached("the other one has the file", goOn);
            }
            next.next(Row.of((int) emitted.incrementAndGet()));
        });
        try (Logged logged = new Logged()) {
            long safe = 2_000;
            try (Running writer = Python.start(WRITER, file, mode)) {
                assertThat(writer.hear()).isEqualTo("ready");
                subscribe(endless.subscribeOn(Schedulers.boundedElastic()), Duration.ofMinutes(1));
                awaitCommitOf(2_000);
                open(writer);
                goOn.countDown();
                Await.until("the wait is reported", () -> !logged.about(file).isEmpty());
                long held = emitted.get();
                assertThat(held - safe).as("records that wait").isBetween(100L, 1L << 13);
                say(writer, "f.attrs['operator'] = 'Ada'");
                assertThat(emitted).hasValue(held);
                assertThat(committed).hasValue(safe);
            }
            Await.until("it goes on", () -> committed.get() > safe + 10_000);
            before = emitted.get() - 1;
            sink.dispose();
            assertThat(logged.about(file)).hasSize(2);
            assertThat(logged.about(file).get(0)).startsWith("WARN waiting for up to PT1M, because ");
            assertThat(logged.about(file).get(1)).startsWith("WARN going on after PT");
        }
        sink.disposeGracefully().block(Await.LIMIT);
        long records = sink.result().block(Await.LIMIT).records();
        assertThat(records).isBetween(before, emitted.get());
        assertRows((int) records);
        assertThat(Attrs.show(file, "/")).contains("operator").endsWith("'Ada'");
    }

    @Test
    void afterTheLimitItFailsAndNeitherLosesAnything() {
        subscribe(source.asFlux(), Duration.ofMillis(300));
        emit(1, 10);
        awaitCommitOf(10);
        try (Running writer = Python.start(WRITER, file, "r+")) {
            assertThat(writer.hear()).isEqualTo("ready");
            open(writer);
            emit(11, 20);
            assertThatExceptionOfType(H5FileException.class)
                    .isThrownBy(() -> sink.result().block(Await.LIMIT))
                    .withMessageStartingWith(file + ": ")
                    .withMessageContaining("another program")
                    .withMessageEndingWith("; given up after PT0.3S; 10 records are safe in the file")
                    .satisfies(error -> assertThat(error.safeRecords()).isEqualTo(10));
            say(writer, "f['theirs'] = [1, 2, 3]");
        }
        assertRows(10);
        assertThat(H5py.read(file).values("/theirs")).containsExactly(1L, 2L, 3L);

        Run.write(H5Writer.to(file), Flux.range(11, 10).map(Row::of));
        assertRows(20);
    }

    @Test
    void objectsThatItAddsAreKeptAndTheStreamGoesOn() {
        subscribe(source.asFlux(), Duration.ofMinutes(1));
        emit(1, 10);
        awaitCommitOf(10);
        try (Running writer = Python.start(WRITER, file, "a")) {
            assertThat(writer.hear()).isEqualTo("ready");
            open(writer);
            say(writer, "f['group/theirs'] = list(range(100000))");
            emit(11, 20);
            say(writer, "f['number'].attrs['checked'] = True");
            say(
                    writer,
                    "f.create_dataset('text2', (3,), maxshape=(None,), dtype=h5py.string_dtype())[:] = ['a', 'b', 'c']");
            say(writer, "f['value2'] = f['value']");
        }
        awaitCommitOf(20);
        emit(21, 30);
        sink.disposeGracefully().block(Await.LIMIT);

        assertRows(30);
        H5py seen = H5py.read(file);
        assertThat(seen.values("/group/theirs")).hasSize(100_000).endsWith(99_999L);
        assertThat(seen.values("/text2")).containsExactly("a", "b", "c");
        assertThat(seen.at("/number").attributes()).containsEntry("checked", "True");
    }

    @ParameterizedTest
    @ValueSource(strings = {"number", "value", "text"})
    void rowsThatItAddsEndTheStreamAndAreKept(String column) {
        subscribe(source.asFlux(), Duration.ofMinutes(1));
        emit(1, 10);
        awaitCommitOf(10);
        try (Running writer = Python.start(WRITER, file, "a")) {
            assertThat(writer.hear()).isEqualTo("ready");
            open(writer);
            say(
                    writer,
                    "f['" + column + "'].resize(12, axis=0); f['" + column + "'][10:] = "
                            + (column.equals("text") ? "'77'" : "77"));
        }
        emit(11, 20);

        assertThatExceptionOfType(H5SchemaException.class)
                .isThrownBy(() -> sink.result().block(Await.LIMIT))
                .satisfies(error -> {
                    assertThat(error.object()).isEqualTo("/" + column);
                    assertThat(error.expected()).isEqualTo("10 rows, as this sink left it");
                    assertThat(error.actual()).isEqualTo("12 rows; another program changed it");
                    assertThat(error.safeRecords()).isEqualTo(10);
                });
        H5py seen = H5py.read(file);
        for (String each : new String[] {"number", "value", "text"}) {
            assertThat(seen.values("/" + each)).as(each).hasSize(each.equals(column) ? 12 : 10);
        }
        assertThat(seen.values("/" + column)).last().isIn(77, 77.0, "77");
    }
}
