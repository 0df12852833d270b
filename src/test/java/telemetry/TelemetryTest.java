package telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTest {

    private static final Set<String> COLUMNS = Set.of(
            "time",
            "load",
            "cpu",
            "ticks",
            "memoryUsed",
            "memoryAvailable",
            "diskRead",
            "diskWritten",
            "networkReceived",
            "networkSent");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    @Test
    void recordsThisMachine() {
        Path path = directory.resolve("telemetry.h5");
        Instant before = Instant.now();

        assertThat(run(false, "1", "20", path.toString())).as(text(err)).isZero();

        try (HdfFile file = new HdfFile(path)) {
            assertThat(file.getChildren()).containsKeys(COLUMNS.toArray(String[]::new));
            int rows = file.getDatasetByPath("/time").getDimensions()[0];
            int cores = new Machine().read().ticks().length;
            assertThat(rows).isBetween(1, 20);
            assertThat(file.getDatasetByPath("/load").getDimensions()).containsExactly(rows, 3);
            assertThat(file.getDatasetByPath("/ticks").getDimensions()).containsExactly(rows, cores, 8);
            assertThat(DoubleStream.of((double[]) file.getDatasetByPath("/cpu").getData()))
                    .hasSize(rows)
                    .allMatch(cpu -> cpu >= 0 && cpu <= 1);
            assertThat(LongStream.of(
                            (long[]) file.getDatasetByPath("/memoryUsed").getData()))
                    .hasSize(rows)
                    .allMatch(bytes -> bytes > 0);
            assertThat(LongStream.of((long[]) file.getDatasetByPath("/time").getData()))
                    .hasSize(rows)
                    .allMatch(nanos -> nanos >= nanos(before) && nanos <= nanos(Instant.now()));
        }
    }

    @Test
    void showsTheFileAndHowToOpenIt() {
        Path path = directory.resolve("telemetry.h5");

        run(false, "0.5", "20", path.toString());

        List<String> lines = text(out).lines().toList();
        assertThat(lines.get(0)).isEqualTo(path.toString());
        assertThat(lines)
                .anyMatch(line -> line.matches(" {2}/cpu +\\(\\d+,\\) +float64 .*\\d\\.\\d{3}"))
                .anyMatch(line -> line.matches(" {2}/load +\\(\\d+, 3\\) +float64 .*\\[.+]"))
                .anyMatch(line -> line.matches(" {2}/ticks +\\(\\d+, \\d+, 8\\) +int64 .*\\[\\[.+]]"))
                .anyMatch(line -> line.matches(" {2}/time +\\(\\d+,\\) +int64 .*Z"));
        assertThat(lines.subList(lines.size() - 3, lines.size()))
                .containsExactly(
                        "import h5py",
                        "file = h5py.File(\"" + path.toString().replace('\\', '/') + "\", \"r\")",
                        "print(file[\"cpu\"][-3:])");
    }

    @Test
    void goesOnWithAFileThatExists() {
        Path path = directory.resolve("telemetry.h5");

        run(false, "0.2", "20", path.toString());
        int first = rows(path);
        run(false, "0.2", "20", path.toString());

        assertThat(rows(path)).isGreaterThan(first);
    }

    @Test
    void tellsItsProgressOnATerminalOnly() {
        Path path = directory.resolve("telemetry.h5");

        run(false, "0.2", "20", path.toString());
        assertThat(text(out)).doesNotContain("\r", "telemetry ");

        run(true, "0.2", "20", path.toString());
        assertThat(text(out)).contains("\rtelemetry ", "readings", "are safe");
    }

    @Test
    void tellsWhatIsWrongInOneLine() {
        assertThat(run(false, "1", "20", directory.toString())).isNotZero();
        assertThat(run(false, "soon")).isEqualTo(2);
        assertThat(run(false, "1", "0")).isEqualTo(2);

        assertThat(text(out)).isEmpty();
        assertThat(text(err).lines())
                .containsExactly(
                        "telemetry: " + directory + ": it is a directory; 0 records are safe in the file",
                        "telemetry: Invalid value for positional parameter at index 0 (SECONDS): 'soon' is not a double; see --help",
                        "telemetry: RATE must be a number above 0, at most 1e9, was 0.0; see --help");
    }

    @Test
    void hasHelp() {
        assertThat(run(false, "--help")).isZero();

        assertThat(text(out))
                .startsWith("Usage: telemetry ")
                .contains("by default 5.0 seconds.", "by default 10.0.", "by default telemetry.h5.");
        assertThat(text(err)).isEmpty();
    }

    private int run(boolean terminal, String... args) {
        return Telemetry.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), terminal, args);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(UTF_8);
    }

    private static int rows(Path path) {
        try (HdfFile file = new HdfFile(path)) {
            return file.getDatasetByPath("/time").getDimensions()[0];
        }
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
