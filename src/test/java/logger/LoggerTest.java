package logger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Log;
import io.h5sink.judge.Python;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggerTest {

    private static final String LOOK = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r') as f:
                print(f['status'].asstr()[()], f['status'].shape, f['weights'].shape, f['weights'].dtype,
                      f['sample'].shape, f['sample'].dtype)
                for name, loss in f['loss'].items():
                    print(name, loss.shape, all(loss[:] == [1 / step for step in range(1, 501)]))
            """;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void logsFromManyThreads() {
        Path file = directory.resolve("log.h5");

        assertThat(run("500", "8", file.toString())).as(text(err)).isZero();

        assertThat(Python.run(LOOK, file).lines())
                .startsWith("done () (4, 8) float32 (40, 28, 28) int8")
                .endsWith(IntStream.range(0, 8)
                        .mapToObj(worker -> "worker" + worker + " (500,) True")
                        .toArray(String[]::new));
        List<String> lines = text(out).lines().toList();
        assertThat(lines.get(0)).isEqualTo(file.toString());
        assertThat(lines)
                .anyMatch(line -> line.matches(" {2}/loss/worker7 +500"))
                .anyMatch(line -> line.matches(" {2}/status +1"))
                .contains("print(file[\"status\"].asstr()[()], file[\"loss/worker0\"][-1])");
    }

    @Test
    void goesOnWithAFile() {
        Path file = directory.resolve("log.h5");
        run("2", "1", file.toString());

        assertThat(run("3", "1", file.toString())).as(text(err)).isZero();

        assertThat(Python.run(
                        "import h5py, sys\nf = h5py.File(sys.argv[1], 'r')\nprint(f['loss/worker0'].shape)", file))
                .isEqualToIgnoringWhitespace("(5,)");
    }

    @Test
    void tellsWhatDoesNotFitTheFile() {
        Path file = directory.resolve("log.h5");
        try (H5Log log = H5Log.to(file)) {
            log.log("loss/worker0", "text");
        }

        assertThat(run("3", "1", file.toString())).isNotZero();
        assertThat(text(err)).contains("/loss/worker0: expected");
    }

    @Test
    void tellsWhatIsWrongInOneLine() {
        assertThat(run("1", "1", directory.toString())).isNotZero();
        assertThat(run("none")).isEqualTo(2);
        assertThat(run("1", "0")).isNotZero();
        assertThat(run("1", "2", "3", "4")).isNotZero();

        assertThat(text(err).lines())
                .containsExactly(
                        "logger: " + directory + ": it is a directory; 0 records are safe in the file",
                        "logger: Invalid value for positional parameter at index 0 (STEPS): 'none' is not an int; see --help",
                        "logger: WORKERS must be a number from 1 on, was 0; see --help",
                        "logger: Unmatched argument at index 3: '4'; see --help");
    }

    @Test
    void hasHelp() {
        assertThat(run("--help")).isZero();

        assertThat(text(out)).startsWith("Usage: logger ").contains("by default 1000.", "by default log.h5.");
        assertThat(text(err)).isEmpty();
    }

    private int run(String... args) {
        return Logger.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), args);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(UTF_8);
    }
}
