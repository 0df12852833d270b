package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Run.Failure;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.ColumnType;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Attributes are in the file as h5py would have made them. */
class AttributesTest {

    record Row(int number, double value) {}

    /** Prints class, type, shape and value of each attribute of an object, by name. */
    private static final String SHOW = """
            import h5py, numpy, sys
            with h5py.File(sys.argv[1], 'r') as f:
                attributes = f[sys.argv[2]].attrs
                for name in sorted(attributes):
                    value = attributes[name]
                    dtype = attributes.get_id(name).dtype
                    text = h5py.check_string_dtype(dtype)
                    kind = 'str %s %s' % (text.encoding, text.length) if text else dtype.str
                    space = attributes.get_id(name).get_space().get_simple_extent_type()
                    shape = attributes.get_id(name).shape if space == h5py.h5s.SIMPLE else 'scalar'
                    values = value.tolist() if hasattr(value, 'tolist') else value
                    print(ascii(name), type(value).__name__, kind, shape, ascii(values))
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Flux<Row> rows(int count) {
        return Flux.range(0, count).map(i -> new Row(i, 0.5 * i));
    }

    private H5Writer.Builder<Row> writer() {
        return H5Writer.to(file);
    }

    private String show(String object) {
        return Python.run(SHOW, file, object).strip();
    }

    private static Arguments[] values() {
        return new Arguments[] {
            Arguments.of((byte) -128, "int8 |i1 scalar -128"),
            Arguments.of(Short.MAX_VALUE, "int16 <i2 scalar 32767"),
            Arguments.of(Integer.MIN_VALUE, "int32 <i4 scalar -2147483648"),
            Arguments.of(Long.MAX_VALUE, "int64 <i8 scalar 9223372036854775807"),
            Arguments.of(0.5f, "float32 <f4 scalar 0.5"),
            Arguments.of(0.1, "float64 <f8 scalar 0.1"),
            Arguments.of(Double.NaN, "float64 <f8 scalar nan"),
            Arguments.of(true, "bool_ |b1 scalar True"),
            Arguments.of(false, "bool_ |b1 scalar False"),
            Arguments.of("°C 😀", "str str utf-8 None scalar '\\xb0C \\U0001f600'"),
            Arguments.of("", "str str utf-8 None scalar ''"),
            Arguments.of(new StringBuilder("ab"), "str str utf-8 None scalar 'ab'"),
            Arguments.of('é', "str str utf-8 None scalar '\\xe9'"),
            Arguments.of(Instant.parse("2024-05-01T12:00:00Z"), "str str utf-8 None scalar '2024-05-01T12:00:00Z'"),
            Arguments.of(Extremes.Colour.GREEN, "str str utf-8 None scalar 'GREEN'"),
            Arguments.of(new byte[] {1, -1}, "ndarray |i1 (2,) [1, -1]"),
            Arguments.of(new short[] {1, -1}, "ndarray <i2 (2,) [1, -1]"),
            Arguments.of(new int[] {7}, "ndarray <i4 (1,) [7]"),
            Arguments.of(new long[] {1L << 62}, "ndarray <i8 (1,) [4611686018427387904]"),
            Arguments.of(new float[] {1.5f}, "ndarray <f4 (1,) [1.5]"),
            Arguments.of(
                    new double[][] {{1, 2, 3}, {4, 5, 6}}, "ndarray <f8 (2, 3) [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]"),
            Arguments.of(new int[][][] {{{1}, {2}}}, "ndarray <i4 (1, 2, 1) [[[1], [2]]]"),
            Arguments.of(new boolean[] {true, false}, "ndarray |b1 (2,) [True, False]"),
            Arguments.of(new char[] {'a', '€'}, "ndarray str utf-8 None (2,) ['a', '\\u20ac']"),
            Arguments.of(new String[] {"a", "", "ü"}, "ndarray str utf-8 None (3,) ['a', '', '\\xfc']"),
            Arguments.of(new String[][] {{"a"}, {"b"}}, "ndarray str utf-8 None (2, 1) [['a'], ['b']]"),
            Arguments.of(new Integer[] {1, 2}, "ndarray <i4 (2,) [1, 2]"),
            Arguments.of(new Double[][] {{1.0}, {2.0}}, "ndarray <f8 (2, 1) [[1.0], [2.0]]"),
            Arguments.of(Extremes.Colour.values(), "ndarray str utf-8 None (3,) ['RED', 'GREEN', 'BLUE']"),
            Arguments.of(List.of("x", "y"), "ndarray str utf-8 None (2,) ['x', 'y']"),
            Arguments.of(List.of(1, 2L), "ndarray <i8 (2,) [1, 2]"),
            Arguments.of(List.of(1, 2.5), "ndarray <f8 (2,) [1.0, 2.5]"),
            Arguments.of(List.of((short) 1, 2.5f), "ndarray <f4 (2,) [1.0, 2.5]"),
            Arguments.of(List.of(16777217, 2.5f), "ndarray <f8 (2,) [16777217.0, 2.5]"),
            Arguments.of(List.of((byte) 1, (short) 300), "ndarray <i2 (2,) [1, 300]"),
            Arguments.of(List.of(List.of(1, 2), List.of(3, 4)), "ndarray <i4 (2, 2) [[1, 2], [3, 4]]"),
            Arguments.of(List.of(new int[] {1}, new int[] {2}), "ndarray <i4 (2, 1) [[1], [2]]"),
            Arguments.of(List.of(true), "ndarray |b1 (1,) [True]"),
            Arguments.of(List.of(Instant.EPOCH, "x"), "ndarray str utf-8 None (2,) ['1970-01-01T00:00:00Z', 'x']"),
            Arguments.of(List.of(), "ndarray <f8 (0,) []"),
            Arguments.of(new int[0], "ndarray <i4 (0,) []"),
            Arguments.of(new long[0][], "ndarray <i8 (0, 0) []"),
            Arguments.of(new float[2][0], "ndarray <f4 (2, 0) [[], []]"),
        };
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsWhatH5pyWouldHaveMadeOfIt(Object value, String expected) {
        Run.write(writer().attribute("/", "a", value).attribute("number", "a", value), rows(2));
        Run.write(writer().attribute("/", "a", value), rows(1));

        assertThat(show("/")).isEqualTo("'a' " + expected);
        assertThat(show("/number")).isEqualTo("'a' " + expected);
    }

    @Test
    void emptyStringArraysHaveNoElements() {
        Run.write(writer().attribute("/", "a", new String[0]), rows(1));

        String seen = Tool.h5dump("-a", "/a", file);
        assertThat(seen).contains("STRSIZE H5T_VARIABLE", "CSET H5T_CSET_UTF8", "SIMPLE { ( 0 ) / ( 0 ) }");
    }

    @Test
    void otherReadersSeeThemToo() {
        Run.write(
                writer().attribute("", "text", "°C")
                        .attribute("number", "pair", new double[] {1.5, -2})
                        .attribute("number", "ö/ä", 7L),
                rows(1));

        assertThat(Tool.h5dump("-A", file))
                .contains("ATTRIBUTE \"text\"", "STRSIZE H5T_VARIABLE", "DATASPACE  SCALAR", "(0): 1.5, -2");
        try (HdfFile hdf = new HdfFile(file)) {
            assertThat(hdf.getAttribute("text").getData()).isEqualTo("°C");
            assertThat(hdf.getByPath("number").getAttribute("pair").getData()).isEqualTo(new double[] {1.5, -2});
            assertThat(hdf.getByPath("number").getAttribute("ö/ä").getData()).isEqualTo(7L);
        }
    }

    @Test
    void aPathIsRelativeToTheGroupUnlessItIsAbsolute() {
        Run.write(
                writer().attribute("/", "at", "root")
                        .attribute("", "at", "the group")
                        .attribute("number", "at", "a dataset")
                        .attribute("/runs/1/value", "at", "another dataset")
                        .attribute("/runs", "at", "the group above")
                        .group("/runs/1"),
                rows(1));

        assertThat(show("/")).endsWith("'root'");
        assertThat(show("/runs/1")).endsWith("'the group'");
        assertThat(show("/runs/1/number")).endsWith("'a dataset'");
        assertThat(show("/runs/1/value")).endsWith("'another dataset'");
        assertThat(show("/runs")).endsWith("'the group above'");
    }

    @Test
    void theFileHasThemBeforeTheFirstRecord() {
        H5Sink<Row> sink = writer().attribute("/", "a", 1)
                .metadata("meta", Map.of("b", 2))
                .build()
                .sink();
        Flux.<Row>never().subscribe(sink);

        Await.until("the file is there and complete", () -> Files.exists(file) && readable());
        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
    }

    private boolean readable() {
        return Tool.run("h5ls", file + "/meta").status() == 0;
    }

    @Test
    void aStreamWithoutRecordsLeavesThemToo() {
        Run.write(writer().attribute("/", "a", 1), Flux.empty());

        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
    }

    @Test
    void aDatasetGetsThemInTheCommitThatMakesIt() {
        List<String> seen = new ArrayList<>();
        H5Writer<H5Record> writer = H5Writer.<H5Record>to(file)
                .commitEvery(2)
                .attribute("late/loss", "unit", "nats")
                .attribute("late", "why", "later")
                .build();

        writer.append(Flux.range(0, 4)
                        .map(i -> i < 3
                                ? H5Record.of("a", i)
                                : H5Record.of("a", i).and("late/loss", 0.5)))
                .doOnNext(commit -> seen.add(commit.rows().keySet().toString()))
                .blockLast(Await.LIMIT);

        assertThat(seen).last().asString().contains("/late/loss");
        assertThat(show("/late/loss")).isEqualTo("'unit' str str utf-8 None scalar 'nats'");
        assertThat(show("/late")).isEqualTo("'why' str str utf-8 None scalar 'later'");
    }

    @Test
    void theFileIsNeverSeenWithoutTheAttributesOfItsDatasets() {
        List<String> seen = new ArrayList<>();
        Run.write(
                writer().commitEvery(1).attribute("number", "unit", "1").store(store -> new StoreProbe(store) {
                    @Override
                    void before(Call call) {}

                    @Override
                    public void close() {
                        super.close();
                        if (Files.exists(file)) {
                            seen.add(Python.run("""
                                    import h5py, sys
                                    with h5py.File(sys.argv[1], 'r') as f:
                                        print('number' not in f or f['number'].attrs['unit'])
                                    """, file).strip());
                        }
                    }
                }),
                rows(3));

        assertThat(seen).contains("1").isSubsetOf("1", "True");
    }

    @Test
    void anAttributeReplacesOneOfAnyTypeAndShape() {
        List<Object> values = List.of(
                1,
                2,
                "text",
                "longer text",
                new String[] {"a", "b"},
                new String[] {"a", "c"},
                2.5,
                new int[0],
                "",
                true,
                new double[][] {{1}},
                new double[] {1},
                new double[] {2},
                "x".repeat(100_000),
                "y");
        for (Object value : values) {
            Run.write(writer().attribute("/", "a", value).attribute("number", "a", value), rows(1));
            Path fresh = directory.resolve("fresh.h5");
            Run.write(H5Writer.<Row>to(fresh).open(OpenMode.TRUNCATE).attribute("/", "a", value), rows(1));

            String expected = Python.run(SHOW, fresh, "/").strip();
            assertThat(show("/")).isEqualTo(expected);
            assertThat(show("/number")).isEqualTo(expected);
        }
    }

    @Test
    void anAttributeOfH5pyIsReplacedAndTheOthersStay() {
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    d = f.create_dataset('number', data=numpy.zeros(1, 'i4'), maxshape=(None,), chunks=(8,))
                    for a in f.attrs, d.attrs:
                        a['fixed'] = numpy.bytes_(b'old')
                        a['empty'] = h5py.Empty('f8')
                        a['big'] = numpy.array([1], '>i4')
                        a['compound'] = numpy.zeros(1, dtype=[('x', 'i4')])
                        a['reference'] = f.ref
                        a['kept'] = 'kept'
                """, file);
        H5Writer.Builder<Map<String, Integer>> writer = H5Writer.to(file);
        for (String object : new String[] {"/", "number"}) {
            for (String name : new String[] {"fixed", "empty", "big", "compound", "reference"}) {
                writer.attribute(object, name, 7);
            }
        }

        Run.write(writer, Flux.just(Map.of("number", 1)));

        for (String object : new String[] {"/", "/number"}) {
            assertThat(show(object).lines())
                    .hasSize(6)
                    .contains("'kept' str str utf-8 None scalar 'kept'")
                    .filteredOn(line -> line.endsWith(" int32 <i4 scalar 7"))
                    .hasSize(5);
        }
    }

    @Test
    void anAttributeThatIsTheSameIsNotWrittenAgain() throws IOException {
        for (Object value : new Object[] {"text", new String[] {"é", "", "😀"}, 1, new double[1000], List.of()}) {
            Path own = directory.resolve("same.h5");
            H5Writer.Builder<Object> writer = H5Writer.to(own)
                    .open(OpenMode.TRUNCATE)
                    .attribute("/", "a", value)
                    .metadata("meta", Map.of("text", "é"));
            Run.write(writer, Flux.empty());
            byte[] before = Files.readAllBytes(own);

            Run.write(writer.open(OpenMode.APPEND), Flux.empty());

            assertThat(Files.readAllBytes(own)).as("%s", value).isEqualTo(before);
        }
    }

    @Test
    void moreAttributesThanAnObjectHeaderKeeps() {
        H5Writer.Builder<Row> writer = writer();
        for (int i = 0; i < 300; i++) {
            writer.attribute("/", "a%03d".formatted(i), i).attribute("number", "a%03d".formatted(i), "text " + i);
        }
        Run.write(writer, rows(1));
        Run.write(writer.attribute("/", "a007", "other"), rows(1));

        assertThat(show("/").lines().toList())
                .hasSize(300)
                .contains("'a007' str str utf-8 None scalar 'other'", "'a299' int32 <i4 scalar 299");
        assertThat(show("/number").lines().toList())
                .hasSize(300)
                .contains("'a299' str str utf-8 None scalar 'text 299'");
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 8_192, 100_000, 2_000_000})
    void aValueOfMoreThan64KiB(int length) {
        double[] large = IntStream.range(0, length).mapToDouble(i -> i).toArray();
        String[] words = IntStream.range(0, length / 10).mapToObj(i -> "w" + i).toArray(String[]::new);
        H5Writer.Builder<Row> writer = writer();
        for (String object : new String[] {"/", "number"}) {
            writer.attribute(object, "large", large)
                    .attribute(object, "words", words)
                    .attribute(object, "text", "é".repeat(length));
        }
        Run.write(writer, rows(1));
        large[length - 1] = -1;
        Run.write(writer.attribute("number", "large", large), rows(1));

        assertThat(Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    n = int(sys.argv[2])
                    for a in f.attrs, f['number'].attrs:
                        print((a['large'][:-1] == numpy.arange(n)[:-1]).all(), a['large'].shape, a['large'][-1],
                            list(a['words']) == ['w%d' % i for i in range(n // 10)], a['text'] == 'é' * n)
                """, file, length))
                .isEqualTo(
                        "True (%d,) %s True True%nTrue (%d,) -1.0 True True%n".formatted(length, length - 1.0, length));
    }

    @Test
    void aValueOfMoreThan64KiBOnAnObjectInTheOldestFormatIsAClearError() {
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w', libver='earliest') as f:
                    f.create_group('old').attrs['a'] = 'kept'
                """, file);
        H5Writer.Builder<Row> writer = writer().attribute("/old", "a", new double[10_000]);

        Failure failure = Run.fail(writer, rows(1));

        assertThat(failure.error())
                .isInstanceOf(H5WriteException.class)
                .hasMessageContaining("/old: the attribute \"a\" cannot be written: ")
                .hasMessageContaining("header")
                .hasMessageContaining("0 records are safe");
        assertThat(failure.error().object()).isEqualTo("/old");
        assertThat(show("/old")).isEqualTo("'a' str str utf-8 None scalar 'kept'");
        Run.write(writer().attribute("/old", "a", "fits"), rows(1));
        assertThat(show("/old")).isEqualTo("'a' str str utf-8 None scalar 'fits'");
    }

    @Test
    void namesOfAllKinds() {
        String[] names = {"a/b", ".", "..", " ", "\uffff", "é\n", "n".repeat(32768), "€".repeat(10000)};
        H5Writer.Builder<Row> writer = writer();
        Arrays.stream(names).forEach(name -> writer.attribute("number", name, 1).attribute("/", name, new int[9000]));

        Run.write(writer, rows(1));
        Run.write(writer, rows(1));

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(sorted(f.attrs) == sorted(f['number'].attrs), len(f.attrs), 'a/b' in f.attrs, '\\uffff' in f.attrs,
                        'n' * 32768 in f.attrs, '€' * 10000 in f.attrs)
                """, file)).isEqualTo("True 8 True True True True\n");
    }

    @Test
    void anArrayMayChangeOnceItWasGiven() {
        int[] value = {1};
        H5Writer.Builder<Row> writer = writer().attribute("/", "a", value);
        value[0] = 2;

        Run.write(writer, rows(1));

        assertThat(show("/")).endsWith("[1]");
    }

    @Test
    void aWriterKeepsItsOwnWhenTheBuilderGoesOn() {
        H5Writer.Builder<Row> builder = writer().attribute("/", "a", 1);
        H5Writer<Row> built = builder.build();
        builder.attribute("/", "a", 2).attribute("/", "b", 3);

        built.write(rows(1)).block(Await.LIMIT);

        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
    }

    @Test
    void aSessionDescribesADatasetThatIsYetToBeMade() {
        AttributeValue kelvin = AttributeValue.of("unit", "K");
        Run.write(
                writer().store(store -> new StoreProbe(store) {
                    @Override
                    void before(Call call) {}

                    @Override
                    public Dataset dataset(String path, ColumnType type, long[] chunk) {
                        attribute(path, "unit", kelvin.type(), kelvin.data());
                        assertThat(awaited()).contains(path);
                        return super.dataset(path, type, chunk);
                    }
                }),
                rows(1));

        assertThat(show("/number")).isEqualTo("'unit' str str utf-8 None scalar 'K'");
        assertThat(show("/value")).isEqualTo("'unit' str str utf-8 None scalar 'K'");
    }

    @Test
    void nothingIsAddedWhereNothingWasSaid() throws IOException {
        Run.write(writer(), rows(3));

        assertThat(show("/")).isEmpty();
        assertThat(show("/number")).isEmpty();
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/number", "/value");
    }

    @Test
    void anObjectBelowADatasetIsAnError() {
        Run.write(writer(), rows(3));

        Run.fail(writer().attribute("/number/below", "a", 1), rows(1))
                .isAboutTheObject(file, "/number", "a group, to hold /number/below", "a dataset", 0);
        assertThat(H5py.read(file).values("/number")).hasSize(3);
    }
}
