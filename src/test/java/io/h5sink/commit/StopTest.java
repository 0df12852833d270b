package io.h5sink.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Python.Running;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.LibraryWriter;
import io.h5sink.testing.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** However a stream is stopped, what was received is in the file, which is complete. */
@Timeout(120)
class StopTest {

    /** Signal 15, as shells report it. */
    private static final int TERMINATED = 128 + 15;

    private static final int STEP = 1_000;

    record Row(int number, double[] pair, String text) {
        static Row of(int number) {
            return new Row(number, new double[] {number, 0.5 * number}, "row " + number);
        }
    }

    /** How records come. */
    enum Stream {
        /** Many, but no more than can be looked at. */
        FLOOD,
        /** One in a while. */
        TRICKLE,
        /** A few, and then no more, and no end. */
        IDLE,
        /** The same, into a file that the C library writes. */
        LIBRARYS,
        /** A few, as many when asked so, and no end. */
        ASKED
    }

    /** Writes a stream that does not end by itself, and says how many records were received. */
    static final class Writer {

        private Writer() {}

        public static void main(String... args) throws InterruptedException {
            Stream stream = Stream.valueOf(args[1]);
            Path file = Path.of(args[0]);
            H5Sink<Row> sink = H5Sink.to(
                    file,
                    writer -> (stream == Stream.LIBRARYS ? LibraryWriter.of(writer, file) : writer)
                            .commitEvery(Duration.ofMillis(500)));
            int step = stream == Stream.FLOOD ? STEP : 10;
            Flux<Row> rows = Flux.generate(() -> 0, (received, next) -> { // called when all before have been taken
                if (received % step == 0 && !sink.isDisposed()) {
                    System.out.println("received " + received);
                }
                if (stream == Stream.FLOOD && received % 10 == 0) {
                    LockSupport.parkNanos(100_000);
                }
                next.next(Row.of(received));
                return received + 1;
            });
            switch (stream) {
                case FLOOD -> rows.subscribeOn(Schedulers.boundedElastic()).subscribe(sink);
                case TRICKLE ->
                    Flux.interval(Duration.ofMillis(2))
                            .onBackpressureBuffer()
                            .zipWith(rows, 1, (tick, row) -> row)
                            .subscribe(sink);
                case IDLE, LIBRARYS ->
                    rows.take(STEP)
                            .doOnComplete(() -> System.out.println("received " + STEP))
                            .concatWith(Flux.never())
                            .subscribe(sink);
                case ASKED -> {
                    Sinks.Many<Row> source = Sinks.many().unicast().onBackpressureBuffer();
                    source.asFlux().subscribe(sink);
                    for (int number = 0; number < STEP; number++) {
                        if (number == STEP / 2) {
                            sink.commits()
                                    .filter(commit -> commit.records() == STEP / 2)
                                    .blockFirst(Await.LIMIT);
                            System.out.println("received " + number);
                            new Scanner(System.in, StandardCharsets.UTF_8).nextLine();
                        }
                        source.tryEmitNext(Row.of(number)).orThrow();
                    }
                    Await.until("they are taken", () -> sink.scan(Scannable.Attr.LARGE_BUFFERED) == STEP / 2);
                    System.out.println("received " + STEP);
                }
            }
            Thread.currentThread().join();
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static long received(String line) {
        return Long.parseLong(line.substring("received ".length()));
    }

    /** Reads until so many records were received, and returns how many. */
    private static long awaitReceived(BufferedReader output, long records) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("received ") && received(line) >= records) {
                return received(line);
            }
        }
        throw new AssertionError("the writer ended early");
    }

    /** Reads what is left, and returns the last number of records. */
    private static long awaitEnd(Process process, BufferedReader output, long before) throws Exception {
        long last = output.lines()
                .filter(line -> line.startsWith("received "))
                .mapToLong(StopTest::received)
                .reduce(before, (earlier, later) -> later);
        assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return last;
    }

    private int assertComplete() {
        H5py seen = H5py.read(file);
        int rows = seen.values("/number").size();
        assertThat(seen.values("/number"))
                .isEqualTo(IntStream.range(0, rows).boxed().toList());
        assertThat(seen.values("/text"))
                .isEqualTo(IntStream.range(0, rows).mapToObj(i -> "row " + i).toList());
        assertThat(seen.values("/pair")).hasSize(2 * rows);
        Run.write(H5Writer.to(file), Flux.just(Row.of(rows)));
        assertThat(H5py.read(file).values("/number")).as("appended to").hasSize(rows + 1);
        return rows;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ASKED")
    void aTerminatedJvmCommitsWhatItReceived(Stream stream) throws Exception {
        Process process = Jvm.start(Writer.class, file, stream);
        boolean ends = stream == Stream.IDLE || stream == Stream.LIBRARYS;
        try (BufferedReader output = process.inputReader()) {
            long before = awaitReceived(output, stream == Stream.FLOOD ? 50 * STEP : ends ? STEP : 100);

            process.toHandle().destroy(); // which leaves its output open
            long received = awaitEnd(process, output, before);

            assertThat(process.exitValue()).isEqualTo(TERMINATED);
            int rows = assertComplete();
            assertThat((long) rows).isBetween(received, ends ? received : received + STEP);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aTerminatedJvmWaitsForAnotherWriter() throws Exception {
        Python.require();
        Process process = Jvm.start(Writer.class, file, Stream.ASKED);
        try (BufferedReader output = process.inputReader();
                java.io.Writer input = process.outputWriter()) {
            awaitReceived(output, STEP / 2);
            try (Running other = Python.start("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r+') as f:
                        print(len(f['number']))
                        sys.stdin.readline()
                    """, file)) {
                assertThat(other.hear()).isEqualTo("" + STEP / 2);
                input.write("go on\n");
                input.flush();
                awaitReceived(output, STEP);
                process.toHandle().destroy(); // which leaves its output open
                assertThat(process.waitFor(300, TimeUnit.MILLISECONDS))
                        .as("it ended")
                        .isFalse();
            }
            assertThat(awaitEnd(process, output, STEP)).isEqualTo(STEP);
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
        } finally {
            process.destroyForcibly();
        }
        assertThat(assertComplete()).isEqualTo(STEP);
    }

    @Test
    void aStreamThatIsCancelledAtAnyMoment() {
        Random random = new Random(20240501);
        Scheduler publisher = Schedulers.newSingle("publisher");
        try {
            for (int i = 0; i < 60; i++) {
                file = directory.resolve("cancelled" + i + ".h5");
                int at = random.nextInt(20_000);
                boolean elsewhere = random.nextBoolean();
                AtomicLong received = new AtomicLong(-1);
                H5Sink<Row> sink = H5Sink.to(
                        file,
                        writer -> writer.commitEvery(Duration.ofMillis(1))
                                .memory(1 << 18)
                                .chunkRows(100));
                Flux.<Row>generate(next -> {
                            long number = received.incrementAndGet();
                            if (number == at && !elsewhere) {
                                sink.dispose();
                            }
                            next.next(Row.of((int) number));
                        })
                        .subscribeOn(publisher)
                        .subscribe(sink);
                Await.until("record " + at + " comes", () -> received.get() >= at);
                long before = elsewhere ? received.get() : at;
                WriteSummary summary =
                        sink.disposeGracefully().then(sink.result()).block(Await.LIMIT);

                assertThat(summary.records()).isBetween(before, received.get() + 1);
                assertThat(H5py.read(file).values("/number"))
                        .isEqualTo(IntStream.range(0, (int) summary.records())
                                .boxed()
                                .toList());
                assertThat(H5py.read(file).values("/text")).hasSize((int) summary.records());
            }
        } finally {
            publisher.dispose();
        }
    }
}
