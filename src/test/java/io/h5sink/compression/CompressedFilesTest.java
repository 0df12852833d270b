package io.h5sink.compression;

import static io.h5sink.write.Pair.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.Driver;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Sharing;
import io.h5sink.filter.Filter;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.write.Pair;
import io.h5sink.write.Pair.One;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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

    record Named(String name, double value) {}

    @TempDir
    Path directory;

    static Stream<Arguments> waysToGrow() {
        return Stream.of(
                Arguments.of(Compression.gzip(1), Layout.COLUMNS, 1, 100, List.of(2, 1)),
                Arguments.of(Compression.gzip(6).fletcher32(true), Layout.COLUMNS, 64, 7, List.of(2, 1, 3)),
                Arguments.of(Compression.gzip(1).shuffle(false), Layout.COLUMNS, 64, 333, List.of(1)),
                Arguments.of(Compression.lzf(), Layout.TABLE, 100, 1, List.of(2, 32000)),
                Arguments.of(Compression.lzf(), Layout.COLUMNS, 1000, 1000, List.of(2, 32000)),
                Arguments.of(Compression.lz4(), Layout.TABLE, 64, 50, List.of(2, 32004)),
                Arguments.of(Compression.none().fletcher32(true), Layout.COLUMNS, 128, 50, List.of(3)),
                Arguments.of(Compression.auto(), Layout.COLUMNS, 512, 700, List.of(2, 1)));
    }

    @ParameterizedTest
    @MethodSource("waysToGrow")
    void rowsAreWhereTheyBelong(
            Compression compression, Layout layout, int chunkRows, int commit, List<Integer> filters) {
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
            Pair.assertFirst(ends[i], file);
            assertThat(Pair.filters(file, layout == Layout.TABLE ? "table" : "number"))
                    .isEqualTo(filters);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 20, 21, 52, 100, 1_025, 5_000, 40_000})
    void theIndexOfChunksIsLikeTheLibrarys(int rows) throws IOException {
        Path file = directory.resolve("data.h5");
        Flux.range(0, rows)
                .map(i -> new One(i))
                .as(H5Writer.<One>to(file)
                        .compression(Compression.gzip(1))
                        .chunkRows(1)
                        .commitEvery(Math.max(1, rows / 7))
                        .build()::write)
                .block(Await.LIMIT);
        Pair.assertIndexIsLikeTheLibrarys(file, rows, Compression.gzip(1));
        Pair.ones(rows + 100, rows)
                .as(H5Writer.<One>to(file).commitEvery(Math.max(1, rows / 3)).build()::write)
                .block(Await.LIMIT);
        assertThat(H5py.read(file).values("/number"))
                .isEqualTo(LongStream.range(0, 2 * rows + 100).boxed().toList());
    }

    static Stream<Arguments> whatOthersBegin() {
        Filter shuffle = new Filter(Filter.SHUFFLE, Filter.OPTIONAL, List.of());
        Filter gzip = new Filter(Filter.GZIP, Filter.OPTIONAL, List.of(4));
        Filter best = new Filter(Filter.GZIP, Filter.OPTIONAL, List.of(9));
        Filter checksum = new Filter(Filter.FLETCHER32, Filter.MANDATORY, List.of());
        Filter lzf = new Filter(Filter.LZF, Filter.OPTIONAL, List.of(4, 261, 64 * Long.BYTES));
        Filter scaleOffset = new Filter(Filter.SCALE_OFFSET, Filter.OPTIONAL, List.of(2, 0));
        return Stream.of(
                Arguments.of(true, List.of(shuffle, gzip)),
                Arguments.of(true, List.of(best, checksum)),
                Arguments.of(true, List.of(lzf)),
                Arguments.of(true, List.of(scaleOffset)),
                Arguments.of(false, List.of(shuffle, gzip)));
    }

    @ParameterizedTest
    @MethodSource("whatOthersBegin")
    void whatOthersBeganGoesOn(boolean latest, List<Filter> filters) {
        Path file = directory.resolve("data.h5");
        begin(file, latest, filters);
        for (int from = 150; from < 1_000; from += 425) {
            Flux.range(from, 425)
                    .map(i -> new One(i))
                    .as(H5Writer.<One>to(file).commitEvery(30).build()::write)
                    .block(Await.LIMIT);
        }
        assertThat(H5py.read(file).values("/number"))
                .isEqualTo(LongStream.range(0, 1_000).boxed().toList());
        if (Python.isPresent()) {
            Python.run("""
                    import sys, h5py, numpy as np
                    with h5py.File(sys.argv[1], 'r+', libver='latest') as f:
                        d = f['number']
                        assert (d[:] == np.arange(1000)).all(), d[:]
                        d.resize((1010,))
                        assert (d[1000:] == 0).all()
                    """, file);
        } else {
            Foreign.make(file, true, id -> Foreign.resize(id, "number", 1010));
        }
        assertThat(H5py.read(file).values("/number"))
                .hasSize(1010)
                .endsWith(999L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    }

    /** With 150 numbers, which the C library packs, or h5py where that lacks a filter. */
    private static void begin(Path file, boolean latest, List<Filter> filters) {
        if (filters.stream().allMatch(filter -> LibraryFilters.packs(filter.id()))) {
            ByteBuffer numbers = ByteBuffer.allocate(150 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            LongStream.range(0, 150).forEach(numbers::putLong);
            Hdf5Calls.Content content = id -> Foreign.unpacked(
                    id, "number", Foreign.integer(8, true, false), 150, -1, 64, filters, numbers.array());
            if (latest) {
                Hdf5Calls.makeLatest(file, content);
            } else {
                Hdf5Calls.make(file, content);
            }
        } else {
            Python.run("""
                    import sys, h5py, numpy as np
                    with h5py.File(sys.argv[1], 'w', libver=sys.argv[2]) as f:
                        f.create_dataset('number', data=np.arange(150), maxshape=(None,), chunks=(64,), compression='lzf')
                    """, file, latest ? "latest" : "earliest");
        }
    }

    @Test
    void eachColumnMayHaveItsOwn() {
        Path file = directory.resolve("data.h5");
        pairs(0, 1_000)
                .as(H5Writer.<Pair>to(file)
                        .compression(Compression.gzip(4))
                        .column("twice", c -> c.compression(Compression.none()).chunkRows(10))
                        .build()::write)
                .block(Await.LIMIT);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("number").filters()).containsExactly("shuffle", "gzip 4");
            assertThat(h5.dataset("twice").filters()).isEmpty();
        }
        assertThat(H5py.read(file).at("/number").chunks()).isEqualTo("(16384,)");
        assertThat(H5py.read(file).at("/twice").chunks()).isEqualTo("(10, 2)");
    }

    @Test
    void autoLeavesNoiseAlone() {
        Path file = directory.resolve("data.h5");
        java.util.Random random = new java.util.Random(1);
        Flux.range(0, 5_000)
                .map(i -> H5Record.of("noise", random.nextLong()).and("walk", (double) i))
                .as(H5Writer.<H5Record>to(file)
                        .compression(Compression.auto())
                        .commitEvery(1_000)
                        .build()::write)
                .block(Await.LIMIT);
        assertThat(Pair.filters(file, "noise")).doesNotContain(1);
        assertThat(Pair.filters(file, "walk")).contains(1);
        assertThat(H5py.read(file).values("/noise")).hasSize(5_000);
        assertThat(H5py.read(file).values("/walk")).hasSize(5_000);
    }

    @Test
    void routesAreCompressed() {
        Path file = directory.resolve("data.h5");
        pairs(0, 30_000)
                .as(H5Writer.<Pair>to(file)
                        .route(pair -> "/g" + pair.number() % 3)
                        .compression(Compression.gzip(1))
                        .chunkRows(256)
                        .commitEvery(777)
                        .build()::write)
                .block(Await.LIMIT);
        H5py seen = H5py.read(file);
        for (int group = 0; group < 3; group++) {
            List<Long> numbers = LongStream.iterate(group, n -> n < 30_000, n -> n + 3)
                    .boxed()
                    .toList();
            assertThat(Pair.filters(file, "g" + group + "/number")).contains(1);
            assertThat(seen.values("/g" + group + "/number")).isEqualTo(numbers);
            assertThat(seen.values("/g" + group + "/twice"))
                    .isEqualTo(numbers.stream()
                            .flatMap(n -> Stream.of(n.intValue(), n.intValue()))
                            .toList());
        }
    }

    @Test
    void textIsNotCompressedAndNumbersBesideItAre() {
        Path file = directory.resolve("data.h5");
        Flux.range(0, 50_000)
                .map(i -> new Named("n" + i % 7, i))
                .as(H5Writer.<Named>to(file)
                        .compression(Compression.gzip(1))
                        .commitEvery(3_000)
                        .build()::write)
                .block(Await.LIMIT);
        assertThat(Pair.filters(file, "name")).isEmpty();
        assertThat(Pair.filters(file, "value")).contains(1);
        H5py seen = H5py.read(file);
        assertThat(seen.values("/name"))
                .isEqualTo(IntStream.range(0, 50_000).mapToObj(i -> "n" + i % 7).toList());
        assertThat(seen.values("/value"))
                .isEqualTo(IntStream.range(0, 50_000).mapToObj(i -> (double) i).toList());
    }

    @Test
    void anyCompressionGoesWithAnySharingAndAnyDriver() {
        Map<Path, UnaryOperator<H5Writer.Builder<One>>> ways = Map.of(
                directory.resolve("followed.h5"), writer -> writer.sharing(Sharing.SWMR),
                directory.resolve("core.h5"), writer -> writer.driver(Driver.core()));
        ways.forEach((file, way) -> {
            Flux.range(0, 20_000)
                    .map(i -> new One(i))
                    .as(way.apply(H5Writer.<One>to(file)
                                    .compression(Compression.lz4())
                                    .commitEvery(3_000))
                            .build()::write)
                    .block(Await.LIMIT);
            assertThat(Pair.filters(file, "number")).as(file.toString()).contains(Filter.LZ4);
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.dataset("number").read(long[].class))
                        .isEqualTo(LongStream.range(0, 20_000).toArray());
            }
        });
    }

    @Test
    void filesOfOldFormatsAreCompressedToo() {
        Path old = directory.resolve("old.h5");
        Foreign.make(old, false, id -> {});
        H5Writer<One> older =
                H5Writer.<One>to(old).compression(Compression.lzf()).build();
        older.write(Flux.range(0, 10).map(i -> new One(i))).block(Await.LIMIT);
        assertThat(Pair.filters(old, "number")).contains(Filter.LZF);
        if (Python.isPresent()) {
            Python.run("import sys, h5py; f = h5py.File(sys.argv[1]); assert f['number'].compression == 'lzf'", old);
        }
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

    /** Java compresses beside a last value, whatever filters HDF5 has. */
    @ParameterizedTest
    @ValueSource(strings = {"lzf", "lz4", "zstd"})
    void everyCodecGoesBesideALastValue(String codec) throws IOException {
        Compression compression = switch (codec) {
            case "lzf" -> Compression.lzf();
            case "lz4" -> Compression.lz4();
            default -> Compression.zstd(1);
        };
        Path file = directory.resolve("data.h5");
        int rows = 10_000;
        for (int session = 0; session < 2; session++) {
            Flux.range(session * rows, rows)
                    .map(i -> H5Record.of("value", i / 1_000.0).and("status", i))
                    .as(H5Writer.<H5Record>to(file)
                            .column("status", c -> c.latest())
                            .compression(compression)
                            .chunkRows(512)
                            .commitEvery(777)
                            .build()::write)
                    .block(Await.LIMIT);
        }
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("/value").filters()).anyMatch(filter -> filter.startsWith(codec));
            assertThat(h5.dataset("/value").read(double[].class))
                    .isEqualTo(IntStream.range(0, 2 * rows)
                            .mapToDouble(i -> i / 1_000.0)
                            .toArray());
            assertThat(h5.dataset("/status").read()).isEqualTo(2 * rows - 1);
        }
        assertThat(Files.size(file)).isLessThan(2 * rows * Double.BYTES * 3 / 4);
    }

    @ParameterizedTest
    @EnumSource(names = "RELEASE", mode = EnumSource.Mode.EXCLUDE)
    void filesThatStayOpenAreCompressed(Sharing sharing) {
        Path file = directory.resolve("data.h5");
        pairs(0, 1_000)
                .as(H5Writer.<Pair>to(file)
                        .sharing(sharing)
                        .compression(Compression.gzip(1).fletcher32(true))
                        .chunkRows(64)
                        .commitEvery(77)
                        .build()::write)
                .block(Await.LIMIT);
        Pair.assertFirst(1_000, file);
        assertThat(Pair.filters(file, "number")).containsExactly(2, 1, 3);
    }

    private static boolean hasFilter(int filter) {
        return LibraryFilters.packs(filter);
    }
}
