package io.h5sink.hdf5.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.CompressionRule;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows for datasets of h5py whose chunks, chunk indexes, filters and fill values are not those of this library's datasets. */
class OtherChunksTest {

    /** What all scripts know: the elements of rows, which count from 0, and how a dataset with a layout message of version 3 is made. */
    private static final String WORDS = """
            import sys, json, numpy, h5py
            name = sys.argv[1]

            def rows(first, end, width):
                return numpy.arange(first * width, end * width, dtype='<i4').reshape(end - first, width)

            def make(old, width, rows_there, **options):
                with h5py.File(name, 'w', libver='latest'):
                    pass
                with h5py.File(name, 'r+', libver=('v108', 'v110') if old else 'v110') as f:
                    d = f.create_dataset('d', shape=(rows_there, width), dtype='<i4', **options)
                    d[...] = rows(0, rows_there, width)
                    f.create_dataset('other', data=7)

            def append(count):
                with h5py.File(name, 'r+', libver='latest') as f:
                    d = f['d']
                    before = d.shape[0]
                    d.resize(before + count, 0)
                    d[before:] = rows(before, before + count, d.shape[1])

            def check(count):
                with h5py.File(name, 'r') as f:
                    d = f['d']
                    assert d.shape[0] == count, d.shape
                    assert (d[...] == rows(0, count, d.shape[1])).all(), numpy.argwhere(d[...] != rows(0, count, d.shape[1]))[:10]
                    for i in list(range(0, count, max(1, count // 50))):
                        assert (d[i] == rows(i, i + 1, d.shape[1])).all()
                    assert f['other'][()] == 7
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private interface Change {
        void make(WritableFile file);
    }

    private void session(Change... commits) {
        Hdf5File session = new Hdf5File(
                new OpenRequest(new StoredFile(file, new PosixDriver(false)), OpenMode.APPEND, Sharing.RELEASE, false));
        for (Change commit : commits) {
            session.open();
            commit.make(session);
            session.commit();
        }
        session.close();
    }

    private static ByteBuffer rows(long first, long count, int width) {
        ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(Integer.BYTES * count * width))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long i = first * width; data.hasRemaining(); i++) {
            data.putInt((int) i);
        }
        return data.flip();
    }

    private static WritableFile.Dataset dataset(WritableFile to, int width) {
        ColumnType type = ColumnType.scalar(ColumnType.Kind.INT32).shaped(List.of(width));
        ChunkCoding coding = new ChunkCoding(
                CompressionRule.NONE, () -> FilterExecutor.shared().line(1 << 20));
        return to.dataset("/d", type, new long[] {16, width}, coding);
    }

    private static void append(WritableFile to, int width, int... counts) {
        WritableFile.Dataset rows = dataset(to, width);
        for (int count : counts) {
            rows.write(rows.rows(), count, rows(rows.rows(), count, width));
        }
    }

    private static void run(String script, Object... arguments) {
        Python.run(WORDS + script, arguments);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    True  | 5 | chunks=(4, 5), maxshape=(None, 5)
                    True  | 5 | chunks=(1, 5), maxshape=(None, 5)
                    True  | 5 | chunks=(4, 5), maxshape=(None, 5), compression='gzip', shuffle=True
                    True  | 5 | chunks=(1, 2), maxshape=(None, 5), compression='gzip'
                    True  | 5 | chunks=(3, 2), maxshape=(None, 5)
                    True  | 5 | chunks=(3, 2), maxshape=(None, 5), fletcher32=True, compression='lzf'
                    True  | 5 | chunks=(3, 7), maxshape=(None, 9), fillvalue=-1
                    True  | 5 | chunks=(3, 2), maxshape=(None, None)
                    False | 5 | chunks=(3, 2), maxshape=(None, 5)
                    False | 5 | chunks=(3, 2), maxshape=(None, 5), compression='gzip', shuffle=True
                    False | 5 | chunks=(3, 2), maxshape=(None, 20)
                    False | 5 | chunks=(1, 5), maxshape=(None, 20)
                    False | 5 | chunks=(1, 2), maxshape=(None, 20), compression='gzip'
                    False | 5 | chunks=(3, 2), maxshape=(None, None)
                    False | 5 | chunks=(1, 2), maxshape=(None, None)
                    False | 5 | chunks=(3, 5), maxshape=(None, None), compression='gzip', shuffle=True
                    False | 5 | chunks=(3, 2), maxshape=(None, None), compression='lzf', fletcher32=True
                    False | 5 | chunks=(4, 5), maxshape=(None, 5), fillvalue=-1
                    False | 5 | chunks=(3, 2), maxshape=(None, 5), fillvalue=-1, compression='gzip'
                    """)
    void rowsOfBothProgramsFollowEachOther(String old, int width, String options) {
        Python.require();
        for (int there : new int[] {0, 1, 7}) {
            run("make(" + old + ", " + width + ", " + there + ", " + options + ")", file);
            int length = there;
            for (int count : new int[] {1, 2, 3, 300, 1, 40}) {
                session(commit -> append(commit, width, count), commit -> append(commit, width, 1, count));
                length += 2 * count + 1;
                run("check(" + length + "); append(" + (count % 7) + ")", file);
                length += count % 7;
                run("check(" + length + ")", file);
            }
            if (Tool.isPresent("h5dump") && !options.contains("lzf")) {
                assertThat(Tool.h5dump("-d", "/d", file)).contains("(" + (length - 1) + ",0): ");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    True  | chunks=(1,), maxshape=(None,)
                    True  | chunks=(1,), maxshape=(None,), compression='gzip'
                    False | chunks=(1, 1), maxshape=(None, None)
                    False | chunks=(1, 1), maxshape=(None, None), compression='gzip'
                    """)
    void indexesMayBeLarge(String old, String options) {
        Python.require();
        int rank = options.contains("(1,)") ? 1 : 2;
        int many = options.contains("gzip") ? 30_000 : 120_000;
        run("""
                with h5py.File(name, 'w', libver='latest'):
                    pass
                with h5py.File(name, 'r+', libver=('v108', 'v110') if %s else 'latest') as f:
                    f.create_dataset('d', shape=(0,) if %d == 1 else (0, 1), dtype='<i4', %s)
                """.formatted(old, rank, options), file);
        ColumnType type = rank == 1
                ? ColumnType.scalar(ColumnType.Kind.INT32)
                : ColumnType.scalar(ColumnType.Kind.INT32).shaped(List.of(1));
        Change append = commit -> {
            WritableFile.Dataset rows = commit.dataset(
                    "/d",
                    type,
                    rank == 1 ? new long[] {1} : new long[] {1, 1},
                    new ChunkCoding(
                            CompressionRule.NONE, () -> FilterExecutor.shared().line(1 << 20)));
            rows.write(rows.rows(), many, rows(rows.rows(), many, 1));
        };
        String check = """
                with h5py.File(name, 'r') as f:
                    d = f['d']
                    assert d.shape[0] == %d, d.shape
                    assert (numpy.ravel(d[...]) == numpy.arange(%d)).all()
                """;
        String more = """
                with h5py.File(name, 'r+', libver='latest') as f:
                    d = f['d']
                    n = d.shape[0]
                    d.resize(n + 1000, 0)
                    d[n:] = numpy.arange(n, n + 1000).reshape(d[n:].shape)
                """;

        session(append);
        run(check.formatted(many, many) + more, file);
        session(append, append);

        int length = 3 * many + 1000;
        run(check.formatted(length, length) + more, file);
        run(check.formatted(length + 1000, length + 1000), file);
    }

    @Test
    void chunksAreFoundInAnyOrder() {
        Python.require();
        run("""
                with h5py.File(name, 'w', libver='latest'):
                    pass
                with h5py.File(name, 'r+', libver=('v108', 'v110')) as f:
                    d = f.create_dataset('d', shape=(2000, 4), dtype='<i4', chunks=(1, 4), maxshape=(None, 4))
                    order = numpy.random.default_rng(1).permutation(2000)
                    for i in order[:1500]:
                        d[i] = rows(i, i + 1, 4)
                    f.create_dataset('other', data=7)
                with h5py.File(name, 'r+', libver='latest') as f:
                    d = f['d']
                    d.resize(3000, 0)
                    for i in range(2999, 1999, -1):
                        d[i] = rows(i, i + 1, 4)
                """, file);

        session(commit -> append(commit, 4, 500, 1, 2));

        run("""
                with h5py.File(name, 'r+', libver='latest') as f:
                    for i in order[1500:]:
                        f['d'][i] = rows(i, i + 1, 4)
                check(3503)
                """.replace("order", "numpy.random.default_rng(1).permutation(2000)"), file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    True  | chunks=(8, 3), maxshape=(None, 5)
                    True  | chunks=(8, 5), maxshape=(None, 5), compression='gzip'
                    False | chunks=(8, 5), maxshape=(None, 5)
                    False | chunks=(8, 5), maxshape=(None, 5), compression='gzip'
                    False | chunks=(8, 2), maxshape=(None, None)
                    False | chunks=(8, 3), maxshape=(None, None), compression='gzip'
                    False | chunks=(8, 7), maxshape=(None, 12)
                    """)
    void whatLiesBehindTheRowsHasTheFillValue(String old, String options) {
        Python.require();
        for (int there : new int[] {0, 3}) {
            run("make(%s, 5, %d, fillvalue=-3, %s)".formatted(old, there, options), file);
            for (int count : new int[] {1, 9, 2}) {
                session(commit -> append(commit, 5, count));
            }
            int length = there + 12;
            run("""
                    check(%d)
                    with h5py.File(name, 'r+', libver='latest') as f:
                        d = f['d']
                        most = d.maxshape[1] or 8
                        d.resize((%d, most))
                        assert (d[%d:] == -3).all(), d[%d:]
                        assert (d[:, 5:] == -3).all(), d[:]
                    """.formatted(length, length + 7, length, length), file);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    False | 20   | chunks=(20, 5)
                    False | 20   | chunks=(20, 5), compression='gzip'
                    False | 20   | chunks=(3, 2)
                    False | 20   | chunks=(3, 2), compression='gzip', shuffle=True
                    False | 2000 | chunks=(1, 2)
                    False | 2000 | chunks=(1, 2), compression='gzip'
                    False | 20   | chunks=(3, 2), maxshape=(40, 9), compression='lzf'
                    False | 20   | chunks=(3, 2), maxshape=(None, 5), compression='gzip', fletcher32=True
                    False | 20   | chunks=(3, 2), maxshape=(20, None)
                    False | 20   | chunks=(3, 2), maxshape=(40, None), compression='gzip'
                    False | 20   | chunks=(3, 2), maxshape=(None, None), compression='gzip'
                    False | 20   | chunks=(3, 2), maxshape=(None, None)
                    True  | 20   | chunks=(3, 2), compression='gzip'
                    True  | 200  | chunks=(1, 1), maxshape=(None, 5)
                    """)
    void valuesAreReplacedInAnyKindOfIndex(String old, int length, String options) {
        Python.require();
        for (boolean written : new boolean[] {false, true}) {
            for (boolean early : new boolean[] {false, true}) {
                if (early && options.contains("compression")) {
                    continue; // which leaves no chunk missing
                }
                run(
                        """
                        make(%s, 5, 0, maxshape=(None, 5))
                        with h5py.File(name, 'r+', libver=('v108', 'v110') if %s else 'v110') as f:
                            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                            made = f.create_dataset('made', shape=(%d, 5), dtype='<i4', %s)
                            plist = made.id.get_create_plist()
                            plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY if %s else h5py.h5d.ALLOC_TIME_INCR)
                            h5py.h5d.create(f.id, b'v', made.id.get_type(), made.id.get_space(), plist)
                            del f['made']
                            if %s:
                                f['v'][...] = -7
                        """.formatted(old, old, length, options, early ? "True" : "False", written ? "True" : "False"),
                        file);
                ColumnType type = ColumnType.scalar(ColumnType.Kind.INT32).shaped(List.of(length, 5));
                for (int first : new int[] {3, 4}) {
                    session(
                            commit -> commit.latest("/v", type).write(rows(first + 1, length, 5)),
                            commit -> commit.latest("/v", type).write(rows(first, length, 5)));
                    run("""
                            with h5py.File(name, 'r+') as f:
                                v = f['v']
                                assert (v[...] == rows(%d, %d, 5)).all(), v[...]
                                if v.maxshape[0] is None:
                                    v.resize(%d, 0)
                                    v.resize(%d, 0)
                            """.formatted(first, first + length, length + 5, length), file);
                }
            }
        }
    }

    @Test
    void positionsAreKeptInATableThatAnotherProgramHasCompressed() {
        Python.require();
        List<Map<String, Long>> steps = List.of(Map.of("a", 1L, "b", 2L), Map.of("a", 3L), Map.of("c", 4L, "b", 5L));
        session(commit -> commit.positions().write(steps.get(0)));
        for (String options : List.of(
                "chunks=(2,), compression='gzip'", "chunks=(5,)", "chunks=(1,), compression='lzf', shuffle=True")) {
            for (boolean old : new boolean[] {false, true}) {
                run("""
                        with h5py.File(name, 'r+', libver=%s) as f:
                            group = f['.h5sink']
                            values, attributes = group['positions'][...], dict(group['positions'].attrs)
                            del group['positions']
                            d = group.create_dataset('positions', data=values, maxshape=(None,), %s)
                            for key, value in attributes.items():
                                d.attrs[key] = value
                        """.formatted(old ? "('v108', 'v110')" : "'v110'", options), file);
                Map<String, Long> wanted = new HashMap<>();
                session(commit -> wanted.putAll(commit.positions().last()));
                for (Map<String, Long> step : steps) {
                    wanted.putAll(step);
                    session(commit -> {
                        Positions table = commit.positions();
                        table.write(step);
                    });
                    session(commit -> assertThat(commit.positions().last()).isEqualTo(wanted));
                }
            }
        }
    }

    @Test
    void rowsFollowExternalLinks() {
        Python.require();
        run("""
                make(False, 5, 3, chunks=(3, 2), maxshape=(None, None))
                import os
                os.rename(name, name + '.other')
                with h5py.File(name, 'w', libver='latest') as f:
                    f['link'] = h5py.ExternalLink(os.path.basename(name) + '.other', '/')
                    f['soft'] = h5py.SoftLink('/link')
                    f['d'] = h5py.SoftLink('/soft/d')
                    f['gone'] = h5py.ExternalLink('no.h5', '/')
                """, file);

        session(commit -> append(commit, 5, 2), commit -> append(commit, 5, 2));
        session(commit -> append(commit, 5, 1), commit -> {
            append(commit, 5, 1);
            commit.attribute("/link", "unit", ColumnType.scalar(ColumnType.Kind.INT32), rows(7, 1, 1));
        });

        run("""
                name = name + '.other'
                check(9)
                with h5py.File(name, 'r') as f:
                    assert f.attrs['unit'] == 7
                """, file);
    }

    @Test
    void textsBehindTheRowsAreCopiesOfTheFillValue() {
        Python.require();
        run("""
                with h5py.File(name, 'w', libver='latest') as f:
                    f.create_dataset('d', shape=(0,), dtype=h5py.string_dtype(), chunks=(8,), maxshape=(None,), fillvalue='none')
                """, file);
        ColumnType text = ColumnType.scalar(ColumnType.Kind.STRING);

        session(commit -> {
            WritableFile.Dataset rows = commit.dataset("/d", text, new long[] {8}, ChunkCoding.NONE);
            ByteBuffer utf8 = ByteBuffer.allocateDirect(4)
                    .put(new byte[] {'a', 0, 'b', 0})
                    .flip();
            rows.writeVariable(0, 2, utf8, java.nio.IntBuffer.wrap(new int[] {0, 2, 4}));
        });

        run("""
                with h5py.File(name, 'r+', libver='latest') as f:
                    f['d'].resize((8,))
                    f['d'][3] = 'c'
                    assert list(f['d'].asstr()[()]) == ['a', 'b', 'none', 'c', 'none', 'none', 'none', 'none'], f['d'][()]
                """, file);
    }
}
