package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.ColumnSpec;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Ragged;
import io.h5sink.StoredType;
import io.h5sink.judge.Contents;
import io.h5sink.judge.Inside;
import io.h5sink.judge.Listing;
import io.h5sink.judge.NumPy;
import io.h5sink.judge.Python;
import io.h5sink.judge.PythonText;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import io.jhdf.api.Dataset;
import io.jhdf.object.datatype.CompoundDataType;
import io.jhdf.object.datatype.DataType;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** Arrays whose lengths differ. */
class RaggedTest {

    enum Colour {
        RED,
        GREEN
    }

    record Point(int x, float y) {}

    record Ragged1(
            @H5Field(ragged = Ragged.SEQUENCE) double[] reals,

            @H5Field(ragged = Ragged.SEQUENCE, as = StoredType.FLOAT32)
            double[] narrow,

            @H5Field(ragged = Ragged.SEQUENCE) List<Integer> boxes,
            @H5Field(ragged = Ragged.SEQUENCE) IntBuffer buffer,
            @H5Field(ragged = Ragged.SEQUENCE) boolean[] truths,
            @H5Field(ragged = Ragged.SEQUENCE) Instant[] times,
            int number) {

        static Ragged1 of(int length) {
            return new Ragged1(
                    IntStream.range(0, length).mapToDouble(i -> i + 0.5).toArray(),
                    IntStream.range(0, length).mapToDouble(i -> 0.1 * i).toArray(),
                    IntStream.range(0, length).boxed().toList(),
                    IntBuffer.wrap(IntStream.range(0, length).toArray()),
                    new boolean[length],
                    IntStream.range(0, length).mapToObj(Instant::ofEpochSecond).toArray(Instant[]::new),
                    length);
        }
    }

    @TempDir
    Path directory;

    @Test
    void ofEveryKindOfElementAreWhatH5pyReads() {
        Path file = directory.resolve("data.h5");

        Run.write(file, Ragged1.of(0), Ragged1.of(2), Ragged1.of(1));
        Run.write(file, Ragged1.of(0));

        assertThat(Listing.of(file)).isEqualTo("""
                /boxes: ragged int32 [[], [0, 1], [0], []]
                /buffer: ragged int32 [[], [0, 1], [0], []]
                /narrow: ragged float32 [[], [0.0, 0.10000000149011612], [0.0], []]
                /number: int32 [0, 2, 1, 0]
                /reals: ragged float64 [[], [0.5, 1.5], [0.5], []]
                /times: ragged int64 [[], [0, 1000000000], [0], []]
                /truths: ragged bool [[], [False, False], [False], []]
                """);
    }

    @Test
    void ofRecordsEnumsAndStringsAmongNames() {
        Path file = directory.resolve("data.h5");

        Run.write(
                H5Writer.<Object>to(file)
                        .column("p", ColumnSpec::ragged)
                        .column("e", ColumnSpec::ragged)
                        .column("w", c -> c.ragged().length(2)),
                Flux.just(
                        Map.of(
                                "p",
                                new Point[] {new Point(1, 2)},
                                "e",
                                new Colour[] {Colour.GREEN},
                                "w",
                                List.of("a", "é")),
                        Map.of("p", List.of(new Point(3, 4), new Point(5, 6)), "e", List.of(), "w", new String[] {"bc"
                        })));

        assertThat(Listing.of(file)).isEqualTo("""
                /e: ragged int8{RED GREEN} [[1], []]
                /p: ragged {x: int32, y: float32} [[(1, 2.0)], [(3, 4.0), (5, 6.0)]]
                /w: ragged str2 [['a', 'é'], ['bc']]
                """);
    }

    @Test
    void longOnesAndManyShortOnes() {
        Path file = directory.resolve("data.h5");
        int[] lengths = IntStream.range(0, 3000)
                .map(i -> i % 1000 == 500 ? 100_000 + i : i % 7)
                .toArray();

        Run.write(
                H5Writer.<Object>to(file).column("a", ColumnSpec::ragged).commitEvery(777),
                Flux.range(0, lengths.length).map(i -> {
                    long[] row = new long[lengths[i]];
                    Arrays.setAll(row, k -> i * 1_000_000L + k);
                    return H5Record.of("a", row);
                }));

        try (H5Source h5 = H5Source.open(file)) {
            long[][] rows = h5.dataset("a").read(long[][].class);
            assertThat(rows).hasNumberOfRows(3000);
            for (int i = 0; i < rows.length; i++) {
                long first = i * 1_000_000L;
                assertThat(rows[i])
                        .isEqualTo(LongStream.range(0, lengths[i])
                                .map(k -> first + k)
                                .toArray());
            }
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    rows = f['a'][()]
                    wanted = [100000 + i if i % 1000 == 500 else i % 7 for i in range(3000)]
                    print(len(rows), sum(numpy.array_equal(row, i * 1000000 + numpy.arange(n)) for i, (row, n) in enumerate(zip(rows, wanted))))
                """, file)).isEqualTo("3000 3000\n");
        }
    }

    private static final String SLICES = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r') as f:
                for name in sys.argv[2:]:
                    values, offsets = f[name]['values'], f[name]['offsets']
                    rows = [values[a:b].tolist() for a, b in zip(offsets[:-1], offsets[1:])]
                    print(name, values.dtype, offsets.dtype, rows if len(rows) < 10 else (len(rows), sum(map(len, rows))))
            """;

    /** The rows of columns of values and offsets; of many, how many they are and have. */
    private static String slices(Path file, String... names) {
        Object[] arguments = Stream.concat(Stream.of(file), Stream.of(names)).toArray();
        return Inside.judged(
                file,
                () -> Contents.of(
                        file,
                        false,
                        contents -> Stream.of(names)
                                .map(name -> slices(contents, name) + "\n")
                                .collect(Collectors.joining())),
                () -> Python.run(SLICES, arguments));
    }

    private static String slices(Contents contents, String name) {
        List<?> values = (List<?>) contents.nested(name + "/values");
        List<?> offsets = (List<?>) contents.nested(name + "/offsets");
        List<List<?>> rows = new ArrayList<>();
        for (int i = 1; i < offsets.size(); i++) {
            rows.add(values.subList(((Number) offsets.get(i - 1)).intValue(), ((Number) offsets.get(i)).intValue()));
        }
        int all = rows.stream().mapToInt(List::size).sum();
        return String.join(
                " ",
                name,
                type(contents, name + "/values"),
                type(contents, name + "/offsets"),
                rows.size() < 10 ? PythonText.repr(rows) : "(" + rows.size() + ", " + all + ")");
    }

    private static String type(Contents contents, String path) {
        DataType type = ((Dataset) contents.at(path)).getDataType();
        return type instanceof CompoundDataType compound
                ? compound.getMembers().stream()
                        .map(member -> "('%s', '%s')".formatted(member.getName(), NumPy.str(member.getDataType())))
                        .collect(Collectors.joining(", ", "[", "]"))
                : NumPy.name(type);
    }

    record Offsets(
            @H5Field(ragged = Ragged.OFFSETS) int[] a,

            @H5Field(ragged = Ragged.OFFSETS, as = StoredType.FLOAT32, fill = "NaN")
            List<Double> b,

            int number) {}

    @Test
    void asValuesAndOffsetsInARecord() {
        Path file = directory.resolve("data.h5");

        Run.write(
                file,
                new Offsets(new int[0], List.of(), 0),
                new Offsets(new int[] {1, 2}, Arrays.asList(0.5, null), 1),
                new Offsets(new int[0], List.of(), 2));
        Run.write(file, new Offsets(new int[] {3}, List.of(1.5), 3));

        assertThat(slices(file, "a", "b")).isEqualTo("""
                a int32 int64 [[], [1, 2], [], [3]]
                b float32 int64 [[], [0.5, nan], [], [1.5]]
                """);
        Run.fail(file, new Offsets(new int[] {4}, List.of(2.5), 4), new Offsets(null, List.of(), 5))
                .isAboutTheObject(file, "/a", "ragged int32 (N,)", "null", 1);
        assertThat(slices(file, "a")).isEqualTo("a int32 int64 [[], [1, 2], [], [3], [4]]\n");
    }

    @Test
    void asValuesAndOffsetsAmongNamesInManyCommits() {
        Path file = directory.resolve("data.h5");

        Run.write(
                H5Writer.<Object>to(file)
                        .column("a", c -> c.ragged(Ragged.OFFSETS))
                        .column("p", c -> c.ragged(Ragged.OFFSETS))
                        .commitEvery(77),
                Flux.range(0, 1000).map(i -> {
                    H5Record record = H5Record.of("a", new long[i == 500 ? 200_000 : i % 3]);
                    return i % 2 == 0 ? record : record.and("p", new Point[] {new Point(i, i), new Point(-i, 0)});
                }));

        assertThat(slices(file, "a", "p")).isEqualTo("""
                a int64 int64 (1000, 200997)
                p [('x', '<i4'), ('y', '<f4')] int64 (500, 1000)
                """);
    }

    @Test
    void areWhatH5dumpAndJhdfRead() {
        Path file = directory.resolve("data.h5");
        Run.write(
                H5Writer.<Object>to(file).column("a", ColumnSpec::ragged),
                Flux.just(Map.of("a", new int[] {1, 2}), Map.of("a", new int[] {3})));

        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-d", "/a", file).replaceAll("\\s+", " "))
                    .contains("H5T_VLEN { H5T_STD_I32LE}")
                    .contains("(0): (1, 2), (3)");
        }
        try (io.jhdf.HdfFile hdf = new io.jhdf.HdfFile(file)) {
            assertThat((Object[]) hdf.getDatasetByPath("a").getData()).containsExactly(new int[] {1, 2}, new int[] {3});
        }
    }

    record Tagged(int id, List<String> tags) {}

    @ParameterizedTest
    @EnumSource(Ragged.class)
    void mayBeOfStringsThatHaveALength(Ragged how) {
        Path file = directory.resolve("data.h5");
        List<Tagged> rows = List.of(
                new Tagged(1, List.of("a")), new Tagged(2, List.of("Ä\u0308", "", "c")), new Tagged(3, List.of()));

        Run.write(H5Writer.<Tagged>to(file).column("tags", c -> c.ragged(how).length(8)), Flux.fromIterable(rows));

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.records(Tagged.class).collectList().block(Await.LIMIT))
                    .isEqualTo(rows);
        }
    }

    @Test
    void haveOneAxisAndElementsOfFixedSize() {
        Path file = directory.resolve("data.h5");
        String expected = "an array of one axis, whose elements have a fixed size, for a ragged column";

        for (Object wrong : new Object[] {new int[][] {{1}}, new String[] {"a"}, 5}) {
            Run.fail(H5Writer.<Object>to(file).column("a", ColumnSpec::ragged), Map.of("a", wrong))
                    .isAboutTheObject(
                            file,
                            "/a",
                            wrong instanceof String[] ? expected + "; strings have one with length(…)" : expected,
                            wrong instanceof Integer
                                    ? "java.lang.Integer 5"
                                    : wrong instanceof int[][] ? "int[1][1]" : "java.lang.String[1]",
                            0);
        }
        Run.fail(
                        H5Writer.<Object>to(file).group("g").column("a", ColumnSpec::ragged),
                        Map.of("a", new int[] {1}),
                        Map.of("a", new long[] {1}))
                .isAboutTheObject(file, "/g/a", "ragged int32 (N,)", "long[1]", 1);
    }
}
