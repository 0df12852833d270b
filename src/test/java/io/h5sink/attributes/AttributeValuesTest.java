package io.h5sink.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Attributes;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.judge.Attrs;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import io.jhdf.HdfFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
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
class AttributeValuesTest {

    record Row(int number, double value) {}

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
        return Attrs.show(file, object);
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

        assertThat(show("/")).isEqualTo("'a' ndarray str utf-8 None (0,) []");
        if (Tool.isPresent("h5dump")) {
            String seen = Tool.h5dump("-a", "/a", file);
            assertThat(seen).contains("STRSIZE H5T_VARIABLE", "CSET H5T_CSET_UTF8", "SIMPLE { ( 0 ) / ( 0 ) }");
        }
    }

    @Test
    void otherReadersSeeThemToo() {
        Run.write(
                writer().attribute("", "text", "°C")
                        .attribute("number", "pair", new double[] {1.5, -2})
                        .attribute("number", "ö/ä", 7L),
                rows(1));

        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-A", file))
                    .contains("ATTRIBUTE \"text\"", "STRSIZE H5T_VARIABLE", "DATASPACE  SCALAR", "(0): 1.5, -2");
        }
        try (HdfFile hdf = new HdfFile(file)) {
            assertThat(hdf.getAttribute("text").getData()).isEqualTo("°C");
            assertThat(hdf.getByPath("number").getAttribute("pair").getData()).isEqualTo(new double[] {1.5, -2});
            assertThat(hdf.getByPath("number").getAttribute("ö/ä").getData()).isEqualTo(7L);
        }
    }

    @Test
    void namesOfAllKinds() {
        String[] names = {"a/b", ".", "..", " ", "\uffff", "é\n", "n".repeat(32768), "€".repeat(10000)};
        H5Writer.Builder<Row> writer = writer();
        Arrays.stream(names).forEach(name -> writer.attribute("number", name, 1).attribute("/", name, new int[9000]));

        Run.write(writer, rows(1));
        Run.write(writer, rows(1));

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.attributes().keySet()).containsExactlyInAnyOrder(names);
            assertThat(h5.dataset("number").attributes().keySet()).containsExactlyInAnyOrder(names);
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(sorted(f.attrs) == sorted(f['number'].attrs), len(f.attrs), 'a/b' in f.attrs, '\\uffff' in f.attrs,
                            'n' * 32768 in f.attrs, '€' * 10000 in f.attrs)
                    """, file)).isEqualTo("True 8 True True True True\n");
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

        try (H5Source h5 = H5Source.open(file)) {
            for (H5Attributes attributes :
                    List.of(h5.attributes(), h5.dataset("number").attributes())) {
                assertThat(attributes.get("words")).isEqualTo(words);
                assertThat(attributes.get("text")).isEqualTo("é".repeat(length));
            }
            assertThat(h5.dataset("number").attributes().get("large")).isEqualTo(large);
            large[length - 1] = length - 1;
            assertThat(h5.attributes().get("large")).isEqualTo(large);
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, numpy, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        n = int(sys.argv[2])
                        for a in f.attrs, f['number'].attrs:
                            print((a['large'][:-1] == numpy.arange(n)[:-1]).all(), a['large'].shape, a['large'][-1],
                                list(a['words']) == ['w%d' % i for i in range(n // 10)], a['text'] == 'é' * n)
                    """, file, length))
                    .isEqualTo("True (%d,) %s True True%nTrue (%d,) -1.0 True True%n"
                            .formatted(length, length - 1.0, length));
        }
    }

    @Test
    void anArrayMayChangeOnceItWasGiven() {
        int[] value = {1};
        H5Writer.Builder<Row> writer = writer().attribute("/", "a", value);
        value[0] = 2;

        Run.write(writer, rows(1));

        assertThat(show("/")).endsWith("[1]");
    }
}
