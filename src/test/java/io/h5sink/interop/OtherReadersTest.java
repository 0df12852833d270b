package io.h5sink.interop;

import static io.h5sink.testing.Extremes.BYTES;
import static io.h5sink.testing.Extremes.CHARS;
import static io.h5sink.testing.Extremes.DOUBLES;
import static io.h5sink.testing.Extremes.FLOATS;
import static io.h5sink.testing.Extremes.INTS;
import static io.h5sink.testing.Extremes.LONGS;
import static io.h5sink.testing.Extremes.SHORTS;
import static io.h5sink.testing.Extremes.TEXTS;
import static io.h5sink.testing.Extremes.rotated;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import io.jhdf.HdfFile;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What h5py reads, jHDF, h5dump, h5ls, PyTables and pandas read as well. */
class OtherReadersTest {

    /** Text without what h5dump shows ambiguously: quotes, backslashes and line ends. */
    private static final String[] WORDS = {"", "plain", "é", "€", "a😀b", "𝄞😀", "two words", "{1, 2}"};

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() {
        file = directory.resolve("data.h5");
        Run.write(
                H5Writer.<H5Record>to(file).chunkRows(3),
                reactor.core.publisher.Flux.range(0, Extremes.COUNT)
                        .map(i -> H5Record.of("truth", i % 2 == 0)
                                .and("int8", BYTES[i])
                                .and("int16", SHORTS[i])
                                .and("character", CHARS[i])
                                .and("int32", INTS[i])
                                .and("int64", LONGS[i])
                                .and("float32", FLOATS[i])
                                .and("float64", DOUBLES[i])
                                .and("text", TEXTS[i])
                                .and("words", WORDS[i])
                                .and("time", Extremes.INSTANTS[i])
                                .and("colour", Extremes.COLOURS[i])
                                .and("vector", rotated(INTS, i))
                                .and("group/matrix", new double[][] {DOUBLES, rotated(DOUBLES, i)})));
    }

    @Test
    void jhdfReadsEveryType() {
        try (HdfFile hdf = new HdfFile(file)) {
            Function<String, Object> data = path -> hdf.getDatasetByPath(path).getData();
            assertThat((byte[]) data.apply("int8")).isEqualTo(BYTES);
            assertThat((short[]) data.apply("int16")).isEqualTo(SHORTS);
            assertThat((int[]) data.apply("int32")).isEqualTo(INTS);
            assertThat((long[]) data.apply("int64")).isEqualTo(LONGS);
            assertThat((float[]) data.apply("float32")).isEqualTo(FLOATS);
            assertThat((double[]) data.apply("float64")).isEqualTo(DOUBLES);
            assertThat((String[]) data.apply("text")).isEqualTo(TEXTS);
            assertThat((long[]) data.apply("time"))
                    .isEqualTo(Extremes.NANOSECONDS.stream().mapToLong(n -> n).toArray());
            assertThat((Object[]) data.apply("truth"))
                    .containsExactly("TRUE", "FALSE", "TRUE", "FALSE", "TRUE", "FALSE", "TRUE", "FALSE");
            assertThat((Object[]) data.apply("colour")).containsExactlyElementsOf(Extremes.names(Extremes.COLOURS));
            assertThat(hdf.getDatasetByPath("time").getAttribute("units").getData())
                    .isEqualTo("nanoseconds since 1970-01-01");
        }
    }

    @Test
    void jhdfReadsArrays() {
        try (HdfFile hdf = new HdfFile(file)) {
            int[][] vectors = (int[][]) hdf.getDatasetByPath("vector").getData();
            double[][][] matrices =
                    (double[][][]) hdf.getDatasetByPath("group/matrix").getData();
            assertThat(vectors).hasNumberOfRows(Extremes.COUNT);
            assertThat(matrices).hasNumberOfRows(Extremes.COUNT);
            for (int i = 0; i < Extremes.COUNT; i++) {
                assertThat(vectors[i]).isEqualTo(rotated(INTS, i));
                assertThat(matrices[i][0]).isEqualTo(DOUBLES);
                assertThat(matrices[i][1]).isEqualTo(rotated(DOUBLES, i));
            }
        }
    }

    @Test
    void h5dumpShowsTypesAndShapes() {
        assertThat(header("int32")).isEqualTo("DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 8 ) / ( H5S_UNLIMITED ) }");
        assertThat(header("float64"))
                .isEqualTo("DATATYPE H5T_IEEE_F64LE DATASPACE SIMPLE { ( 8 ) / ( H5S_UNLIMITED ) }");
        assertThat(header("group/matrix"))
                .isEqualTo("DATATYPE H5T_IEEE_F64LE DATASPACE SIMPLE { ( 8, 2, 8 ) / ( H5S_UNLIMITED, 2, 8 ) }");
        assertThat(header("text"))
                .isEqualTo("DATATYPE H5T_STRING { STRSIZE H5T_VARIABLE; STRPAD H5T_STR_NULLTERM; CSET H5T_CSET_UTF8;"
                        + " CTYPE H5T_C_S1; } DATASPACE SIMPLE { ( 8 ) / ( H5S_UNLIMITED ) }");
        assertThat(header("truth"))
                .isEqualTo("DATATYPE H5T_ENUM { H5T_STD_I8LE; \"FALSE\" 0; \"TRUE\" 1; }"
                        + " DATASPACE SIMPLE { ( 8 ) / ( H5S_UNLIMITED ) }");
        assertThat(Tool.h5dump("-a", "/time/units", file)).contains("(0): \"nanoseconds since 1970-01-01\"");
    }

    @Test
    void h5dumpShowsTheValues() {
        assertThat(dumped("int64", Long::valueOf)).isEqualTo(Extremes.list(LONGS));
        assertThat(dumped("time", Long::valueOf)).isEqualTo(Extremes.NANOSECONDS);
        assertThat(dumped("colour", Function.identity())).isEqualTo(Extremes.names(Extremes.COLOURS));
        assertThat(dumped("float64", OtherReadersTest::number)).isEqualTo(Extremes.list(DOUBLES));
        assertThat(dumped("words", OtherReadersTest::text)).containsExactly(WORDS);
        assertThat(dumped("vector", Integer::valueOf))
                .isEqualTo(IntStream.range(0, Extremes.COUNT)
                        .boxed()
                        .flatMap(i -> Extremes.list(rotated(INTS, i)).stream())
                        .toList());
    }

    @Test
    void h5lsShowsTheTree() {
        Map<String, String> tree = Tool.h5ls("-r", file)
                .lines()
                .collect(java.util.stream.Collectors.toMap(
                        line -> line.split("\\s+", 2)[0], line -> line.split("\\s+", 2)[1].strip()));

        assertThat(tree)
                .hasSize(16)
                .containsEntry("/", "Group")
                .containsEntry("/int32", "Dataset {8/Inf}")
                .containsEntry("/vector", "Dataset {8/Inf, 8}")
                .containsEntry("/group", "Group")
                .containsEntry("/group/matrix", "Dataset {8/Inf, 2, 8}");
    }

    @Test
    void pyTablesAndPandasReadAColumn() {
        Python.require("pandas", "tables");
        assertThat(Python.run("""
                import pandas, sys, tables
                with tables.open_file(sys.argv[1]) as f:
                    print(*f.root.int64[:])
                    print(*f.root.vector[3])
                    frame = pandas.DataFrame({'int32': f.root.int32[:], 'time': pandas.to_datetime(f.root.time[:])})
                    print(*frame.dtypes, frame.time[6])
                """, file)).isEqualTo("""
                                -9223372036854775808 9223372036854775807 -1 0 1 72623859790382856 9007199254740992 9007199254740993
                                0 1 65536 16909060 -65537 -2147483648 2147483647 -1
                                int32 datetime64[ns] 2026-01-01 00:00:00.123456789
                                """);
    }

    /** Type and shape of a dataset, in h5dump's words, on one line. */
    private String header(String path) {
        String text = Tool.h5dump("-H", "-A", "0", "-d", path, file).replaceAll("\\s+", " ");
        Matcher matcher =
                Pattern.compile("DATASET \"[^\"]*\" \\{ (.*) \\} \\} ?").matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    /** The elements of a dataset, in h5dump's words. */
    private <V> List<V> dumped(String path, Function<String, V> parse) {
        String text = Tool.h5dump("-y", "-w", "0", "-m", "%.17g", "-A", "0", "-d", path, file);
        String data = text.substring(text.indexOf("DATA {") + "DATA {".length(), text.lastIndexOf('}'));
        return Pattern.compile("\"[^\"]*\"|[^\\s,{}]+")
                .matcher(data)
                .results()
                .map(result -> parse.apply(result.group()))
                .toList();
    }

    private static Double number(String text) {
        return switch (text) {
            case "nan", "-nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.valueOf(text);
        };
    }

    /** A quoted string, in which h5dump escapes what is not printable ASCII, byte by byte. */
    private static String text(String quoted) {
        ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c == '\\') {
                i += quoted.startsWith("37777777", i + 1) ? 8 : 0; // HDF5 1.10 shows bytes above 127 as negative ints
                c = (char) Integer.parseInt(quoted.substring(i + 1, i + 4), 8);
                i += 3;
            }
            utf8.write(c);
        }
        return utf8.toString(StandardCharsets.UTF_8);
    }
}
