package io.h5sink.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Names whose last value is kept, and names that many threads log through a sink of Reactor's. */
@Timeout(60)
class LatestTest {

    record One(int a) {}

    @TempDir
    Path directory;

    @Test
    void theLastValueIsADatasetOfItsOwnShape() {
        WriteSummary summary = Run.write(
                latest("scalar", "text", "matrix", "list", "g/time", "words")
                        .chunkRows(3)
                        .commitEvery(7),
                Flux.range(0, 50)
                        .map(i -> H5Record.of("scalar", i)
                                .and("text", "text " + i)
                                .and("matrix", new double[][] {{i, 1}, {2, 3}, {4, -i}})
                                .and("list", IntStream.range(0, i % 4).toArray())
                                .and("g/time", Instant.ofEpochSecond(0, i))
                                .and("words", new String[] {"w" + i, "é"})
                                .and("row", i)));

        assertThat(summary.rows()).containsEntry("/scalar", 1L).containsEntry("/row", 50L);
        Path file = directory.resolve("data.h5");
        assertThat(Listing.of(file))
                .isEqualTo("""
                /g/time: int64 49
                /list: ragged int32 [0]
                /matrix: float64[2] [[49.0, 1.0], [2.0, 3.0], [4.0, -49.0]]
                /row: int32 %s
                /scalar: int32 49
                /text: str 'text 49'
                /words: str ['w49', 'é']
                """.formatted(IntStream.range(0, 50).boxed().toList()));
        H5py seen = H5py.read(file);
        assertThat(seen.at("/scalar").shape()).isEqualTo("()");
        assertThat(seen.at("/matrix").maxshape()).isEqualTo("(3, 2)");
        assertThat(seen.at("/g/time").attributes()).isEqualTo(Map.of("units", "nanoseconds since 1970-01-01"));
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-d", "/scalar", file)).contains("DATASPACE  SCALAR", "(0): 49");
        }
    }

    @Test
    void aLaterSessionReplacesTheValue() {
        Run.write(latest("state"), Flux.just(H5Record.of("state", "first"), H5Record.of("state", "second")));
        Run.write(latest("state"), Flux.just(H5Record.of("state", "third")));

        assertThat(H5py.read(directory.resolve("data.h5")).values("/state")).containsExactly("third");
    }

    @Test
    void whatHasRowsOrAnotherShapeIsRefused() {
        Path file = directory.resolve("data.h5");
        Run.write(file, H5Record.of("rows", 1).and("more", 2));
        Run.write(latest("vector"), Flux.just(H5Record.of("vector", new int[2])));

        Run.fail(latest("rows"), Flux.just(H5Record.of("rows", 2)))
                .isAboutTheObject(
                        file,
                        "/rows",
                        "DATASET \"/rows\" { DATATYPE H5T_STD_I32LE DATASPACE SCALAR }",
                        "DATASET \"/rows\" { DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 1 ) / ( H5S_UNLIMITED ) } }",
                        0);
        Run.fail(latest("vector"), Flux.just(H5Record.of("vector", new int[3])))
                .isAboutTheObject(
                        file,
                        "/vector",
                        "DATASET \"/vector\" { DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 3 ) / ( 3 ) } }",
                        "DATASET \"/vector\" { DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 2 ) / ( 2 ) } }",
                        0);
        Run.fail(H5Writer.<Object>to(file).column("a", c -> c.latest()), new One(1))
                .isAboutTheObject(file, "/a", "a column with a row for each record", "one that is latest()", 0);
    }

    /** Says what there is in a log, at once and for each byte that comes in. */
    static final class Reader {

        private Reader() {}

        public static void main(String... arguments) throws IOException {
            do {
                try (H5Source h5 = H5Source.open(arguments[0])) {
                    List<String> threads =
                            h5.groups().contains("thread") ? h5.group("thread").datasets() : List.of();
                    boolean equal = threads.stream()
                            .map(name -> h5.dataset("thread/" + name).read(int[].class))
                            .allMatch(values -> Arrays.equals(
                                    values, IntStream.range(0, values.length).toArray()));
                    System.out.println(h5.dataset("last").shape() + " " + equal);
                }
            } while (System.in.read() > 0);
        }
    }

    @Test
    void manyThreadsLogWhileAnotherProcessReads() throws IOException {
        int threads = 8;
        int values = 4_000;
        Path file = directory.resolve("log.h5");
        Sinks.Many<H5Record> log = Sinks.many().unicast().onBackpressureBuffer();
        H5Sink<H5Record> sink =
                H5Sink.to(file, w -> w.commitEvery(Duration.ofMillis(20)).column("last", c -> c.latest()));
        log.asFlux().subscribe(sink);
        log.emitNext(H5Record.of("last", -1), Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(10)));
        sink.commits().blockFirst(Await.LIMIT);

        List<Thread> loggers = IntStream.range(0, threads)
                .mapToObj(thread -> new Thread(() -> {
                    for (int i = 0; i < values; i++) {
                        H5Record record = H5Record.of("thread/" + thread, i)
                                .and("last", i)
                                .and("image", new byte[][] {{(byte) thread}, {(byte) i}});
                        log.emitNext(record, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(10)));
                    }
                }))
                .toList();
        // a reader that waits half a second for the sink logs that, among the lines that it prints
        Process reader = Jvm.start(List.of("-Dorg.slf4j.simpleLogger.log.io.h5sink=off"), Reader.class, file);
        try (BufferedReader lines = reader.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("[] true");
            loggers.forEach(Thread::start);
            reader.getOutputStream().write('\n');
            reader.getOutputStream().close();
            assertThat(lines.readLine()).isEqualTo("[] true");
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                import h5py, sys, time
                for attempt in range(1000):
                    try:
                        with h5py.File(sys.argv[1], 'r') as f:
                            print(f['last'].shape, all((v[:] == range(len(v))).all() for v in f.get('thread', {}).values()))
                            break
                    except (KeyError, OSError, RuntimeError, TypeError):  # met a commit, while it opened or while it read
                        time.sleep(0.001)
                """, file)).isEqualToIgnoringWhitespace("() True");
        }
        loggers.forEach(LatestTest::join);
        log.emitComplete(Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(10)));
        WriteSummary summary = sink.result().block(Await.LIMIT);

        assertThat(summary).isNotNull();
        assertThat(summary.records()).isEqualTo(threads * values + 1L);
        H5py file5 = H5py.read(file);
        for (int thread = 0; thread < threads; thread++) {
            assertThat(file5.values("/thread/" + thread))
                    .containsExactlyElementsOf(
                            IntStream.range(0, values).boxed().toList());
        }
        assertThat(file5.at("/image").shape()).isEqualTo("(" + threads * values + ", 2, 1)");
        assertThat((int) file5.values("/last").get(0)).isEqualTo(values - 1);
    }

    private H5Writer.Builder<H5Record> latest(String... names) {
        H5Writer.Builder<H5Record> writer = H5Writer.to(directory.resolve("data.h5"));
        for (String name : names) {
            writer.column(name, c -> name.equals("list") ? c.latest().ragged() : c.latest());
        }
        return writer;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
