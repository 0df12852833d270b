package h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Running.Answer;
import h5sink.console.ExitCode;
import io.h5sink.Compression;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

public class CliTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    /** Two columns that are one under the other in a group, compressed, and a spectrum. */
    public static void make(Path file, int rows) {
        H5Sink<H5Record> sink = H5Sink.to(
                file,
                writer -> writer.group("/run")
                        .column("value", c -> c.unit("degC").compression(Compression.gzip(4)))
                        .attribute("/", "title", "a\ttest"));
        Flux.range(0, rows)
                .map(i -> H5Record.of("value", i / 2.0).and("spectrum", new int[] {i, i + 1, i + 2}))
                .subscribe(sink);
        sink.result().block(Await.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"record", "ls", "show", "tail", "plot", "verify", "recover", "repack"})
    void eachCommandHasHelpWithExamples(String command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        assertThat(Cli.run(new PrintWriter(out), new PrintWriter(err), command, "--help"))
                .isZero();

        assertThat(out.toString()).contains("Usage: h5sink " + command, "Examples:", "  h5sink " + command + " ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void lsShowsTypesShapesFiltersSizesAndAttributes() {
        make(file, 1000);

        assertThat(Running.succeed("ls", file))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith(file + "  ").endsWith("KiB"),
                        line -> assertThat(line).isEqualTo("/"),
                        line -> assertThat(line).isEqualTo("    @title: a\\ttest"),
                        line -> assertThat(line).isEqualTo("  run/"),
                        line -> assertThat(line)
                                .matches(" {4}spectrum +int32 +\\(1000, 3\\)  chunks \\(\\d+, 3\\)  [\\d.]+ KiB"),
                        line -> assertThat(line)
                                .matches(
                                        " {4}value +float64 +\\(1000,\\)  chunks \\(\\d+,\\)  shuffle, gzip 4  \\d+ bytes"),
                        line -> assertThat(line).isEqualTo("        @units: degC"));
    }

    @Test
    void showsSlicesRowsAndTimes() {
        make(file, 100);

        assertThat(Running.succeed("show", file, "/run/value", ":6:2")).containsExactly("0.0", "1.0", "2.0");
        assertThat(Running.succeed("show", file, "run/value", "-1")).containsExactly("49.5");
        assertThat(Running.succeed("show", file, "/run/spectrum", "1:3, ::2")).containsExactly("1\t3", "2\t4");
        assertThat(Running.succeed("show", file, "/run/spectrum")).hasSize(100).endsWith("99\t100\t101");
        assertThat(Running.succeed("show", file, "/run").subList(0, 3))
                .containsExactly("spectrum\tvalue", "[0,1,2]\t0.0", "[1,2,3]\t0.5");
        assertThat(Running.succeed("show", file, "/run", "--json").get(3))
                .isEqualTo("{\"spectrum\":[3,4,5],\"value\":1.5}");
    }

    @Test
    void showsWhatOthersHaveWritten() {
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    f['scalar'] = 1.5
                    f.create_group('group')
                    f['text'] = 'two\\nlines'
                    f['table'] = numpy.array([(1, b'a'), (2, b'b')], [('n', 'i4'), ('s', 'S3')])
                    f['group/round'] = h5py.SoftLink('/group')
                """, file);

        assertThat(Running.succeed("show", file, "/scalar")).containsExactly("1.5");
        assertThat(Running.succeed("show", file, "/text")).containsExactly("two\\nlines");
        assertThat(Running.succeed("show", file, "/table")).containsExactly("n\ts", "1\ta", "2\tb");
        assertThat(Running.succeed("ls", file))
                .as("links that go round in circles")
                .hasSizeLessThan(30)
                .anyMatch(line -> line.endsWith(" round/  is /group"));
    }

    @Test
    void tailShowsTheLastRowsAndThoseThatCome() throws IOException {
        Sinks.Many<H5Record> source = Sinks.many().unicast().onBackpressureBuffer();
        H5Sink<H5Record> sink = H5Sink.to(file, writer -> writer.commitEvery(Duration.ofMillis(20)));
        source.asFlux().subscribe(sink);
        for (int i = 0; i < 20; i++) {
            source.tryEmitNext(H5Record.of("n", i)).orThrow();
        }
        sink.commits().filter(commit -> commit.records() == 20).blockFirst(Await.LIMIT);

        assertThat(Running.succeed("tail", file, "-n", "3")).containsExactly("n", "17", "18", "19");
        try (Running running = Running.start("tail", "-f", file, "-n2", "--poll=10ms")) {
            BufferedReader out = running.out();
            assertThat(List.of(out.readLine(), out.readLine(), out.readLine())).containsExactly("n", "18", "19");
            source.tryEmitNext(H5Record.of("n", 20)).orThrow();
            assertThat(out.readLine()).isEqualTo("20");
            source.tryEmitNext(H5Record.of("n", 21)).orThrow();
            assertThat(out.readLine()).isEqualTo("21");
        }
        source.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);
    }

    @Test
    void aReaderThatGoesAwayEndsItQuietly() throws IOException {
        make(file, 200_000);
        try (Running running = Running.start("show", file, "/run/value")) {
            BufferedReader out = running.out();
            assertThat(out.readLine()).isEqualTo("0.0");
            out.close();
            Answer answer = running.answerWithoutOutput();

            assertThat(answer.status()).isZero();
            assertThat(answer.err()).isEmpty();
        }
    }

    @Test
    void plotsInTheTerminal() {
        make(file, 1000);

        List<String> chart = Running.succeed("plot", file, "/run/value");

        assertThat(chart.get(0)).endsWith("/run/value [degC]");
        assertThat(chart).anyMatch(line -> line.startsWith("400 ┤"));
        assertThat(chart.get(1)
                        .codePoints()
                        .filter(c -> c > 0x2800 && c <= 0x28ff)
                        .count())
                .as("the line ends in the top row")
                .isPositive();
        assertThat(chart.get(chart.size() - 1).trim().split(" +")).contains("0", "500");
    }

    @Test
    void completesItsCommands() {
        assertThat(Running.succeed("generate-completion")).anyMatch(line -> line.contains("_complete_h5sink"));
    }

    @Test
    void errorsAreOneLineEach() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "text\n".repeat(100));
        for (String command : List.of("ls", "verify", "recover", "tail")) {
            assertError(ExitCode.ERROR, "does not exist", command, file);
            assertError(ExitCode.ERROR, "not an HDF5 file", command, text);
        }
        make(file, 10);
        assertError(ExitCode.ERROR, "/none: expected a dataset, found nothing", "show", file, "/none");
        assertError(ExitCode.ERROR, "slice \"x\"", "show", file, "/run/value", "x");
        assertError(ExitCode.ERROR, "has the shape (10, 3)", "plot", file, "/run/spectrum");
        assertError(ExitCode.USAGE, "Unknown option: '--wrong'; see h5sink ls --help", "ls", file, "--wrong");
        assertError(ExitCode.USAGE, "Missing required parameter", "ls");
        assertError(ExitCode.USAGE, "'brotli' is no compression", "repack", file, "--compress", "brotli");
        assertError(ExitCode.USAGE, "Unmatched argument at index 0: 'list'", "list");
    }

    private static void assertError(int status, String message, Object... arguments) {
        Answer answer = Running.run("", arguments);
        assertThat(answer.status()).as("%s", List.of(arguments)).isEqualTo(status);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err())
                .singleElement()
                .asString()
                .startsWith("h5sink: ")
                .contains(message);
    }
}
