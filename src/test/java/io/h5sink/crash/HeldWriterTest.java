package io.h5sink.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.judge.Python;
import io.h5sink.testing.AddingProgram;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.LibraryWriter;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Sinks;

/**
 * A writer that is held at each of its own system calls on a file ({@code strace -e inject=…:delay_enter}), while another program opens the
 * file for writing again and again, and adds to it: neither loses anything, wherever between two calls the other one comes.
 */
class HeldWriterTest {

    private static final int ROWS = 7;
    private static final int COMMITS = Integer.getInteger("h5sink.held.commits", 6);
    private static final int DELAY_MICROS = 1500;

    /** Writes some rows, each time the last ones are committed. */
    static final class Writer {

        private Writer() {}

        public static void main(String... args) {
            boolean library = Boolean.parseBoolean(args[1]);
            H5Sink<H5Record> sink = H5Sink.to(
                    Path.of(args[0]),
                    writer -> (library
                                    ? LibraryWriter.of(writer, Path.of(args[0])).column("last", c -> c.latest())
                                    : writer)
                            .chunkRows(16)
                            .commitEvery(Duration.ofHours(1))
                            .commitEvery(ROWS)
                            .patience(Duration.ofMinutes(2)));
            Sinks.Many<H5Record> rows = Sinks.many().unicast().onBackpressureBuffer();
            sink.commits().subscribe(commit -> {
                if (commit.records() == ROWS) {
                    System.out.println("begun");
                }
                if (commit.records() == COMMITS * ROWS) {
                    rows.tryEmitComplete().orThrow();
                } else {
                    emit(rows, commit.records(), library);
                }
            });
            rows.asFlux().subscribe(sink);
            emit(rows, 0, library);
            System.out.println(
                    sink.result().map(summary -> "records " + summary.records()).block());
        }

        private static void emit(Sinks.Many<H5Record> rows, long first, boolean library) {
            for (long i = first; i < first + ROWS; i++) {
                H5Record row = H5Record.of("i", i).and("x", i / 2.0);
                rows.tryEmitNext(library ? row.and("last", i) : row).orThrow();
            }
        }
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"pwrite64, false", "pread64, false", "pwrite64, true", "pread64, true"})
    void whatBothHaveWrittenIsThere(String call, boolean library) throws Exception {
        Strace.requireStrace(directory);
        Python.require();
        Path file = directory.resolve("data.h5");
        List<Path> held = List.of(file, directory.resolve("data.h5.journal"), Path.of("/proc/locks"));
        List<String> command = Strace.failing(
                held, call, "delay_enter=" + DELAY_MICROS, Jvm.command(List.of(), Writer.class, file, library));
        Process writer = new ProcessBuilder(command).redirectErrorStream(true).start();
        int made;
        try (BufferedReader reported = writer.inputReader()) {
            List<String> lines;
            String line = reported.readLine();
            while (!"begun".equals(line)) { // what is logged comes with it
                assertThat(line).as("what the writer says").isNotNull();
                line = reported.readLine();
            }
            try (AddingProgram other = new AddingProgram(file, AddingProgram.Way.ADDING_OR_GIVING_UP)) {
                lines = reported.lines().toList();
                other.awaitBegin();
                made = other.end();
            }
            assertThat(lines).last().isEqualTo("records " + COMMITS * ROWS);
            assertThat(writer.waitFor()).isZero();
        } finally {
            writer.destroyForcibly();
        }

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("/i").read(long[].class))
                    .containsExactly(LongStream.range(0, COMMITS * ROWS).toArray());
            assertThat(h5.dataset("/x").read(double[].class))
                    .containsExactly(LongStream.range(0, COMMITS * ROWS)
                            .mapToDouble(i -> i / 2.0)
                            .toArray());
        }
        AddingProgram.assertAllThere(file, made);
    }
}
