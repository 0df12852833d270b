package frames;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FramesTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void writesTheImagesThatTheDetectorMakes() {
        Path path = directory.resolve("frames.h5");

        assertThat(run(false, "7", "100", "40", path.toString())).as(text(err)).isZero();

        Detector detector = new Detector(40, 0.01);
        try (HdfFile file = new HdfFile(path)) {
            double[][][] images = (double[][][]) file.getDatasetByPath("/image").getData();
            assertThat(images).hasDimensions(7, 40);
            for (int number = 0; number < 7; number++) {
                assertThat(images[number]).isDeepEqualTo(detector.frame(number).image());
            }
            assertThat(file.getDatasetByPath("/number").getData()).isEqualTo(new int[] {0, 1, 2, 3, 4, 5, 6});
            assertThat((double[]) file.getDatasetByPath("/exposure").getData()).containsOnly(0.01);
            assertThat(file.getDatasetByPath("/image").getAttribute("units").getData())
                    .isEqualTo("counts");
            assertThat(file.getDatasetByPath("/meta").getData())
                    .isEqualTo("{\"detector\":{\"height\":40,\"rate\":100.0,\"width\":40},\"source\":\"made up\"}");
            assertThat((long[]) file.getDatasetByPath("/time").getData())
                    .hasSize(7)
                    .isSorted();
        }
    }

    @Test
    void imagesDifferAndShowRings() {
        Detector detector = new Detector(200, 1);
        double[][] first = detector.frame(0).image();
        double[][] second = detector.frame(1).image();

        assertThat(first).isNotEqualTo(second);
        assertThat(first[100][100 + 21]).as("on a ring").isGreaterThan(first[100][100 + 27] * 2);
    }

    @Test
    void replacesAFileThatExists() {
        Path path = directory.resolve("frames.h5");
        run(false, "5", "100", "16", path.toString());
        run(false, "2", "100", "8", path.toString());

        try (HdfFile file = new HdfFile(path)) {
            assertThat(file.getDatasetByPath("/image").getDimensions()).containsExactly(2, 8, 8);
        }
    }

    @Test
    void showsTheFileAndHowToReadASlice() {
        Path path = directory.resolve("frames.h5");

        run(false, "2", "100", "512", path.toString());

        List<String> lines = text(out).lines().toList();
        assertThat(lines.get(0)).isEqualTo(path.toString());
        assertThat(lines)
                .anyMatch(line -> line.matches(" {2}/image +\\(2, 512, 512\\) +double +chunks \\(1, 256, 512\\)"))
                .anyMatch(line -> line.matches(" {2}/number +\\(2,\\) +int +chunks .*"));
        assertThat(lines.subList(lines.size() - 3, lines.size()))
                .containsExactly(
                        "import h5py",
                        "file = h5py.File(\"" + path.toString().replace('\\', '/') + "\", \"r\")",
                        "print(file[\"image\"][-1, 256, :8])  # of the last image, the middle line's first pixels");
    }

    @Test
    void tellsItsProgressOnATerminalOnly() {
        Path path = directory.resolve("frames.h5");

        run(false, "2", "100", "8", path.toString());
        assertThat(text(out)).doesNotContain("\r", "are safe");

        run(true, "2", "100", "8", path.toString());
        assertThat(text(out)).contains("\rframes ", "2/2 frames", "2 are safe", "MiB/s");
    }

    @Test
    void tellsWhatIsWrongInOneLine() {
        assertThat(run(false, "1", "4", "8", directory.toString())).isNotZero();
        assertThat(run(false, "many")).isEqualTo(2);
        assertThat(run(false, "1", "0")).isNotZero();
        assertThat(run(false, "1", "4", "8193")).isNotZero();
        assertThat(run(false, "1", "2", "3", "4", "5")).isNotZero();

        assertThat(text(out)).isEmpty();
        assertThat(text(err).lines())
                .containsExactly(
                        "frames: " + directory + ": it is a directory; 0 records are safe in the file",
                        "frames: Invalid value for positional parameter at index 0 (FRAMES): 'many' is not an int; see --help",
                        "frames: RATE must be a number from 0.001 to 1000, was 0; see --help",
                        "frames: EDGE must be a number from 2 to 8192, was 8193; see --help",
                        "frames: Unmatched argument at index 4: '5'; see --help");
    }

    @Test
    void hasHelp() {
        assertThat(run(false, "--help")).isZero();

        assertThat(text(out))
                .startsWith("Usage: frames ")
                .contains("by default 12.", "by default 4.0.", "by default 2048.", "by default frames.h5.");
        assertThat(text(err)).isEmpty();
    }

    private int run(boolean terminal, String... args) {
        return Frames.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), terminal, args);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(UTF_8);
    }
}
