package io.h5sink.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.H5Rows;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Sharing;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Other processes write, are killed and begin anew; who follows gets each row once. */
class FollowOthersTest {

    record Row(long number, double half) {}

    record Texts(long number, String text) {}

    private static final Duration POLL = Duration.ofMillis(10);
    private static final long SEED = 20261121;

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("data.h5");
    }

    private static String text(long i) {
        return "t" + "x".repeat((int) (i * 7 % 40));
    }

    /** Goes on where the file ends, with commits at random moments; says how many records are committed. */
    static final class Writer {

        private Writer() {}

        public static void main(String... args) {
            Path file = Path.of(args[0]);
            long to = Long.parseLong(args[4]);
            boolean texts = args[2].equals("texts");
            if (Files.exists(file)) {
                H5Writer.recover(file);
            }
            long first = Files.exists(file) ? length(file) : 0;
            Random random = new Random(first ^ SEED);
            H5Sink<Object> sink = H5Sink.to(
                    file,
                    writer -> writer.sharing(Sharing.valueOf(args[1]))
                            .layout(args[2].equals("table") ? Layout.TABLE : Layout.COLUMNS)
                            .compression(args[3].equals("none") ? Compression.none() : Compression.gzip(1))
                            .chunkRows(64)
                            .commitEvery(Duration.ofMillis(5))
                            .commitEvery(1 + random.nextInt(100)));
            sink.commits()
                    .subscribe(commit -> System.out.println("reported " + (first + commit.records())), failure -> {});
            Flux.<Object, Long>generate(() -> first, (next, out) -> {
                        if (next == to) {
                            out.complete();
                        } else {
                            out.next(texts ? new Texts(next, text(next)) : new Row(next, next / 2.0));
                        }
                        return next + 1;
                    })
                    .concatMap(record -> ((Number) recordNumber(record)).longValue() % 50 == 0
                            ? Flux.just(record).delayElements(Duration.ofNanos(random.nextInt(3_000_000)))
                            : Flux.just(record))
                    .subscribe(sink);
            sink.result().block();
        }

        private static Object recordNumber(Object record) {
            return record instanceof Row row ? row.number : ((Texts) record).number;
        }

        private static long length(Path file) {
            try (H5Source h5 = H5Source.open(file)) {
                return h5.datasets().contains("number")
                        ? h5.dataset("number").shape().get(0)
                        : h5.datasets().contains("table")
                                ? h5.dataset("table").shape().get(0)
                                : 0;
            }
        }
    }

    /** Asks for some at a time, and checks that each row is the next one. */
    private static final class Checking<T> extends BaseSubscriber<T> {

        private final Random random = new Random(SEED);
        final AtomicLong rows = new AtomicLong();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        private long asked;

        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            more();
        }

        private void more() {
            long more = 1L + random.nextInt(200);
            asked += more;
            request(more);
        }

        @Override
        protected void hookOnNext(T row) {
            long i = rows.get();
            Object expected = row instanceof Row ? new Row(i, i / 2.0) : new Texts(i, text(i));
            if (!row.equals(expected)) {
                failure.compareAndSet(null, new AssertionError("expected " + expected + ", got " + row));
            }
            if (rows.incrementAndGet() == asked) {
                more();
            }
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            failure.compareAndSet(null, throwable);
        }

        void mustBeRight() {
            Throwable error = failure.get();
            if (error != null) {
                throw new AssertionError("after " + rows + " rows: " + error, error);
            }
        }
    }

    private Process start(Object... args) throws IOException {
        return new ProcessBuilder(Jvm.command(List.of("-XX:TieredStopAtLevel=1"), Writer.class, args))
                .redirectErrorStream(true)
                .start();
    }

    /** Lets a writer run to its end, or kills it after some commits; how many records it reported to be committed. */
    private long run(Process process, int commits) throws Exception {
        long reported = -1;
        List<String> output = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            int seen = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("reported ")) {
                    reported = Long.parseLong(line.substring("reported ".length()));
                    if (++seen == commits) {
                        process.toHandle().destroyForcibly();
                    }
                } else {
                    output.add(line);
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(reported).as("%s", output).isPositive();
        return reported;
    }

    @ParameterizedTest
    @CsvSource({
        "RELEASE, rows, none",
        "RELEASE, rows, gzip",
        "RELEASE, texts, none",
        "RELEASE, table, none",
        "SWMR, rows, none",
        "SWMR, rows, gzip",
        "EXCLUSIVE, rows, none"
    })
    void writersThatAreKilledAndGoOn(Sharing sharing, String kind, String compression) throws Exception {
        boolean texts = kind.equals("texts");
        Checking<Object> checking = new Checking<>();
        H5Rows rows = H5Rows.of(file()).from(0);
        Flux<Object> follow = texts
                ? rows.follow(Texts.class, POLL).cast(Object.class)
                : rows.follow(Row.class, POLL).cast(Object.class);
        follow.subscribe(checking);
        try {
            Random random = new Random(SEED);
            for (int turn = 0; turn < 3; turn++) {
                run(start(file(), sharing, kind, compression, Long.MAX_VALUE), 1 + random.nextInt(100));
                checking.mustBeRight();
            }
            H5Writer.recover(file());
            long end = Writer.length(file()) + 5000;
            assertThat(run(start(file(), sharing, kind, compression, end), -1)).isEqualTo(end);
            Await.untilAsserted(() -> {
                checking.mustBeRight();
                assertThat(checking.rows.get()).isEqualTo(end);
            });
        } finally {
            checking.dispose();
        }
    }

    private static final String SWMR = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'w', libver='latest') as f:
                number = f.create_dataset('number', (0,), 'i8', maxshape=(None,), chunks=(16,))
                half = f.create_dataset('half', (0,), 'f8', maxshape=(None,), chunks=(50,))
                f.swmr_mode = True
                print('ready', flush=True)
                for line in sys.stdin:
                    column, end = line.split()
                    end = int(end)
                    dataset = f[column]
                    start = dataset.shape[0]
                    dataset.resize((end,))
                    dataset[start:] = [i if column == 'number' else i / 2 for i in range(start, end)]
                    dataset.flush()
                    print('done', flush=True)
            """;

    @Test
    void anotherProgramInSwmrMode() {
        Python.require();
        Checking<Row> checking = new Checking<>();
        H5Rows.of(file()).follow(Row.class, POLL).subscribe(checking);
        try (Python.Running writer = Python.start(SWMR, file())) {
            assertThat(writer.hear()).isEqualTo("ready");
            for (int end = 7; end < 300; end += 7) {
                reported(writer, "number " + end);
                int before = end - 7;
                assertThat(checking.rows.get()).isLessThanOrEqualTo(before); // the other column is shorter
                reported(writer, "half " + end);
                int now = end;
                Await.untilAsserted(() -> {
                    checking.mustBeRight();
                    assertThat(checking.rows.get()).isEqualTo(now);
                });
            }
        } finally {
            checking.dispose();
        }
    }

    private static void reported(Python.Running writer, String what) {
        writer.send(what);
        assertThat(writer.hear()).isEqualTo("done");
    }

    /** Cancelled in the middle of anything, nobody has the file. */
    @Test
    void cancelledAtAnyMoment() {
        Run.write(H5Writer.<Row>to(file()).chunkRows(16), Flux.range(0, 5000).map(i -> new Row(i, i / 2.0)));
        Random random = new Random(SEED);
        for (int turn = 0; turn < 50; turn++) {
            AtomicLong seen = new AtomicLong();
            Disposable following = H5Rows.of(file())
                    .from(0)
                    .follow(Row.class, Duration.ofMillis(1))
                    .subscribe(row -> seen.incrementAndGet());
            long enough = random.nextInt(5000);
            Await.until("some rows came", () -> seen.get() >= enough);
            following.dispose();
        }
        if (Python.isPresent()) {
            Await.untilAsserted(() -> Python.run("import h5py, sys; h5py.File(sys.argv[1], 'r+').close()", file()));
        }
        Run.write(H5Writer.<Row>to(file()), Flux.just(new Row(5000, 2500)));
    }
}
