package io.h5sink.hdf5.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.CompressionRule;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.hdf5.write.JavaSession.Change;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.schema.ColumnType;
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

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private void session(Change... commits) {
        JavaSession.write(file, commits);
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
    void rowsOfBothProgramsFollowEachOther(boolean old, int width, String options) {
        OtherProgram other = new OtherProgram(file);
        for (int there : new int[] {0, 1, 7}) {
            other.make(old, width, there, options);
            int length = there;
            for (int count : new int[] {1, 2, 3, 300, 1, 40}) {
                session(commit -> append(commit, width, count), commit -> append(commit, width, 1, count));
                length += 2 * count + 1;
                other.check(length);
                other.append(count % 7);
                length += count % 7;
                other.check(length);
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
    void indexesMayBeLarge(boolean old, String options) {
        int rank = options.contains("(1,)") ? 1 : 2;
        int many = options.contains("gzip") ? 30_000 : 120_000;
        OtherProgram other = new OtherProgram(file);
        other.make(old, rank - 1, 0, "libver='latest', " + options);
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

        session(append);
        other.check(many);
        other.append(1000);
        session(append, append);

        int length = 3 * many + 1000;
        other.check(length);
        other.append(1000);
        other.check(length + 1000);
    }

    @Test
    void chunksAreFoundInAnyOrder() {
        Python.require();
        OtherProgram.run("""
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

        OtherProgram.run("""
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
    void whatLiesBehindTheRowsHasTheFillValue(boolean old, String options) {
        OtherProgram other = new OtherProgram(file);
        for (int there : new int[] {0, 3}) {
            other.make(old, 5, there, "fillvalue=-3, " + options);
            for (int count : new int[] {1, 9, 2}) {
                session(commit -> append(commit, 5, count));
            }
            other.checkFill(there + 12);
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
    void valuesAreReplacedInAnyKindOfIndex(boolean old, int length, String options) {
        OtherProgram other = new OtherProgram(file);
        for (boolean written : new boolean[] {false, true}) {
            for (boolean early : new boolean[] {false, true}) {
                if (early && options.contains("compression")) {
                    continue; // which leaves no chunk missing
                }
                other.makeValues(old, length, options, early, written);
                ColumnType type = ColumnType.scalar(ColumnType.Kind.INT32).shaped(List.of(length, 5));
                for (int first : new int[] {3, 4}) {
                    session(
                            commit -> commit.latest("/v", type).write(rows(first + 1, length, 5)),
                            commit -> commit.latest("/v", type).write(rows(first, length, 5)));
                    other.checkValues(first, length);
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
                OtherProgram.run("""
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
        OtherProgram.run("""
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

        OtherProgram.run("""
                name = name + '.other'
                check(9)
                with h5py.File(name, 'r') as f:
                    assert f.attrs['unit'] == 7
                """, file);
    }

    @Test
    void textsBehindTheRowsAreCopiesOfTheFillValue() {
        Python.require();
        OtherProgram.run("""
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

        OtherProgram.run("""
                with h5py.File(name, 'r+', libver='latest') as f:
                    f['d'].resize((8,))
                    f['d'][3] = 'c'
                    assert list(f['d'].asstr()[()]) == ['a', 'b', 'none', 'c', 'none', 'none', 'none', 'none'], f['d'][()]
                """, file);
    }
}
