package readme;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.judge.Python;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** What the README shows compiles, runs and does what the README says. */
class ReadmeTest {

    private static final Path SNIPPETS = Path.of("src/test/java/readme/Snippets.java");
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("import [\\w.]+;");

    @TempDir
    Path directory;

    @Test
    void showsCodeThatIsCompiledHere() throws IOException {
        String source = Files.readString(SNIPPETS);
        List<String> shown = JAVA.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(shown).isNotEmpty();
        for (String snippet : shown) {
            for (MatchResult line : IMPORT.matcher(snippet).results().toList()) {
                assertThat(source).contains(line.group());
            }
            assertThat(withoutSpace(source))
                    .as(snippet)
                    .contains(withoutSpace(IMPORT.matcher(snippet).replaceAll("")));
        }
    }

    /** One row a type, in Markdown here and in HTML in the documentation of the package. */
    @Test
    void itsTableOfTypesIsThatOfThePackage() throws IOException {
        List<String> here = Pattern.compile("\\| (.*?) \\| (.*?) \\| (.*?) ?\\|\\n")
                .matcher(section("What is stored as what"))
                .results()
                .map(row -> row.group(1) + " | " + row.group(2) + " | " + row.group(3))
                .filter(row -> !row.startsWith("---"))
                .toList();
        List<String> there = Pattern.compile("<tr><t.>(.*?)</t.><t.>(.*?)</t.><t.>(.*?)</t.></tr>")
                .matcher(Files.readString(Path.of("src/main/java/io/h5sink/package-info.java")))
                .results()
                .map(row -> row.group(1) + " | " + row.group(2) + " | " + row.group(3))
                .map(row -> row.replaceAll("\\{@code ([^}]*)\\}", "`$1`"))
                .toList();

        assertThat(here).hasSizeGreaterThan(20).isEqualTo(there);
    }

    private static String section(String title) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int start = readme.indexOf("## " + title);
        return readme.substring(start, readme.indexOf("\n## ", start));
    }

    @Test
    void theCompleteProgramWritesWhatIsSaid() throws Exception {
        run(Snippets.Complete.class);
        assertRows(100);

        run(Snippets.Complete.class);
        assertRows(200);
    }

    private void assertRows(int rows) {
        try (HdfFile file = new HdfFile(directory.resolve("data.h5"))) {
            assertThat(file.getChildren().keySet())
                    .containsExactlyInAnyOrder("time", "station", "temperature", "spectrum", "dim_3");
            assertThat(file.getDatasetByPath("/time").getDimensions()).containsExactly(rows);
            assertThat(file.getDatasetByPath("/station").getDimensions()).containsExactly(rows);
            assertThat(file.getDatasetByPath("/temperature").getDimensions()).containsExactly(rows);
            assertThat(file.getDatasetByPath("/spectrum").getDimensions()).containsExactly(rows, 3);
        }
    }

    @Test
    void oneLineIsEnough() throws Exception {
        run(Snippets.OneLine.class);

        try (HdfFile data = new HdfFile(directory.resolve("data.h5"));
                HdfFile log = new HdfFile(directory.resolve("log.h5"))) {
            assertThat(data.getDatasetByPath("/temperature").getData()).isEqualTo(new double[] {0, 0.5, 1, 1.5, 2});
            assertThat(log.getDatasetByPath("/number").getData()).isEqualTo(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        }
    }

    @Test
    void settingsAndHandlersWork() throws Exception {
        assertThat(run(Snippets.Configured.class)).contains("5 records written", "5 acknowledged");

        try (HdfFile run = new HdfFile(directory.resolve("run.h5"));
                HdfFile data = new HdfFile(directory.resolve("data.h5"))) {
            assertThat(run.getDatasetByPath("/run1/station").getData()).isEqualTo(new int[] {0, 1, 2, 3, 4});
            assertThat(data.getDatasetByPath("/run2/station").getData())
                    .isEqualTo(new int[] {0, 1, 2, 3, 4, 0, 1, 2, 3, 4});
        }
    }

    @Test
    void aSecondRunGoesOnBehindTheFirst() throws Exception {
        assertThat(run(Snippets.Resumed.class)).contains("went on behind -1");
        assertThat(run(Snippets.Resumed.class)).contains("went on behind 4");

        try (HdfFile file = new HdfFile(directory.resolve("resumed.h5"))) {
            assertThat(file.getDatasetByPath("/station").getData()).isEqualTo(new int[] {0, 1, 2, 3, 4});
        }
        String python = Pattern.compile("```python\\n(table = .*?)```", Pattern.DOTALL)
                .matcher(section("Acknowledge"))
                .results()
                .map(block -> block.group(1))
                .findFirst()
                .orElseThrow();
        assertThat(Python.run(
                        "import h5py, os, sys\nos.chdir(sys.argv[1])\n" + python
                                + "print(positions)\ntable.file.close()",
                        directory))
                .startsWith("{'': 4}");
    }

    @Test
    void whatWasWrittenIsRead() throws Exception {
        run(Snippets.Complete.class);

        assertThat(run(Snippets.Sliced.class))
                .contains("10 by 2", "100 rows, the last Reading[time=", "station=7", "10 rows followed");
    }

    @Test
    void driversWork() throws Exception {
        assertThat(run(Snippets.LaidOut.class)).containsPattern("data\\.h5 has \\d{4,} bytes");

        assertThat(directory.resolve("data-0.h5")).exists();
        assertThat(directory.resolve("data.h5")).doesNotExist();
    }

    @Test
    void aSafeFileNeedsNoRecovery() throws Exception {
        assertThat(run(Snippets.Safe.class)).contains("it is complete; all of its 5 datasets can be read");
        assertThat(directory.resolve("data.h5.journal")).doesNotExist();
    }

    @Test
    void declarationsAndRoutesWork() throws Exception {
        run(Snippets.Declared.class);

        try (HdfFile samples = new HdfFile(directory.resolve("samples.h5"));
                HdfFile stations = new HdfFile(directory.resolve("stations.h5"))) {
            assertThat(samples.getDatasetByPath("/temperature").getData())
                    .isEqualTo(new short[] {0, -1, 20_000, 30_000, Short.MAX_VALUE});
            assertThat(samples.getByPath("/temperature").getAttribute("units").getData())
                    .isEqualTo("degC");
            assertThat(stations.getDatasetByPath("/stations/3/table").getDimensions())
                    .containsExactly(1);
        }
    }

    @Test
    void pyTablesAndPandasReadATableAsIsSaid() throws IOException {
        List<String> expressions = Pattern.compile("`((?:tables|pandas)\\.[a-zA-Z_]+\\([^`]*\\)\\[?:?]?\\)?)`")
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(found -> found.group(1))
                .filter(expression -> expression.contains("table"))
                .filter(expression -> expression.contains("temperature"))
                .toList();
        assertThat(expressions).hasSize(2);
        Python.require("tables", "pandas");
        H5Writer<Snippets.Reading> writer = H5Writer.<Snippets.Reading>to(directory.resolve("data.h5"))
                .layout(Layout.TABLE)
                .build();
        Flux.range(19, 4)
                .map(i -> new Snippets.Reading(Instant.EPOCH, i, i, new float[] {i, i}))
                .as(writer::write)
                .block();

        assertThat(Python.run("""
                import os, sys, h5py, pandas, tables
                os.chdir(sys.argv[1])
                for expression in sys.argv[2:]:
                    print(*eval(expression)['temperature'])
                tables.file._open_files.close_all()
                """, directory, expressions.get(0), expressions.get(1))
                        .lines())
                .contains("21.0 22.0", "19.0 20.0 21.0 22.0");
    }

    @Test
    void aDescribedFileSaysWhatItIs() throws Exception {
        String name = run(Snippets.Described.class).lines().reduce("", (first, last) -> last);

        try (HdfFile file = new HdfFile(directory.resolve(name))) {
            assertThat(file.getAttribute("operator").getData()).isEqualTo("Ada");
            assertThat(file.getByPath("temperature").getAttribute("unit").getData())
                    .isEqualTo("°C");
            assertThat(file.getDatasetByPath("/meta").getData())
                    .isEqualTo("{\"model\":\"v2\",\"optimizer\":{\"name\":\"adam\",\"rate\":0.001}}");
        }
    }

    @Test
    void labelledAxesHaveValues() throws Exception {
        run(Snippets.Labelled.class);

        try (HdfFile file = new HdfFile(directory.resolve("spectra.h5"))) {
            assertThat(file.getDatasetByPath("/wavelength").getData()).isEqualTo(new double[] {450, 550, 650});
            assertThat(file.getByPath("/wavelength").getAttribute("units").getData())
                    .isEqualTo("nm");
            assertThat(file.getByPath("/temperature").getAttribute("_FillValue").getData())
                    .isEqualTo(-999.0);
            assertThat(file.getByPath("/time").getAttribute("CLASS").getData()).isEqualTo("DIMENSION_SCALE");
        }
    }

    @Test
    void badRecordsAreLeftOut() throws Exception {
        assertThat(run(Snippets.Lenient.class)).contains("is left out: good.h5: record 6, /spectrum", "1 skipped");

        try (HdfFile file = new HdfFile(directory.resolve("good.h5"))) {
            assertThat(file.getDatasetByPath("/station").getData()).isEqualTo(new int[] {0, 1, 2, 3, 4});
        }
    }

    @Test
    void aRecordTypeMayChange() throws Exception {
        run(Snippets.Evolved.class);

        try (HdfFile file = new HdfFile(directory.resolve("samples.h5"))) {
            assertThat(file.getDatasetByPath("/temperature").getData()).isEqualTo(new float[] {Float.NaN, 3.5f});
            assertThat(file.getDatasetByPath("/station").getData()).isEqualTo(new String[] {"Zürich", "Bern"});
        }
    }

    @Test
    void aLoggerIsALineMore() throws Exception {
        run(Snippets.Logged.class);

        try (HdfFile file = new HdfFile(directory.resolve("train.h5"))) {
            assertThat(file.getDatasetByPath("/loss").getData()).isEqualTo(new double[] {0.31});
            assertThat(file.getDatasetByPath("/status").getData()).isEqualTo("training");
        }
    }

    /** Runs a program in a JVM of its own, which must end by itself, in the empty directory. */
    private String run(Class<?> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();
        String printed = Files.readString(output, UTF_8);
        assertThat(status).as(printed).isZero();
        return printed;
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
