package h5sink.record;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Cli;
import h5sink.Running;
import h5sink.Running.Answer;
import h5sink.console.ExitCode;
import h5sink.field.Field;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Python;
import io.h5sink.judge.ShownColumns;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordTest {

    private static final Path WEATHER = Path.of("samples/weather/weather.csv");

    /** A terminal in which a command runs until it has shown some words, and then Ctrl-C is pressed. */
    private static final String TERMINAL = """
            import os, pty, select, signal, sys, time
            words, *command = sys.argv[1:]
            child, screen = pty.fork()
            if child == 0:
                signal.signal(signal.SIGINT, signal.SIG_DFL) # as shells have it, also if the build is in the background
                os.execvp(command[0], command)
            shown, pressed, deadline = '', False, time.time() + 60
            try:
                while time.time() < deadline and select.select([screen], [], [], 60)[0]:
                    shown += os.read(screen, 65536).decode()
                    if not pressed and words in shown:
                        os.write(screen, b'\\x03')
                        pressed = True
                os.kill(child, signal.SIGKILL) # it has not come to that in time
            except OSError:
                pass # nobody is there any more
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            progress = [line for line in shown.split('\\r') if words in line]
            print(progress[0])
            print(shown.split('\\n')[-2].split(' in ')[0] + ', exit code', status)
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    static String numbers(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(n -> "{\"n\":" + n + ",\"half\":" + n / 2.0 + "}\n")
                .collect(Collectors.joining());
    }

    private static String count(Path path) {
        try (H5Source h5 = H5Source.open(path)) {
            long[] n = h5.dataset("n").read(long[].class);
            assertThat(h5.dataset("half").read(double[].class))
                    .isEqualTo(LongStream.of(n).mapToDouble(i -> i / 2.0).toArray());
            String steps = IntStream.range(1, n.length)
                    .mapToObj(i -> String.valueOf(n[i] - n[i - 1]))
                    .distinct()
                    .collect(Collectors.joining(", ", "{", "}"));
            String counted = n[0] + " ... " + n[n.length - 1] + " of " + n.length + " " + steps;
            if (Python.isPresent()) {
                assertThat(countByH5py(path)).isEqualTo(counted);
            }
            return counted;
        }
    }

    private static String countByH5py(Path path) {
        return Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    n = f['n'][()]
                    assert f['half'].shape == n.shape, (f['half'].shape, n.shape)
                    assert (f['half'][()] == n / 2).all()
                    print(n[0], '...', n[-1], 'of', len(n), set((n[1:] - n[:-1]).tolist()))
                """, path).strip();
    }

    @Test
    void realWeatherIsInTheFileAsItIsInTheCsv() throws IOException {
        Answer answer =
                Running.run(Files.readString(WEATHER), "record", file, "--route", "location", "--compress", "gzip");

        assertThat(answer.status()).as("%s", answer.err()).isZero();
        assertThat(answer.err()).singleElement().asString().startsWith("h5sink: " + file + ": 2,922 records in ");
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.groups()).containsExactly("New York", "Seattle");
            for (String city : h5.groups()) {
                assertIsAsInTheCsv(h5.group(city), city);
            }
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import csv, h5py, numpy, sys
                    with open(sys.argv[2]) as lines:
                        days = list(csv.DictReader(lines))
                    with h5py.File(sys.argv[1], 'r') as f:
                        for city, group in f.items():
                            here = [day for day in days if day['location'] == city]
                            for name in 'precipitation', 'temp_max', 'temp_min', 'wind':
                                assert group[name].dtype == 'f8' and group[name].compression == 'gzip'
                                numpy.testing.assert_array_equal(group[name][()], [float(day[name]) for day in here])
                            dates = numpy.array([day['date'] for day in here], 'M8[D]').astype('i8')
                            numpy.testing.assert_array_equal(group['date'][()], dates)
                            for name in 'weather', 'location':
                                assert group[name].asstr()[()].tolist() == [day[name] for day in here]
                            print(city, len(here), group['date'].attrs['units'], group['wind'].dims[0][0].name)
                    """, file, WEATHER).lines())
                    .containsExactly(
                            "New York 1461 days since 1970-01-01 /New York/date",
                            "Seattle 1461 days since 1970-01-01 /Seattle/date");
        }
    }

    private static void assertIsAsInTheCsv(H5Group group, String city) throws IOException {
        List<String[]> lines = Files.readAllLines(WEATHER).stream()
                .map(line -> line.split(","))
                .toList();
        List<String[]> days =
                lines.stream().filter(line -> line[0].equals(city)).toList();
        assertThat(days).hasSize(1461);
        for (int column = 0; column < lines.get(0).length; column++) {
            int of = column;
            String name = lines.get(0)[column];
            H5Dataset dataset = group.dataset(name);
            Stream<String> expected = days.stream().map(day -> day[of]);
            if (name.equals("date")) {
                assertThat(dataset.read(long[].class))
                        .isEqualTo(
                                expected.mapToLong(day -> LocalDate.parse(day).toEpochDay())
                                        .toArray());
                assertThat(dataset.attributes().get("units")).isEqualTo("days since 1970-01-01");
                continue;
            }
            assertThat(dataset.attributes().get("DIMENSION_LIST")).isEqualTo(new String[][] {{"/" + city + "/date"}});
            if (name.equals("weather") || name.equals("location")) {
                assertThat(dataset.read(String[].class)).isEqualTo(expected.toArray());
            } else {
                assertThat(dataset.type()).isEqualTo("float64");
                assertThat(dataset.filters()).last().asString().startsWith("gzip");
                assertThat(dataset.read(double[].class))
                        .isEqualTo(expected.mapToDouble(Double::parseDouble).toArray());
            }
        }
    }

    @Test
    void thereMayBeMoreFieldsThanARecordHasComponents() {
        String lines = IntStream.range(0, 5)
                .mapToObj(row -> IntStream.range(0, 400)
                        .mapToObj(k -> "\"ch" + k + "\":" + (row + k) / 8.0)
                        .collect(Collectors.joining(",", "{\"station\":\"s" + row % 2 + "\",", "}\n")))
                .collect(Collectors.joining());

        Answer table = Running.run(lines, "record", file, "--layout", "TABLE");
        assertThat(table.status()).isNotZero();
        assertThat(table.err())
                .containsExactly("h5sink: --layout TABLE takes at most 254 fields, but the lines have 401");
        assertThat(file).doesNotExist();

        Answer columns = Running.run(lines, "record", file, "--route", "station");
        assertThat(columns.status()).as("%s", columns.err()).isZero();
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.groups()).containsExactly("s0", "s1");
            assertThat(h5.group("s0").datasets()).hasSize(401);
            assertThat(h5.group("s1").datasets()).hasSize(401);
            assertThat(h5.dataset("s0/ch399").read()).isEqualTo(new double[] {49.875, 50.125, 50.375});
            assertThat(h5.dataset("s1/ch399").read()).isEqualTo(new double[] {50, 50.25});
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        for name, group in f.items():
                            print(name, len(group), group['ch399'].dtype, group['ch399'][()].tolist())
                    """, file).lines())
                    .containsExactly("s0 401 float64 [49.875, 50.125, 50.375]", "s1 401 float64 [50.0, 50.25]");
        }
    }

    @Test
    void fieldsBecomeWhatTheyLookLike() {
        Answer answer = Running.run("""
                {"t":"2026-05-01T12:00:00Z","i":1,"f":1,"b":true,"s":"a","o":{"x":1,"y":{"z":2.5}},"v":[1,2],"r":[1.5]}
                {"t":"2026-05-01T14:00:00.000000001+02:00","i":2,"f":0.5,"b":false,"s":"ü","o":{"x":2},"v":[3,4],"r":[]}

                {"t":"2026-05-01 12:00:01","i":3,"f":NaN,"b":true,"s":null,"o":{"x":3},"v":[5,6],"r":[2,3],"i2":7}
                """, "record", file);

        assertThat(answer.status()).as("%s", answer.err()).isZero();
        assertThat(ShownColumns.show(file, "r", "dim_2"))
                .containsExactly(
                        "b bool [True, False, True]  ",
                        "f float64 [1.0, 0.5, nan]  ",
                        "i int64 [1, 2, 3]  ",
                        "i2 int64 [-9223372036854775808, -9223372036854775808, 7] -9223372036854775808 ",
                        "o_x int64 [1, 2, 3]  ",
                        "o_y_z float64 [2.5, nan, nan] nan ",
                        "s object ['a', 'ü', '']  ",
                        "t int64 [1777636800000000000, 1777636800000000001, 1777636801000000000]  "
                                + "nanoseconds since 1970-01-01",
                        "v int64 [[1, 2], [3, 4], [5, 6]]  ");
        assertThat(Listing.of(file)).contains("/r: ragged float64 [[1.5], [], [2.0, 3.0]]\n");
    }

    @Test
    void typesAndFillValuesCanBeGiven() {
        Answer answer = Running.run(
                "a,b,c,d\n1,2,x,\n3,,\"y,\"\"z\"\"\",5\n",
                "record",
                file,
                "--type=a=float32",
                "--type=b=uint8",
                "--fill=b=255",
                "--type=c=string:8",
                "--type=d=int16",
                "--fill=d=-1");

        assertThat(answer.status()).as("%s", answer.err()).isZero();
        assertThat(ShownColumns.show(file))
                .containsExactly(
                        "a float32 [1.0, 3.0]  ",
                        "b uint8 [2, 255] 255 ",
                        "c |S8 ['x', 'y,\"z\"']  ",
                        "d int16 [-1, 5] -1 ");
    }

    @Test
    void numbersThatOnlyJavaKnowsAreStrings() {
        Answer answer = Running.run(
                "id,hex,real,sum\n1d,0x1p3,1e3,1f\n2D,0x1p4,-.5,1\n3f,0X1P5,Infinity,2\n4F,6d,NaN,3\n",
                "record",
                file,
                "--type=sum=float64");

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.err().get(0)).isEqualTo("h5sink: line 2: sum is \"1f\", not of type float64");
        assertThat(ShownColumns.show(file))
                .containsExactly(
                        "hex object ['0x1p4', '0X1P5', '6d']  ",
                        "id object ['2D', '3f', '4F']  ",
                        "real float64 [-0.5, inf, nan]  ",
                        "sum float64 [1.0, 2.0, 3.0]  ");
    }

    @Test
    void aFileThatExistsIsGoneOnWithInItsOwnTypes() {
        Running.run("{\"a\":1.5,\"b\":1}\n", "record", file);
        Answer answer = Running.run("{\"a\":2,\"b\":2,\"c\":\"new\"}\n", "record", file);

        assertThat(answer.status()).as("%s", answer.err()).isZero();
        assertThat(ShownColumns.show(file))
                .containsExactly("a float64 [1.5, 2.0]  ", "b int64 [1, 2]  ", "c object ['', 'new']  ");
    }

    @Test
    void aTableIsOneDataset() {
        Answer answer = Running.run(
                "{\"n\":1,\"s\":\"a\"}\n{\"n\":2,\"s\":\"b\"}\n{\"n\":3,\"s\":\"" + "c".repeat(17) + "\"}\n",
                "record",
                file,
                "--layout=table",
                "--type=s=string:16",
                "--group=/run");

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.err().get(0)).startsWith("h5sink: line 3: /run/table");
        assertThat(Listing.of(file)).isEqualTo("/run/table: {n: int64, s: str16} [(1, 'a'), (2, 'b')]\n");
    }

    @Test
    void sigtermWritesAllThatWasGivenAndClosesTheFile() {
        try (Running running = Running.start("record", file, "--commit=50ms")) {
            running.write(numbers(1, 1000));
            awaitRows(1);
            running.write(numbers(1001, 2000));
            running.terminate();
            Answer answer = running.answer();

            assertThat(answer.status()).as("%s", answer.err()).isZero();
            assertThat(answer.err()).singleElement().asString().startsWith("h5sink: " + file + ": 2,000 records in ");
        }
        assertThat(count(file)).isEqualTo("1 ... 2000 of 2000 {1}");
        assertThat(directory).isDirectoryNotContaining("glob:**.journal");
    }

    @Test
    void aTerminalShowsProgressAndCtrlCWritesAllThatWasRead() throws IOException {
        Path lines = directory.resolve("lines.ndjson");
        Files.writeString(lines, numbers(1, 1000));
        List<Object> arguments = new ArrayList<>(List.of("1,000 records"));
        arguments.addAll(Jvm.command(List.of(), Cli.class, "record", file, "--follow", lines, "--commit=50ms"));

        assertThat(Python.run(TERMINAL, arguments.toArray()).lines())
                .hasSize(2)
                .satisfies(screen -> assertThat(screen.get(0))
                        .matches("1,000 records, [0-9,]+ records/s, [0-9.]+ MB/s, lag [0-9,]+ records.*"))
                .endsWith("h5sink: " + file + ": 1,000 records, exit code 0");
        assertThat(count(file)).isEqualTo("1 ... 1000 of 1000 {1}");
    }

    @Test
    void aGrowingFileIsFollowedAlsoWhenItIsReplaced() throws IOException {
        Path lines = directory.resolve("lines.ndjson");
        Files.writeString(lines, numbers(1, 1000));
        try (Running running = Running.start("record", file, "--follow", lines, "--commit=50ms")) {
            awaitRows(1);
            Files.writeString(lines, "{\"n\":1001,", StandardOpenOption.APPEND);
            Files.writeString(lines, "\"half\":500.5}\n", StandardOpenOption.APPEND);
            awaitRows(1001);
            Path other = directory.resolve("other.ndjson");
            Files.writeString(other, numbers(1002, 1005));
            Files.move(other, lines, StandardCopyOption.ATOMIC_MOVE);
            awaitRows(1005);
            running.terminate();

            assertThat(running.answer().status()).isZero();
        }
        assertThat(count(file)).isEqualTo("1 ... 1005 of 1005 {1}");
    }

    /** Waits until there are as many rows or more. */
    private void awaitRows(long rows) {
        Await.until(rows + " rows", () -> {
            if (!Files.exists(file)) {
                return false;
            }
            try (H5Source h5 = H5Source.open(file)) {
                return h5.dataset("/n").size() >= rows;
            } catch (H5Exception e) {
                return false; // a commit is on the way
            }
        });
    }

    @Test
    void aKilledRecordingIsRecovered() {
        try (Running running = Running.start("record", file, "--commit=1ms")) {
            for (int n = 1; n < 20_000; n += 100) {
                running.write(numbers(n, n + 99));
            }
            awaitRows(1);
            running.kill();
            running.answer();
        }
        assertThat(Running.succeed("recover", file)).singleElement().asString().startsWith(file + ": ");
        assertThat(count(file)).startsWith("1 ... ").endsWith(" {1}");
        assertThat(Running.succeed("verify", file)).singleElement().asString().endsWith("no damage found");
    }

    @Test
    void aFullDiskIsReportedInOneLine() throws IOException {
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 200)) {
            Path small = disk.directory().resolve("data.h5");
            assertThat(Running.run(numbers(1, 1000), "record", small).status()).isZero();
            disk.leave(20);
            Answer answer = Running.run(numbers(1001, 100_000), "record", small);

            assertThat(answer.status()).isEqualTo(ExitCode.ERROR);
            assertThat(answer.err())
                    .last()
                    .asString()
                    .startsWith("h5sink: " + small)
                    .contains("No space left");
            disk.makeSpace();
            assertThat(count(small)).startsWith("1 ... ").endsWith(" {1}");
        }
    }

    @Test
    void noLinesMakeNoFile() {
        Answer answer = Running.run("\n\n", "record", file);

        assertThat(answer.status()).isZero();
        assertThat(answer.err()).containsExactly("h5sink: there was no line to record, and nothing was written");
        assertThat(file).doesNotExist();
    }

    @Test
    void whatCannotBeRecordedIsReportedInOneLine() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "text\n".repeat(100));

        assertThat(Running.run("{\"a\":1}\n", "record", text).err())
                .containsExactly("h5sink: " + text
                        + ": it is not an HDF5 file (no HDF5 signature); --overwrite would replace it");
        assertThat(Running.run("{\"a\":1}\n", "record", file, "--route=b").err())
                .containsExactly("h5sink: --route b: there is no field b, but a");
        assertThat(Running.run("{\"a\":1}\n", "record", file, "--type=a=int65").err())
                .containsExactly("h5sink: 'int65' is no type: " + Field.TYPES);
        assertThat(Running.run("a,a\n1,2\n", "record", file).err())
                .containsExactly("h5sink: line 1 should have a name for each column, each once, but is a,a");
        assertThat(Running.run("", "record", file, "--follow", directory.resolve("none"))
                        .err())
                .containsExactly("h5sink: there is no file " + directory.resolve("none"));
        assertThat(Running.run("", "record", file, "--commit=soon").status()).isEqualTo(ExitCode.USAGE);
    }
}
