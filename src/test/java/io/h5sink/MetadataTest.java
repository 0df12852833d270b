package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Metadata is one JSON string, or a tree of groups, and gives the file its name on request. */
class MetadataTest {

    record Optimizer(String name, double rate) {}

    record Run3(Optimizer optimizer, int[] layers, boolean dry, Instant started) {}

    private static final Run3 RUN =
            new Run3(new Optimizer("adam", 1e-5), new int[] {64, 10}, true, Instant.parse("2024-05-01T12:00:00Z"));

    private static final String RUN_IN_PYTHON =
            "{'dry': True, 'layers': [64, 10], 'optimizer': {'name': 'adam', 'rate': 1e-05},"
                    + " 'started': '2024-05-01T12:00:00Z'}";

    /** Prints what is in a dataset of JSON, sorted, and the text's own kind. */
    private static final String LOAD = """
            import h5py, json, sys
            with h5py.File(sys.argv[1], 'r') as f:
                d = f[sys.argv[2]]
                text = h5py.check_string_dtype(d.dtype)
                print(d.shape, text.encoding, text.length, ascii(json.loads(d[()])), len(f))
            """;

    private static final String TEXT =
            "H5T_STRING { STRSIZE H5T_VARIABLE; STRPAD H5T_STR_NULLTERM; CSET H5T_CSET_UTF8; CTYPE H5T_C_S1; }";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Flux<Map<String, Integer>> rows() {
        return Flux.just(Map.of("a", 1), Map.of("a", 2));
    }

    private H5Writer.Builder<Map<String, Integer>> writer() {
        return H5Writer.to(file);
    }

    private String load(String dataset) {
        return Python.run(LOAD, file, dataset).strip();
    }

    private static Map<String, @Nullable Object> nested() {
        Map<String, @Nullable Object> nested = new LinkedHashMap<>();
        nested.put("none", null);
        nested.put("text", "é 😀 \0 \" \\ \n");
        nested.put("list", List.of(1, 2.5, "x", List.of(), Map.of("deep", Map.of())));
        nested.put("matrix", new double[][] {{0.1, 1e22}, {1e16, 1e-5}});
        nested.put("colour", Extremes.Colour.GREEN);
        return nested;
    }

    @Test
    void jsonLoadsGivesTheNestedMap() {
        Run.write(writer().metadata("meta", nested()), rows());

        assertThat(load("meta"))
                .isEqualTo("() utf-8 None {'colour': 'GREEN', 'list': [1, 2.5, 'x', [], {'deep': {}}],"
                        + " 'matrix': [[0.1, 1e+22], [1e+16, 1e-05]], 'none': None,"
                        + " 'text': '\\xe9 \\U0001f600 \\x00 \" \\\\ \\n'} 2");
        assertThat(H5py.read(file).values("/a")).containsExactly(1, 2);
    }

    @Test
    void aRecordIsAMapOfItsComponents() {
        Run.write(writer().group("runs/3").metadata("meta", RUN).metadata("/top/meta", Map.of()), rows());

        assertThat(load("runs/3/meta")).isEqualTo("() utf-8 None " + RUN_IN_PYTHON + " 2");
        assertThat(load("top/meta")).isEqualTo("() utf-8 None {} 2");
    }

    @Test
    void otherReadersSeeTheText() {
        Run.write(writer().metadata("meta", RUN).attribute("meta", "version", 3), rows());

        String json = "{\"dry\":true,\"layers\":[64,10],\"optimizer\":{\"name\":\"adam\",\"rate\":1e-05},"
                + "\"started\":\"2024-05-01T12:00:00Z\"}";
        try (HdfFile hdf = new HdfFile(file)) {
            assertThat(hdf.getDatasetByPath("/meta").getData()).isEqualTo(json);
            assertThat(hdf.getByPath("/meta").getAttribute("version").getData()).isEqualTo(3);
        }
        assertThat(Tool.h5dump("-d", "/meta", file))
                .contains("STRSIZE H5T_VARIABLE", "CSET H5T_CSET_UTF8", "DATASPACE  SCALAR", json);
    }

    @Test
    void aLaterRunReplacesIt() {
        for (Object text : new Object[] {"short", "long ".repeat(100_000), "short"}) {
            Run.write(writer().metadata("meta", Map.of("text", text)), rows());

            assertThat(load("meta")).isEqualTo("() utf-8 None {'text': '" + text + "'} 2");
        }
        assertThat(H5py.read(file).values("/a")).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'old'",
                "numpy.bytes_(b'old')",
                "numpy.array('old', dtype=h5py.string_dtype('ascii'))",
                "numpy.array('old', dtype=h5py.string_dtype('utf-8', 9))"
            })
    void aStringOfH5pyIsReplaced(String old) {
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    f['meta'] = eval(sys.argv[2])
                """, file, old);

        Run.write(writer().metadata("meta", RUN), rows());

        assertThat(load("meta")).isEqualTo("() utf-8 None " + RUN_IN_PYTHON + " 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f['meta'] = 7                          | DATASET \"/meta\" { DATATYPE H5T_STD_I64LE DATASPACE SCALAR }",
                "f['meta'] = numpy.arange(3)            | DATASET \"/meta\" { DATATYPE H5T_STD_I64LE DATASPACE SIMPLE { ( 3 ) / ( 3 ) } }",
                "f['meta'] = ['a', 'b']                 | DATASET \"/meta\" { DATATYPE " + TEXT
                        + " DATASPACE SIMPLE { ( 2 ) / ( 2 ) } }",
                "f.create_group('meta')                 | GROUP \"/meta\"",
            })
    void whatIsNoStringStays(String make, String actual) {
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    exec(sys.argv[2])
                """, file, make);

        Run.fail(H5Writer.<Map<String, Integer>>to(file).metadata("meta", RUN), rows())
                .isAboutTheObject(
                        file, "/meta", "DATASET \"/meta\" { DATATYPE " + TEXT + " DATASPACE SCALAR }", actual, 0);
        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(list(f))
                """, file)).isEqualTo("['meta']\n");
    }

    @Test
    void aColumnCannotBeWhereTheMetadataIs() {
        Run.fail(H5Writer.<Map<String, Integer>>to(file).metadata("a", RUN), rows())
                .isAboutTheObject(
                        file,
                        "/a",
                        "DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 0 ) / ( H5S_UNLIMITED ) }"
                                + " STORAGE_LAYOUT { CHUNKED ( 32768 ) } FILTERS { NONE }",
                        "DATATYPE " + TEXT + " DATASPACE SCALAR STORAGE_LAYOUT { COMPACT } FILTERS { NONE }",
                        0);

        assertThat(load("a")).isEqualTo("() utf-8 None " + RUN_IN_PYTHON + " 1");
    }

    @Test
    void aTreeOfGroupsHasTheLeavesAsAttributes() {
        String show = """
                import h5py, sys
                def tree(group):
                    leaves = {k: v.tolist() if hasattr(v, 'tolist') else v for k, v in group.attrs.items()}
                    return dict(sorted({**leaves, **{k: tree(v) for k, v in group.items()}}.items()))
                with h5py.File(sys.argv[1], 'r') as f:
                    print(tree(f[sys.argv[2]]))
                """;
        Run.write(
                writer().group("g").metadataTree("setup/run", RUN).metadataTree("/empty", Map.of("no", Map.of())),
                rows());

        assertThat(Python.run(show, file, "g/setup/run")).isEqualTo(RUN_IN_PYTHON + "\n");
        assertThat(Python.run(show, file, "empty")).isEqualTo("{'no': {}}\n");

        Run.write(
                writer().group("g").metadataTree("setup/run", Map.of("optimizer", Map.of("rate", "fast"), "more", 1)),
                rows());

        assertThat(Python.run(show, file, "g/setup/run"))
                .isEqualTo("{'dry': True, 'layers': [64, 10], 'more': 1, 'optimizer': {'name': 'adam', 'rate': 'fast'},"
                        + " 'started': '2024-05-01T12:00:00Z'}\n");
    }

    @Test
    void aTreeCanBeTheFileItself() {
        Run.write(writer().metadataTree("/", Map.of("unit", "K", "b", Map.of("c", 1))), rows());

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(f.attrs['unit'], f['b'].attrs['c'], list(f))
                """, file)).isEqualTo("K 1 ['a', 'b']\n");
    }

    @Test
    void aTreeCannotGrowOnADataset() {
        Run.write(writer(), rows());

        Run.fail(H5Writer.<Map<String, Integer>>to(file).metadataTree("a", RUN), rows())
                .isAboutTheObject(
                        file,
                        "/a",
                        "GROUP \"/a\"",
                        "DATASET \"/a\" { DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 2 ) / ( H5S_UNLIMITED ) } }",
                        0);
    }

    @Test
    void mapsMayChangeOnceTheyWereGiven() {
        Map<String, Object> inner = new HashMap<>(Map.of("b", 1));
        List<Object> list = new ArrayList<>(List.of(1));
        H5Writer.Builder<Map<String, Integer>> writer = writer().metadata("meta", Map.of("inner", inner, "list", list))
                .metadataTree("tree", Map.of("in", inner));
        inner.put("c", 2);
        list.clear();

        Run.write(writer, rows());

        assertThat(load("meta")).contains("{'inner': {'b': 1}, 'list': [1]}");
    }

    private static Arguments[] bad() {
        return new Arguments[] {
            Arguments.of(Map.of("a", new Object()), "tree[\"a\"]: ", "java.lang.Object"),
            Arguments.of(Map.of(1, 1), "tree: ", "a key of java.lang.Integer"),
            Arguments.of(Map.of("a", Map.of("b/c", Map.of())), "b/c: ", "a name with \"/\""),
            Arguments.of(Map.of("a", List.of(Map.of())), "a: ", "nested values are for metadata(…)"),
            Arguments.of(Map.of("", 1), "expected the name of an attribute", "an empty name"),
            Arguments.of(Map.of("a", Map.of("..", Map.of())), "..: ", "a name with the part \"..\""),
            Arguments.of(nested(), "none: expected a value", "null"),
        };
    }

    @ParameterizedTest
    @MethodSource("bad")
    @SuppressWarnings("unchecked")
    void aTreeRefusesWhatIsNeitherAGroupNorAnAttribute(Map<?, ?> metadata, String where, String actual) {
        assertThatThrownBy(() -> writer().metadataTree("tree", (Map<String, ?>) metadata))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("metadataTree: ")
                .hasMessageContaining(where)
                .hasMessageContaining(actual);
    }
}
