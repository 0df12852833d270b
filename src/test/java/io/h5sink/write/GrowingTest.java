package io.h5sink.write;

import static io.h5sink.write.Pair.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.Compression;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.Sharing;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.write.Pair.One;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Datasets that grow by many chunks and in many ways, as the C library sees them afterwards. */
class GrowingTest {

    @TempDir
    Path directory;

    private static long[] longs(Path file, String path) {
        return H5py.read(file).values(path).stream()
                .mapToLong(value -> ((Number) value).longValue())
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 20, 21, 52, 100, 1_024, 1_025, 5_000, 40_000})
    void theIndexOfChunksIsLikeTheLibrarys(int rows) throws IOException {
        Path file = directory.resolve("data.h5");
        Flux.range(0, rows)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file)
                        .chunkRows(1)
                        .commitEvery(Math.max(1, rows / 7))
                        .build()::write)
                .block(Await.LIMIT);
        Pair.assertIndexIsLikeTheLibrarys(file, rows, Compression.none());
        Flux.range(rows + 100, rows)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file).commitEvery(Math.max(1, rows / 3)).build()::write)
                .block(Await.LIMIT);
        assertThat(longs(file, "/number"))
                .containsExactly(
                        IntStream.range(0, 2 * rows + 100).asLongStream().toArray());
    }

    /** A paged file has more than the superblock says, so that the library writes all of it. */
    @ParameterizedTest
    @EnumSource(Sharing.class)
    void aFileOfAnotherKindIsGoneOnWith(Sharing sharing) {
        Path file = directory.resolve("data.h5");
        Foreign.make(
                file,
                Foreign.Format.HDF5_1_10,
                creation -> H5.H5Pset_file_space_strategy(creation, HDF5Constants.H5F_FSPACE_STRATEGY_PAGE, false, 1),
                id -> {});
        for (int from = 0; from < 200; from += 100) {
            pairs(from, from + 100)
                    .as(H5Writer.<Pair>to(file).sharing(sharing).commitEvery(10).build()::write)
                    .block(Await.LIMIT);
        }
        Pair.assertFirst(200, file);
    }

    @ParameterizedTest
    @CsvSource({"COLUMNS, 1, 100", "COLUMNS, 3, 7", "TABLE, 5, 64", "TABLE, 1000, 333"})
    void rowsAreWhereTheyBelong(Layout layout, int chunkRows, int commit) {
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
        Pair.assertFirst(3_000, file);
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
        assertThat(H5py.read(file).at("/from2").attributes()).containsEntry("late", "True");
    }

    /** The library fills what is behind the last row when it makes a chunk, and relies on that when the dataset grows. */
    @Test
    void whatOthersFillStaysFilled() {
        Path file = directory.resolve("data.h5");
        Foreign.make(
                file,
                Foreign.Format.HDF5_1_10,
                creation -> {},
                id -> new ForeignDataset(id, "number", Foreign.integer(8, true, false))
                        .shape(0)
                        .maximum(ForeignDataset.UNLIMITED)
                        .chunk(64)
                        .fill(-7)
                        .unwritten());
        Flux.range(0, 100)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file).commitEvery(10).build()::write)
                .block(Await.LIMIT);
        Foreign.make(file, Foreign.Format.HDF5_1_10, creation -> {}, id -> Foreign.resize(id, "number", 110));
        assertThat(longs(file, "/number"))
                .containsExactly(
                        LongStream.range(0, 110).map(i -> i < 100 ? i : -7).toArray());
    }

    /** Of which there are more than are kept open, and more than lie near each other. */
    @Test
    void manyGroupsGrowTogether() {
        Path file = directory.resolve("data.h5");
        pairs(0, 3_000)
                .as(H5Writer.<Pair>to(file)
                        .route(pair -> "/g" + pair.number() % 300)
                        .commitEvery(Duration.ofMillis(1))
                        .build()::write)
                .block(Await.LIMIT);
        H5py seen = H5py.read(file);
        assertThat(seen.groups()).hasSize(300);
        for (int group = 0; group < 300; group++) {
            List<Long> numbers = LongStream.iterate(group, n -> n < 3_000, n -> n + 300)
                    .boxed()
                    .toList();
            assertThat(seen.values("/g" + group + "/number")).isEqualTo(numbers);
            assertThat(seen.values("/g" + group + "/twice"))
                    .isEqualTo(numbers.stream()
                            .flatMap(n -> Stream.of(n.intValue(), n.intValue()))
                            .toList());
        }
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
        Path file = directory.resolve("data.h5");
        for (int from = 0; from < rows; from += rows / 3) {
            Flux.range(from, rows / 3)
                    .map(GrowingTest::words)
                    .as(H5Writer.<Words>to(file).commitEvery(commit).build()::write)
                    .block(Await.LIMIT);
        }
        H5py seen = H5py.read(file);
        assertThat(seen.values("/word"))
                .isEqualTo(IntStream.range(0, rows).mapToObj(GrowingTest::word).toList());
        assertThat(seen.values("/two"))
                .isEqualTo(IntStream.range(0, rows)
                        .boxed()
                        .flatMap(i -> Stream.of(words(i).two()))
                        .toList());
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("some").read(int[][].class))
                    .isDeepEqualTo(IntStream.range(0, rows)
                            .mapToObj(i -> words(i).some())
                            .toArray(int[][]::new));
        }
        if (!Python.isPresent()) {
            return;
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
        Path file = directory.resolve("data.h5");
        for (int from = 0; from < 6; from += 3) {
            Flux.range(from, 3)
                    .map(GrowingTest::frame)
                    .as(H5Writer.<Frame>to(file).commitEvery(2).build()::write)
                    .block(Await.LIMIT);
        }
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("even").chunks()).containsExactly(1L, 150L, 600L);
            assertThat(h5.dataset("odd").chunks()).containsExactly(1L, 151L, 600L);
            assertThat(h5.dataset("deep").chunks()).containsExactly(1L, 1L, 1L, 200_000L);
            for (int i = 0; i < 6; i++) {
                String row = String.valueOf(i);
                assertThat(h5.dataset("even").slice(row).read(double[][].class)).isDeepEqualTo(frame(i).even);
                assertThat(h5.dataset("odd").slice(row).read(double[][].class)).isDeepEqualTo(frame(i).odd);
                assertThat(h5.dataset("deep").slice(row).read(int[][][].class)).isDeepEqualTo(frame(i).deep);
            }
        }
        if (!Python.isPresent()) {
            return;
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
