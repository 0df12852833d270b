package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Datasets that grow by many chunks and in many ways, as the C library sees them afterwards. */
class GrowingTest {

    record Pair(long number, int[] twice) {}

    private static final String VALUES = """
            import sys, h5py, numpy as np
            n = int(sys.argv[2])
            with h5py.File(sys.argv[1], 'r') as f:
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
                found = [struct.unpack('<6Q', b[at + 12:at + 60])]
                for kind in b'EADB', b'EASB':
                    at = b.find(kind)
                    while at >= 0:
                        found.append((kind, struct.unpack('<I', b[at + 14:at + 18])))
                        at = b.find(kind, at + 1)
                return sorted(found, key=str)

            ours, theirs, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
            with h5py.File(theirs, 'w', libver=('v110', 'v110')) as f:
                d = f.create_dataset('number', (1,), maxshape=(None,), chunks=(1,), dtype='<i8', data=[0])
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

    record One(long number) {}

    @TempDir
    Path directory;

    private static long[] longs(Path file, String path) {
        return H5py.read(file).values(path).stream()
                .mapToLong(value -> ((Number) value).longValue())
                .toArray();
    }

    private static Flux<Pair> pairs(int from, int to) {
        return Flux.range(from, to - from).map(i -> new Pair(i, new int[] {i, i}));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 20, 21, 52, 100, 1_024, 1_025, 5_000, 40_000})
    void theIndexOfChunksIsLikeTheLibrarys(int rows) {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        Flux.range(0, rows)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file)
                        .chunkRows(1)
                        .commitEvery(Math.max(1, rows / 7))
                        .build()::write)
                .block(Await.LIMIT);
        Python.run(INDEX, file, directory.resolve("theirs.h5"), rows);
        Flux.range(rows + 100, rows)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file).commitEvery(Math.max(1, rows / 3)).build()::write)
                .block(Await.LIMIT);
        assertThat(longs(file, "/number"))
                .containsExactly(
                        IntStream.range(0, 2 * rows + 100).asLongStream().toArray());
    }

    /** A paged file has more than the superblock tells, so that the library writes all of it. */
    @ParameterizedTest
    @EnumSource(Sharing.class)
    void aFileOfAnotherKindIsGoneOnWith(Sharing sharing) {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        Python.run(
                "import sys, h5py; h5py.File(sys.argv[1], 'w', libver=('v110', 'v110'), fs_strategy='page').close()",
                file);
        for (int from = 0; from < 200; from += 100) {
            pairs(from, from + 100)
                    .as(H5Writer.<Pair>to(file).sharing(sharing).commitEvery(10).build()::write)
                    .block(Await.LIMIT);
        }
        Python.run(VALUES, file, 200);
    }

    @ParameterizedTest
    @CsvSource({"COLUMNS, 1, 100", "COLUMNS, 3, 7", "TABLE, 5, 64", "TABLE, 1000, 333"})
    void rowsAreWhereTheyBelong(Layout layout, int chunkRows, int commit) {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        for (int from = 0; from < 3_000; from += 1_000) {
            pairs(from, from + 1_000)
                    .as(H5Writer.<Pair>to(file)
                            .layout(layout)
                            .chunkRows(chunkRows)
                            .commitEvery(commit)
                            .build()::write)
                    .block(Await.LIMIT);
        }
        Python.run(VALUES, file, 3_000);
    }

    @Test
    void namesThatComeLaterStandBesideThoseThatGrow() {
        Path file = directory.resolve("data.h5");
        Flux.range(0, 900)
                .map(i -> H5Record.of("always", i).and("from" + i / 300, i))
                .as(H5Writer.<H5Record>to(file)
                        .commitEvery(50)
                        .attribute("/from2", "late", true)
                        .build()::write)
                .block(Await.LIMIT);
        assertThat(longs(file, "/always"))
                .containsExactly(IntStream.range(0, 900).asLongStream().toArray());
        for (int i = 0; i < 3; i++) {
            assertThat(longs(file, "/from" + i))
                    .containsExactly(IntStream.range(300 * i, 300 * i + 300)
                            .asLongStream()
                            .toArray());
        }
        assertThat(Python.run("import sys, h5py; print(h5py.File(sys.argv[1], 'r')['from2'].attrs['late'])", file)
                        .strip())
                .isEqualTo("True");
    }

    /** The library fills what is behind the last row when it makes a chunk, and relies on that when the dataset grows. */
    @Test
    void whatOthersFillStaysFilled() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        Python.run("""
                import sys, h5py
                with h5py.File(sys.argv[1], 'w', libver='latest') as f:
                    f.create_dataset('number', (0,), maxshape=(None,), chunks=(64,), dtype='<i8', fillvalue=-7)
                """, file);
        Flux.range(0, 100)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file).commitEvery(10).build()::write)
                .block(Await.LIMIT);
        assertThat(Python.run("""
                import sys, h5py
                with h5py.File(sys.argv[1], 'r+', libver='latest') as f:
                    f['number'].resize((110,))
                    print(f['number'][98:].tolist())
                """, file).strip()).isEqualTo("[98, 99, -7, -7, -7, -7, -7, -7, -7, -7, -7, -7]");
    }

    /** Of which there are more than are kept open, and more than lie near each other. */
    @Test
    void manyGroupsGrowTogether() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        pairs(0, 3_000)
                .as(H5Writer.<Pair>to(file)
                        .route(pair -> "/g" + pair.number() % 300)
                        .commitEvery(Duration.ofMillis(1))
                        .build()::write)
                .block(Await.LIMIT);
        Python.run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'r') as f:
                    assert len(f) == 300
                    for g in range(300):
                        expected = np.arange(g, 3000, 300)
                        assert (f['g%d/number' % g][:] == expected).all()
                        assert (f['g%d/twice' % g][:] == np.stack([expected, expected], 1)).all()
                """, file);
    }

    record Words(
            String word,
            String[] two,
            @H5Field(ragged = Ragged.SEQUENCE) int[] some) {}

    private static Words words(int i) {
        int[] some = new int[i % 5];
        Arrays.fill(some, i);
        return new Words(word(i), new String[] {"a" + i, i % 3 == 0 ? "" : "\u00fc"}, some);
    }

    private static String word(int i) {
        return i % 7 == 0 ? "" : i % 1001 == 0 ? "x".repeat(100_000 + i) : "v\u00e9" + i;
    }

    @ParameterizedTest
    @CsvSource({"60, 7", "3000, 100", "9000, 2500"})
    void elementsOfVariableLengthAreInTheHeap(int rows, int commit) {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        for (int from = 0; from < rows; from += rows / 3) {
            Flux.range(from, rows / 3)
                    .map(GrowingTest::words)
                    .as(H5Writer.<Words>to(file).commitEvery(commit).build()::write)
                    .block(Await.LIMIT);
        }
        Python.run("""
                import sys, h5py
                n = int(sys.argv[2])
                word = lambda i: '' if i % 7 == 0 else 'x' * (100000 + i) if i % 1001 == 0 else 'v\u00e9%d' % i
                with h5py.File(sys.argv[1], 'r') as f:
                    assert list(f['word'].asstr()[:]) == [word(i) for i in range(n)]
                    two = f['two'].asstr()[:]
                    assert two.tolist() == [['a%d' % i, '' if i % 3 == 0 else '\u00fc'] for i in range(n)]
                    assert all(len(r) == i % 5 and (r == i).all() for i, r in enumerate(f['some'][:]))
                with h5py.File(sys.argv[1], 'r+', libver='latest') as f: # which takes space in the heap, and frees some
                    f['word'].resize((n + 20,))
                    f['word'][n:] = ['more%d' % i for i in range(20)]
                    f['word'][1] = 'changed'
                with h5py.File(sys.argv[1], 'r') as f:
                    expected = [word(i) for i in range(n)] + ['more%d' % i for i in range(20)]
                    expected[1] = 'changed'
                    assert list(f['word'].asstr()[:]) == expected
                """, file, rows);
    }

    record Frame(double[][] even, double[][] odd, int[][][] deep) {}

    private static Frame frame(int i) {
        double[][] even = new double[300][600];
        double[][] odd = new double[301][600];
        int[][][] deep = new int[2][3][200_000];
        for (int j = 0; j < 300; j++) {
            even[j][j] = i;
            odd[j + 1][j] = -i;
        }
        for (int j = 0; j < 6; j++) {
            deep[j / 3][j % 3][j] = i;
        }
        return new Frame(even, odd, deep);
    }

    /** Rows of more than a mebibyte, which are cut into chunks. */
    @Test
    void largeRowsLieInManyChunks() {
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        for (int from = 0; from < 6; from += 3) {
            Flux.range(from, 3)
                    .map(GrowingTest::frame)
                    .as(H5Writer.<Frame>to(file).commitEvery(2).build()::write)
                    .block(Await.LIMIT);
        }
        Python.run("""
                import sys, h5py, numpy as np
                with h5py.File(sys.argv[1], 'r') as f:
                    assert [f[n].chunks for n in ('even', 'odd', 'deep')] == [(1, 150, 600), (1, 151, 600), (1, 1, 1, 200000)]
                    for i in range(6):
                        even, odd, deep = np.zeros((300, 600)), np.zeros((301, 600)), np.zeros((2, 3, 200000), 'i4')
                        even[range(300), range(300)] = i
                        odd[range(1, 301), range(300)] = -i
                        for j in range(6):
                            deep[j // 3, j % 3, j] = i
                        assert (f['even'][i] == even).all() and (f['odd'][i] == odd).all() and (f['deep'][i] == deep).all()
                """, file);
    }
}
