package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.hdf5.Library;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
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

    /** JHDF5 packs by what it has; the embedded HDF5 is given the rest. */
    @Test
    void whatHdf5CannotCompressIsRefusedBeforeTheStreamBegins() {
        Supplier<H5Writer.Builder<One>> lz4 =
                () -> H5Writer.<One>to(directory.resolve("data.h5")).compression(Compression.lz4());
        Map<String, Supplier<H5Writer<One>>> builds = Map.of(
                "with Sharing.SWMR", () -> lz4.get().sharing(Sharing.SWMR).build(),
                "with Driver.core", () -> lz4.get().driver(Driver.core()).build(),
                "beside a column that is latest()",
                        () -> lz4.get().column("number", c -> c.latest()).build());
        builds.forEach((why, build) -> {
            if (hasFilter(32004)) { // as JHDF5 of Debian has, with its plugins
                assertThat(build.get()).isNotNull();
            } else {
                assertThatThrownBy(build::get)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("compression lz4(): " + why)
                        .hasMessageEndingWith("has no such filter; Compression.gzip works there");
            }
        });
    }

    /** Such a file HDF5 writes by itself, which is known only when it is open. */
    @Test
    void whatHdf5CannotCompressInAnOldFileIsRefusedWithTheReason() {
        Python.require("h5py");
        Path old = directory.resolve("old.h5");
        Python.run("import sys, h5py; h5py.File(sys.argv[1], 'w', libver='earliest').close()", old);
        H5Writer<One> older =
                H5Writer.<One>to(old).compression(Compression.lzf()).build();
        Flux<One> ones = Flux.range(0, 10).map(i -> new One(i));
        if (hasFilter(32000)) {
            older.write(ones).block(Await.LIMIT);
            Python.run("import sys, h5py; f = h5py.File(sys.argv[1]); assert f['number'].compression == 'lzf'", old);
            return;
        }
        assertThatThrownBy(() -> older.write(ones).block(Await.LIMIT))
                .isInstanceOf(H5SchemaException.class)
                .hasMessage(old + ": /number: expected a filter that " + Library.describe()
                        + " has, found filter 32000 (LZF): HDF5 itself writes this file, because it is in a format that is"
                        + " not that of HDF5 1.10 and later; there, gzip, shuffle and Fletcher-32 can be had; 0 records are"
                        + " safe in the file");
    }

    /** One that shows the reported cases alone. */
    @ParameterizedTest
    @ValueSource(strings = {"", "n/a"})
    void textWithAFillValueLeavesEveryCodecToUs(String fill) {
        for (Compression codec : List.of(Compression.lzf(), Compression.lz4(), Compression.zstd(1))) {
            Path file = directory.resolve(codec + ".h5");
            for (int session = 0; session < 2; session++) {
                Flux.range(10 * session, 10)
                        .map(i -> new Named("n" + i, i))
                        .as(H5Writer.<Named>to(file)
                                .column("name", c -> c.fill(fill))
                                .compression(codec)
                                .chunkRows(4)
                                .build()::write)
                        .block(Await.LIMIT);
            }
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.dataset("/value").filters()).hasSize(2);
                assertThat(h5.dataset("/name").read(String[].class))
                        .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "n" + i).toArray());
                assertThat(h5.dataset("/value").read(double[].class))
                        .isEqualTo(IntStream.range(0, 20).asDoubleStream().toArray());
            }
        }
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

    private static boolean hasFilter(int filter) {
        Unpackers.offer();
        return Library.hasFilter(filter);
    }
}
