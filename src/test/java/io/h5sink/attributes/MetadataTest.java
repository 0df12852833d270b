package io.h5sink.attributes;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.Contents;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Inside;
import io.h5sink.judge.NumPy;
import io.h5sink.judge.Python;
import io.h5sink.judge.PythonJson;
import io.h5sink.judge.PythonText;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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

    private static final Foreign.Type INT64 = Foreign.integer(8, true, false);
    private static final Foreign.Type VARIABLE = Foreign.string(0, NULLTERM, true);

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
        return Inside.judged(
                file,
                () -> Contents.of(file, false, contents -> loaded(contents, dataset)),
                () -> Python.run(LOAD, file, dataset).strip());
    }

    private static String loaded(Contents contents, String path) {
        Dataset dataset = (Dataset) contents.at(path);
        assertThat(dataset.getDimensions()).isEmpty();
        long outer = contents.objects().keySet().stream()
                .filter(name -> name.lastIndexOf('/') == 0)
                .count();
        String json = (String) contents.nested(path);
        return "() " + NumPy.text(dataset.getDataType()) + " " + PythonJson.ascii(json) + " " + outer;
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
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-d", "/meta", file))
                    .contains("STRSIZE H5T_VARIABLE", "CSET H5T_CSET_UTF8", "DATASPACE  SCALAR", json);
        }
    }

    @Test
    void aLaterRunReplacesIt() {
        for (Object text : new Object[] {"short", "long ".repeat(100_000), "short"}) {
            Run.write(writer().metadata("meta", Map.of("text", text)), rows());

            assertThat(load("meta")).isEqualTo("() utf-8 None {'text': '" + text + "'} 2");
        }
        assertThat(H5py.read(file).values("/a")).hasSize(6);
    }

    private static Foreign.Type[] strings() {
        return new Foreign.Type[] {
            VARIABLE,
            Foreign.string(3, NULLPAD, false),
            Foreign.string(0, NULLTERM, false),
            Foreign.string(9, NULLPAD, true)
        };
    }

    @ParameterizedTest
    @MethodSource("strings")
    void aStringOfOthersIsReplaced(Foreign.Type type) {
        Foreign.make(file, false, f -> ForeignDataset.scalar(f, "meta", type, "old"));

        Run.write(writer().metadata("meta", RUN), rows());

        assertThat(load("meta")).isEqualTo("() utf-8 None " + RUN_IN_PYTHON + " 2");
    }

    private static Arguments[] others() {
        return new Arguments[] {
            other(
                    "DATASET \"/meta\" { DATATYPE H5T_STD_I64LE DATASPACE SCALAR }",
                    f -> ForeignDataset.scalar(f, "meta", INT64, 7)),
            other(
                    "DATASET \"/meta\" { DATATYPE H5T_STD_I64LE DATASPACE SIMPLE { ( 3 ) / ( 3 ) } }",
                    f -> ForeignDataset.of(f, "meta", INT64, new int[] {0, 1, 2})),
            other(
                    "DATASET \"/meta\" { DATATYPE " + TEXT + " DATASPACE SIMPLE { ( 2 ) / ( 2 ) } }",
                    f -> ForeignDataset.of(f, "meta", VARIABLE, List.of("a", "b"))),
            other("GROUP \"/meta\"", f -> Hdf5Calls.group(f, "meta"))
        };
    }

    private static Arguments other(String actual, Foreign.Content content) {
        return Arguments.of(actual, content);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void whatIsNoStringStays(String actual, Foreign.Content content) {
        Foreign.make(file, false, content);

        Run.fail(H5Writer.<Map<String, Integer>>to(file).metadata("meta", RUN), rows())
                .isAboutTheObject(
                        file, "/meta", "DATASET \"/meta\" { DATATYPE " + TEXT + " DATASPACE SCALAR }", actual, 0);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(Stream.concat(h5.groups().stream(), h5.datasets().stream()))
                    .containsExactly("meta");
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(list(f))
                    """, file)).isEqualTo("['meta']\n");
        }
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
        Run.write(
                writer().group("g").metadataTree("setup/run", RUN).metadataTree("/empty", Map.of("no", Map.of())),
                rows());

        assertThat(tree("g/setup/run")).isEqualTo(RUN_IN_PYTHON + "\n");
        assertThat(tree("empty")).isEqualTo("{'no': {}}\n");

        Run.write(
                writer().group("g").metadataTree("setup/run", Map.of("optimizer", Map.of("rate", "fast"), "more", 1)),
                rows());

        assertThat(tree("g/setup/run"))
                .isEqualTo("{'dry': True, 'layers': [64, 10], 'more': 1, 'optimizer': {'name': 'adam', 'rate': 'fast'},"
                        + " 'started': '2024-05-01T12:00:00Z'}\n");
    }

    /** The tree in the words of Python. */
    private String tree(String group) {
        String show = """
                import h5py, sys
                def tree(group):
                    leaves = {k: v.tolist() if hasattr(v, 'tolist') else v for k, v in group.attrs.items()}
                    return dict(sorted({**leaves, **{k: tree(v) for k, v in group.items()}}.items()))
                with h5py.File(sys.argv[1], 'r') as f:
                    print(tree(f[sys.argv[2]]))
                """;
        return Inside.judged(
                file,
                () -> Contents.of(file, false, contents -> tree(contents, "/" + group)) + "\n",
                () -> Python.run(show, file, group));
    }

    private static String tree(Contents contents, String group) {
        Map<String, String> leaves = new TreeMap<>();
        contents.attributes(contents.at(group))
                .forEach((name, attribute) -> leaves.put(name, PythonText.repr(contents.value(attribute))));
        contents.objects().keySet().stream()
                .filter(path -> path.lastIndexOf('/') == group.length() && path.startsWith(group))
                .forEach(path -> leaves.put(path.substring(group.length() + 1), tree(contents, path)));
        return leaves.entrySet().stream()
                .map(leaf -> PythonText.repr(leaf.getKey()) + ": " + leaf.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    @Test
    void aTreeCanBeTheFileItself() {
        Run.write(writer().metadataTree("/", Map.of("unit", "K", "b", Map.of("c", 1))), rows());

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.attributes()).isEqualTo(Map.of("unit", "K"));
            assertThat(h5.group("b").attributes()).isEqualTo(Map.of("c", 1));
            assertThat(h5.datasets()).containsExactly("a");
            assertThat(h5.groups()).containsExactly("b");
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(f.attrs['unit'], f['b'].attrs['c'], list(f))
                    """, file)).isEqualTo("K 1 ['a', 'b']\n");
        }
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
