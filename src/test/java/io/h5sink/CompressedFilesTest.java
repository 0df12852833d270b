package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.hdf5.Library;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Compressed datasets that grow in many ways, as h5py reads them. */
class CompressedFilesTest {

    record Pair(long number, int[] twice) {}

    record One(long number) {}

    record Named(String name, double value) {}

    private static final String VALUES = """
            import sys, h5py, numpy as np
            try:
                import hdf5plugin
            except ImportError:
                pass
            n, filters = int(sys.argv[2]), eval(sys.argv[3])
            with h5py.File(sys.argv[1], 'r') as f:
                for d in [f['table']] if 'table' in f else [f['number'], f['twice']]:
                    p = d.id.get_create_plist()
                    found = [p.get_filter(i)[0] for i in range(p.get_nfilters())]
                    assert found == filters, (d.name, found)
                t = f['table'][:] if 'table' in f else f
                number, twice = t['number'][:], t['twice'][:]
            assert (number == np.arange(n)).all(), number
            assert (twice == np.stack([np.arange(n), np.arange(n)], 1)).all(), twice
            """;

    /** The statistics that an extensible array's header keeps, and the offsets of its blocks; the file's only one. */
    private static final String INDEX = """
            import sys, struct, h5py, numpy as np

            def index(name):
                b = open(name, 'rb').read()
                at = b.index(b'EAHD')
                found = [(b[at + 4:at + 12], struct.unpack('<6Q', b[at + 12:at + 60]))]
                for kind in b'EADB', b'EASB':
                    at = b.find(kind)
                    while at >= 0:
                        found.append((kind, struct.unpack('<I', b[at + 14:at + 18])))
                        at = b.find(kind, at + 1)
                return sorted(found, key=str)

            ours, theirs, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
            with h5py.File(theirs, 'w', libver=('v110', 'v110')) as f:
                d = f.create_dataset('number', (1,), maxshape=(None,), chunks=(1,), dtype='<i8', data=[0],
                                     compression='gzip', compression_opts=1, shuffle=True)
                if n > 1:
                    d.resize((n,))
                    d[:] = np.arange(n)
            assert index(ours) == index(theirs), (index(ours)[:9], index(theirs)[:9])
            with h5py.File(ours, 'r+', libver=('v110', 'v110')) as f:
                d = f['number']
                assert (d[:] == np.arange(n)).all()
                d.resize((n + 100,))
                d[n:] = np.arange(n, n + 100)
            """;

    @TempDir
    Path directory;

    private static Flux<Pair> pairs(int from, int to) {
        return Flux.range(from, to - from).map(i -> new Pair(i, new int[] {i, i}));
    }

    static Stream<Arguments> waysToGrow() {
        return Stream.of(
                Arguments.of(Compression.gzip(1), Layout.COLUMNS, 1, 100, "[2, 1]"),
                Arguments.of(Compression.gzip(6).fletcher32(true), Layout.COLUMNS, 64, 7, "[2, 1, 3]"),
                Arguments.of(Compression.gzip(1).shuffle(false), Layout.COLUMNS, 64, 333, "[1]"),
                Arguments.of(Compression.lzf(), Layout.TABLE, 100, 1, "[2, 32000]"),
                Arguments.of(Compression.lzf(), Layout.COLUMNS, 1000, 1000, "[2, 32000]"),
                Arguments.of(Compression.lz4(), Layout.TABLE, 64, 50, "[2, 32004]"),
                Arguments.of(Compression.none().fletcher32(true), Layout.COLUMNS, 128, 50, "[3]"),
                Arguments.of(Compression.auto(), Layout.COLUMNS, 512, 700, "[2, 1]"));
    }

    @ParameterizedTest
    @MethodSource("waysToGrow")
    void rowsAreWhereTheyBelong(Compression compression, Layout layout, int chunkRows, int commit, String filters) {
        Python.require("h5py");
        if (filters.contains("32004")) {
            Python.require("hdf5plugin");
        }
        Path file = directory.resolve("data.h5");
        int[] ends = {0, 1_000, 1_007, 3_000};
        for (int i = 1; i < ends.length; i++) {
            pairs(ends[i - 1], ends[i])
                    .as(H5Writer.<Pair>to(file)
                            .layout(layout)
                            .compression(compression)
                            .chunkRows(chunkRows)
                            .commitEvery(commit)
                            .build()::write)
                    .block(Await.LIMIT);
            Python.run(VALUES, file, ends[i], filters);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 20, 21, 52, 100, 1_025, 5_000, 40_000})
    void theIndexOfChunksIsLikeTheLibrarys(int rows) {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        Flux.range(0, rows)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file)
                        .compression(Compression.gzip(1))
                        .chunkRows(1)
                        .commitEvery(Math.max(1, rows / 7))
                        .build()::write)
                .block(Await.LIMIT);
        Python.run(INDEX, file, directory.resolve("theirs.h5"), rows);
        Flux.range(rows + 100, rows)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file).commitEvery(Math.max(1, rows / 3)).build()::write)
                .block(Await.LIMIT);
        Python.run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'r') as f:
                    assert (f['number'][:] == np.arange(int(sys.argv[2]))).all()
                """, file, 2 * rows + 100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "libver='latest', compression='gzip', shuffle=True",
                "libver='latest', compression='gzip', compression_opts=9, fletcher32=True",
                "libver='latest', compression='lzf'",
                "libver='latest', scaleoffset=0",
                "libver='earliest', compression='gzip', shuffle=True"
            })
    void whatOthersBeganGoesOn(String how) {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        Python.run("""
                import sys, h5py, numpy as np
                how = eval('dict(' + sys.argv[2] + ')')
                with h5py.File(sys.argv[1], 'w', libver=how.pop('libver')) as f:
                    f.create_dataset('number', data=np.arange(150), maxshape=(None,), chunks=(64,), **how)
                """, file, how);
        for (int from = 150; from < 1_000; from += 425) {
            Flux.range(from, 425)
                    .map(i -> new One(i))
                    .as(H5Writer.<One>to(file).commitEvery(30).build()::write)
                    .block(Await.LIMIT);
        }
        Python.run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'r+', libver='latest') as f:
                    d = f['number']
                    assert (d[:] == np.arange(1000)).all(), d[:]
                    d.resize((1010,))
                    assert (d[1000:] == 0).all()
                """, file);
    }

    @Test
    void eachColumnMayHaveItsOwn() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        pairs(0, 1_000)
                .as(H5Writer.<Pair>to(file)
                        .compression(Compression.gzip(4))
                        .column("twice", c -> c.compression(Compression.none()).chunkRows(10))
                        .build()::write)
                .block(Await.LIMIT);
        assertThat(Python.run("""
                import sys, h5py
                with h5py.File(sys.argv[1], 'r') as f:
                    print([(d.compression, d.compression_opts, d.shuffle, d.chunks) for d in (f['number'], f['twice'])])
                """, file).strip())
                .isEqualTo("[('gzip', 4, True, (16384,)), (None, None, False, (10, 2))]");
    }

    @Test
    void autoLeavesNoiseAlone() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        java.util.Random random = new java.util.Random(1);
        Flux.range(0, 5_000)
                .map(i -> H5Record.of("noise", random.nextLong()).and("walk", (double) i))
                .as(H5Writer.<H5Record>to(file)
                        .compression(Compression.auto())
                        .commitEvery(1_000)
                        .build()::write)
                .block(Await.LIMIT);
        assertThat(Python.run("""
                import sys, h5py
                with h5py.File(sys.argv[1], 'r') as f:
                    print([(d.compression, len(d)) for d in (f['noise'], f['walk'])])
                """, file).strip()).isEqualTo("[(None, 5000), ('gzip', 5000)]");
    }

    @Test
    void routesAreCompressed() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        pairs(0, 30_000)
                .as(H5Writer.<Pair>to(file)
                        .route(pair -> "/g" + pair.number() % 3)
                        .compression(Compression.gzip(1))
                        .chunkRows(256)
                        .commitEvery(777)
                        .build()::write)
                .block(Await.LIMIT);
        Python.run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'r') as f:
                    for g in range(3):
                        expected = np.arange(g, 30000, 3)
                        assert f['g%d/number' % g].compression == 'gzip'
                        assert (f['g%d/number' % g][:] == expected).all()
                        assert (f['g%d/twice' % g][:] == np.stack([expected, expected], 1)).all()
                """, file);
    }

    @Test
    void textIsNotCompressedAndNumbersBesideItAre() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        Flux.range(0, 50_000)
                .map(i -> new Named("n" + i % 7, i))
                .as(H5Writer.<Named>to(file)
                        .compression(Compression.gzip(1))
                        .commitEvery(3_000)
                        .build()::write)
                .block(Await.LIMIT);
        Python.run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'r') as f:
                    assert f['name'].compression is None
                    assert list(f['name'].asstr()[:]) == ['n%d' % (i % 7) for i in range(50000)]
                    assert f['value'].compression == 'gzip'
                    assert (f['value'][:] == np.arange(50000.0)).all()
                """, file);
    }

    @Test
    void whatHdf5CannotCompressIsRefusedBeforeTheStreamBegins() {
        H5Writer.Builder<One> lz4 =
                H5Writer.<One>to(directory.resolve("data.h5")).compression(Compression.lz4());
        if (Library.hasFilter(32004)) { // as the one of Debian has, with its plugins
            assertThat(lz4.sharing(Sharing.SWMR).build()).isNotNull();
            return;
        }
        assertThatThrownBy(() -> lz4.sharing(Sharing.SWMR).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lz4()")
                .hasMessageContaining("Compression.gzip works");
        assertThatThrownBy(
                        () -> lz4.sharing(Sharing.RELEASE).driver(Driver.core()).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Driver.core");
    }

    /** Such a column, and such a file, HDF5 writes by itself, which is known only when the first rows are there. */
    @Test
    void whatHdf5CannotCompressIsNotStoredPlain() {
        Python.require("h5py");
        Path mixed = directory.resolve("mixed.h5");
        Path old = directory.resolve("old.h5");
        Python.run("import sys, h5py; h5py.File(sys.argv[1], 'w', libver='earliest').close()", old);
        H5Writer<H5Record> latest = H5Writer.<H5Record>to(mixed)
                .column("status", c -> c.latest())
                .compression(Compression.lzf())
                .build();
        H5Writer<One> older =
                H5Writer.<One>to(old).compression(Compression.lzf()).build();
        Flux<H5Record> records =
                Flux.range(0, 10).map(i -> H5Record.of("status", i).and("number", i));
        Flux<One> ones = Flux.range(0, 10).map(i -> new One(i));
        if (Library.hasFilter(32000)) {
            latest.write(records).block(Await.LIMIT);
            older.write(ones).block(Await.LIMIT);
            return;
        }
        assertThatThrownBy(() -> latest.write(records).block(Await.LIMIT))
                .isInstanceOf(H5SchemaException.class)
                .hasMessageStartingWith(mixed + ": /number: expected a filter that " + Library.describe()
                        + " has, found filter 32000 (LZF)")
                .hasMessageEndingWith("0 records are safe in the file");
        assertThatThrownBy(() -> older.write(ones).block(Await.LIMIT))
                .isInstanceOf(H5SchemaException.class)
                .hasMessageContaining(old + ": /number: expected a filter");
    }

    @ParameterizedTest
    @EnumSource(names = "RELEASE", mode = EnumSource.Mode.EXCLUDE)
    void hdf5CompressesWhereTheFileStaysOpen(Sharing sharing) {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        pairs(0, 1_000)
                .as(H5Writer.<Pair>to(file)
                        .sharing(sharing)
                        .compression(Compression.gzip(1).fletcher32(true))
                        .chunkRows(64)
                        .commitEvery(77)
                        .build()::write)
                .block(Await.LIMIT);
        Python.run(VALUES, file, 1_000, "[2, 1, 3]");
    }
}
