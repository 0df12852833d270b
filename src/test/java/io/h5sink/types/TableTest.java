package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Dataset;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.Ragged;
import io.h5sink.StoredType;
import io.h5sink.WriteSummary;
import io.h5sink.jhdf5.Library;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Run;
import io.jhdf.HdfFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** A table is one dataset of compounds, which h5py, PyTables and pandas read and append to. */
class TableTest {

    enum Colour {
        RED,
        GREEN
    }

    record Reading(
            Instant time,
            int station,
            double temperature,
            @H5Field(length = 8) String name) {
        static Reading of(int i) {
            return new Reading(Instant.ofEpochSecond(i), i % 3, i + 0.5, "n" + i);
        }
    }

    record Position(double x, float y) {}

    record Everything(
            boolean truth,
            byte int8,
            short int16,
            char letter,
            int int32,
            long int64,
            float float32,
            double float64,
            Colour colour,
            UUID id,
            @H5Field(length = 3, cut = true) String fixed,
            @H5Field(as = StoredType.FLOAT16) double half,
            @H5Field(unsigned = true) short unsigned,
            @H5Field(fill = "-1") @Nullable Integer maybe,
            Position position,
            double[] vector,
            int[][] matrix,
            @H5Field(length = 2) List<String> words) {

        static Everything of(int i) {
            return new Everything(
                    i % 2 == 0,
                    (byte) -i,
                    (short) i,
                    'é',
                    i,
                    i,
                    i,
                    i,
                    Colour.GREEN,
                    new UUID(0, i),
                    "ab€",
                    i,
                    (short) -1,
                    i % 2 == 0 ? null : i,
                    new Position(i, 0.5f),
                    new double[] {i, 2},
                    new int[][] {{i}, {3}},
                    List.of("x", "yz"));
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private H5Writer.Builder<Object> table() {
        return H5Writer.<Object>to(file).layout(Layout.TABLE);
    }

    @Test
    void ofEveryTypeIsWhatH5pyReads() {
        Run.write(table(), Flux.just(Everything.of(1), Everything.of(2)));

        assertThat(Listing.of(file)).isEqualTo("""
                /table: {truth: bool, int8: int8, int16: int16, letter: str3, int32: int32, int64: int64, \
                float32: float32, float64: float64, colour: int8{RED GREEN}, id: str36, fixed: str3, half: float16, \
                unsigned: uint16, maybe: int32, position: {x: float64, y: float32}, vector: float64[2], \
                matrix: int32[2, 1], words: str2[2]} \
                [(False, -1, 1, 'é', 1, 1, 1.0, 1.0, 1, '00000000-0000-0000-0000-000000000001', 'ab', 1.0, 65535, 1, \
                (1.0, 0.5), [1.0, 2.0], [[1], [3]], ['x', 'yz']), \
                (True, -2, 2, 'é', 2, 2, 2.0, 2.0, 1, '00000000-0000-0000-0000-000000000002', 'ab', 2.0, 65535, -1, \
                (2.0, 0.5), [2.0, 2.0], [[2], [3]], ['x', 'yz'])]
                """);
    }

    @Test
    void inAGroupGrowsWithEachSession() {
        for (int session = 0; session < 3; session++) {
            int first = 2 * session;
            WriteSummary summary =
                    Run.write(table().group("g"), Flux.range(first, 2).map(Reading::of));
            assertThat(summary.rows()).isEqualTo(Map.of("/g/table", first + 2L));
        }

        assertThat(Listing.of(file))
                .startsWith("/g/table: {time: int64, station: int32, temperature: float64, name: str8} ")
                .endsWith("(4000000000, 1, 4.5, 'n4'), (5000000000, 2, 5.5, 'n5')]\n");
    }

    @Test
    void isATableForPyTablesWhichQueriesItAndAppendsToItAsWeDoAfterwards() {
        Python.require("tables");
        Run.write(table(), Flux.range(0, 100).map(Reading::of));

        assertThat(Python.run("""
                import sys, tables
                with tables.open_file(sys.argv[1], 'a') as f:
                    t = f.root.table
                    print(type(t).__name__, t.colnames, t.nrows)
                    print([r['temperature'] for r in t.where('(station == 1) & (temperature > 90)')])
                    print(t[3], t.col('name')[99])
                    t.append([(7, 8, 9.5, b'py')])
                    row = t.row
                    row['station'] = 4
                    row['name'] = b'row'
                    row.append()
                    t.flush()
                    print(t.nrows)
                """, file)).isEqualTo("""
                Table ['time', 'station', 'temperature', 'name'] 100
                [91.5, 94.5, 97.5]
                (3000000000, 0, 3.5, b'n3') b'n99'
                102
                """);

        Run.write(table(), Flux.range(200, 2).map(Reading::of));
        assertThat(Python.run("""
                import h5py, sys, tables
                with tables.open_file(sys.argv[1]) as f:
                    print(f.root.table.nrows, f.root.table[99:])
                with h5py.File(sys.argv[1]) as f:
                    print(f['table'].shape, f['table']['name'][-3:].tolist())
                """, file)).isEqualTo("""
                104 [( 99000000000, 0,  99.5, b'n99') (           7, 8,   9.5, b'py')
                 (           0, 4,   0. , b'row') (200000000000, 2, 200.5, b'n200')
                 (201000000000, 0, 201.5, b'n201')]
                (104,) [b'row', b'n200', b'n201']
                """);
    }

    @Test
    void ofEveryTypeIsATableForPyTables() {
        Python.require("tables");
        Run.write(table(), Flux.just(Everything.of(1), Everything.of(2)));

        assertThat(Python.run("""
                import sys, tables
                with tables.open_file(sys.argv[1]) as f:
                    t = f.root.table
                    print(type(t).__name__, t.colnames)
                    print(t.cols.position.x[:], t.cols.vector[1], t.cols.colour[:], t.get_enum('colour')(1), t[1]['half'])
                """, file)).isEqualTo("""
                Table ['truth', 'int8', 'int16', 'letter', 'int32', 'int64', 'float32', 'float64', 'colour', 'id', \
                'fixed', 'half', 'unsigned', 'maybe', 'position', 'vector', 'matrix', 'words']
                [1. 2.] [2. 2.] [1 1] GREEN 2.0
                """);
    }

    /** PyTables knows no arrays of compounds in a table; whoever has them reads with h5py. */
    @Test
    void mayHoldArraysOfRecords() {
        record Path(Position[] track, Reading[][] readings) {}

        Run.write(table(), Flux.just(new Path(new Position[] {new Position(1, 2)}, new Reading[][] {
            {Reading.of(1)}, {Reading.of(2)}
        })));

        assertThat(Listing.of(file)).isEqualTo("""
                /table: {track: {x: float64, y: float32}[1], \
                readings: {time: int64, station: int32, temperature: float64, name: str8}[2, 1]} \
                [([(1.0, 2.0)], [[(1000000000, 1, 1.5, 'n1')], [(2000000000, 2, 2.5, 'n2')]])]
                """);
    }

    @Test
    void isAFrameForPandasInOneLine() {
        Python.require("pandas", "tables");
        Run.write(table(), Flux.range(0, 3).map(Reading::of));

        assertThat(Python.run("""
                import pandas, sys
                frame = pandas.read_hdf(sys.argv[1], 'table')
                print(frame.dtypes.to_dict())
                print(frame.to_dict('list'))
                """, file)).isEqualTo("""
                {'time': dtype('int64'), 'station': dtype('int32'), 'temperature': dtype('float64'), 'name': dtype('O')}
                {'time': [0, 1000000000, 2000000000], 'station': [0, 1, 2], 'temperature': [0.5, 1.5, 2.5], \
                'name': ['n0', 'n1', 'n2']}
                """);
    }

    @Test
    void isWhatH5dumpAndJhdfRead() {
        Run.write(table(), Flux.range(1, 1).map(Reading::of));

        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-d", "/table", file).replaceAll("\\s+", " "))
                    .contains("H5T_STD_I64LE \"time\"; H5T_STD_I32LE \"station\"; H5T_IEEE_F64LE \"temperature\";")
                    .contains("(0): { 1000000000, 1, 1.5, \"n1");
        }
        try (io.jhdf.HdfFile hdf = new io.jhdf.HdfFile(file)) {
            @SuppressWarnings("unchecked")
            Map<String, Object> columns =
                    (Map<String, Object>) hdf.getDatasetByPath("table").getData();
            assertThat(columns.keySet()).containsExactly("time", "station", "temperature", "name");
            assertThat((double[]) columns.get("temperature")).containsExactly(1.5);
            assertThat((String[]) columns.get("name")).containsExactly("n1");
        }
    }

    @Test
    void takesNoStringsAndArraysOfVaryingLength() {
        record Text(int a, String text) {}
        record Within(int a, Text[] texts) {}
        record Rows(@H5Field(ragged = Ragged.SEQUENCE) int[] row) {}
        String expected = "a fixed size, because it is part of a compound: declare the length of a string";

        Run.fail(table(), new Text(1, "a"))
                .isAboutTheObject(file, "/table/text", expected, "variable-length UTF-8 string", 0);
        Run.fail(table(), new Within(1, new Text[] {new Text(1, "b")}))
                .isAboutTheObject(file, "/table/texts/text", expected, "variable-length UTF-8 string", 0);
        Run.fail(table(), new Rows(new int[1])).isAboutTheObject(file, "/table/row", expected, "ragged int32", 0);
        Run.write(table().column("text", c -> c.length(1)), Flux.just(new Text(1, "c")));
        assertThat(Listing.of(file)).isEqualTo("/table: {a: int32, text: str1} [(1, 'c')]\n");
    }

    @Test
    void refusesNullUnlessAFillValueIsDeclaredForEveryComponent() {
        record Inner(
                @H5Field(fill = "-1") int a,
                @H5Field(fill = "NaN") double[] b) {}
        record Row(
                @Nullable Inner inner,
                @H5Field(fill = "x", length = 1) @Nullable String text) {}
        record Strict(Position position, Double number) {}

        Run.write(table(), Flux.just(new Row(new Inner(1, new double[] {1, 2}), "t"), new Row(null, null)));
        assertThat(Listing.of(file)).isEqualTo("""
                /table: {inner: {a: int32, b: float64[2]}, text: str1} fill=((-1, [nan, nan]), 'x') \
                [((1, [1.0, 2.0]), 't'), ((-1, [nan, nan]), 'x')]
                """);

        Path other = directory.resolve("other.h5");
        Strict good = new Strict(new Position(1, 2), 3.0);
        H5Writer.Builder<Object> writer =
                H5Writer.<Object>to(other).open(OpenMode.TRUNCATE).layout(Layout.TABLE);
        Run.fail(writer, good, new Strict(null, 3.0))
                .isAboutTheObject(other, "/table/position", "compound{x: float64, y: float32} (N,)", "null", 1);
        Run.fail(writer, good, good, new Strict(new Position(1, 2), null))
                .isAboutTheObject(other, "/table/number", "float64 (N,)", "null", 2);
        Run.fail(writer, new Strict(null, 3.0))
                .isAboutTheObject(other, "/table/position", "compound{x: float64, y: float32} (N,)", "null", 0);
    }

    @Test
    void isForRecordsOnly() {
        Run.fail(table(), H5Record.of("a", 1))
                .isAboutTheObject(file, null, "a Java record, for layout(TABLE)", "io.h5sink.H5Record", 0);
        Run.fail(table(), new java.util.HashMap<>(Map.of("a", 1)))
                .isAboutTheObject(file, null, "a Java record, for layout(TABLE)", "java.util.HashMap", 0);
    }

    @Test
    void takesAnyNameThatJavaAndHdf5Allow() throws Exception {
        record Odd(int größe€, int 温度, int $, int CLASS, int _x) {}

        Run.write(table(), Flux.just(new Odd(1, 2, 3, 4, 5)));
        assertThat(Listing.of(file))
                .isEqualTo("/table: {größe€: int32, 温度: int32, $: int32, CLASS: int32, _x: int32} [(1, 2, 3, 4, 5)]\n");
        Class<?> beyond = compiled("record Beyond(int \uD835\uDC65) {}", "Beyond");
        Object record = beyond.getDeclaredConstructor(int.class).newInstance(1);
        Run.write(table().group("g"), Flux.just(record));
        try (HdfFile hdf = new HdfFile(file)) {
            Map<?, ?> table = (Map<?, ?>) hdf.getDatasetByPath("/g/table").getData();
            assertThat(table).hasSize(1);
            assertThat(table.get("\uD835\uDC65")).isEqualTo(new int[] {1});
        }
        if (Library.describe().contains("bytedeco")) { // JHDF5 cannot read such members
            try (H5Source h5 = H5Source.open(file)) {
                assertThat((Map<?, ?>) ((Object[]) h5.dataset("/g/table").read())[0])
                        .isEqualTo(Map.of("\uD835\uDC65", 1));
            }
        }
    }

    /** A class with a name in it that the formatter of this file does not know. */
    private Class<?> compiled(String source, String name) throws Exception {
        Path java = Files.writeString(directory.resolve(name + ".java"), "public " + source);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-encoding", "UTF-8", "-proc:none", java.toString());
        assertThat(status).isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            return loader.loadClass(name);
        }
    }

    record P(
            int a,
            int b,
            int c,
            int d,
            int e,
            int f,
            int g,
            int h,
            int i,
            int j,
            int k,
            int l,
            int m,
            int n,
            int o,
            int p) {}

    record Q(P a, P b, P c, P d, P e, P f, P g, P h, P i, P j, P k, P l, P m, P n, P o, P p) {}

    record R(Q a, Q b, Q c, Q d, Q e, Q f, Q g, Q h, Q i, Q j, Q k, Q l, Q m, Q n, Q o, Q p) {}

    record S(R a, R b) {}

    /** A message in the header of a dataset has at most 64 KiB, and its type must be in one. */
    @Test
    void mayHaveThousandsOfMembersButNotAnyNumber() {
        P p = new P(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        Q q = new Q(p, p, p, p, p, p, p, p, p, p, p, p, p, p, p, p);

        Run.write(table(), Flux.just(q, q));
        assertThat(member(file, 1, "p", "p")).isEqualTo(16);
        assertThat(member(file, 0, "b", "c")).isEqualTo(3);
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1]) as f:
                        t = f['table']
                        print(t.dtype.itemsize, t[1]['p']['p'], t[0]['b']['c'])
                    """, file)).isEqualTo("1024 16 3\n");
        }

        R r = new R(q, q, q, q, q, q, q, q, q, q, q, q, q, q, q, q);
        Path other = directory.resolve("other.h5");
        Run.write(H5Writer.<Object>to(other).layout(Layout.TABLE), Flux.just(r));
        assertThat(member(other, 0, "p", "o", "n")).isEqualTo(14);
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1]) as f:
                        print(f['table'].dtype.itemsize, f['table'][0]['p']['o']['n'])
                    """, other)).isEqualTo("16384 14\n");
        }

        Path third = directory.resolve("third.h5");
        Run.fail(H5Writer.<Object>to(third).layout(Layout.TABLE), new S(r, r))
                .isAboutTheObject(
                        third,
                        "/table",
                        "a type that HDF5 can describe in less than 65536 bytes",
                        "one that takes 129440",
                        0);
    }

    /** What a member is in a row, which is in compounds within each other. */
    private static Object member(Path file, int row, String... names) {
        try (H5Source h5 = H5Source.open(file)) {
            Object value = h5.dataset("table").slice(String.valueOf(row)).read();
            for (String name : names) {
                value = ((Map<?, ?>) value).get(name);
            }
            return value;
        }
    }

    record Large(long[] a, double[][] b) {}

    @Test
    void mayHaveRowsOfMegabytes() {
        double[][] image = new double[1000][200];
        image[999][199] = 7;
        Run.write(table(), Flux.just(new Large(new long[1000], image), new Large(new long[1000], image)));

        try (H5Source h5 = H5Source.open(file)) {
            H5Dataset table = h5.dataset("table");
            assertThat(table.shape()).containsExactly(2L);
            assertThat(table.chunks()).containsExactly(1L);
            assertThat(((Map<?, ?>) table.slice("1").read()).get("b")).isEqualTo(image);
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1]) as f:
                        t = f['table']
                        print(t.shape, t.chunks, t.dtype.itemsize, t['b'][1].sum(), t['b'][1][999][199])
                    """, file)).isEqualTo("(2,) (1,) 1608000 7.0 7.0\n");
        }
    }

    @Test
    void unitsAndDescriptionsOfItsComponentsAreAttributesOfTheTable() {
        record Sample(
                Instant time,

                @H5Field(unit = "K", description = "of the sample")
                double temperature) {}
        Run.write(
                H5Writer.<Sample>to(file).layout(Layout.TABLE).column("temperature", c -> c.unit("degC")),
                Flux.just(new Sample(Instant.EPOCH, 1)));

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("table").attributes())
                    .containsEntry("FIELD_0_UNITS", "nanoseconds since 1970-01-01")
                    .containsEntry("FIELD_1_UNITS", "degC")
                    .containsEntry("FIELD_1_LONG_NAME", "of the sample");
        }
        if (Python.isPresent()) {
            Python.require("tables");
            assertThat(Python.run("""
                    import sys, tables
                    with tables.open_file(sys.argv[1]) as f:
                        attrs = f.root.table.attrs
                        print(attrs.FIELD_0_UNITS, attrs.FIELD_1_UNITS, attrs.FIELD_1_LONG_NAME, sep='|')
                    """, file).strip()).isEqualTo("nanoseconds since 1970-01-01|degC|of the sample");
        }
    }
}
