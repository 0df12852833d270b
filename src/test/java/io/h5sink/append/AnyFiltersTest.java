package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.FaceInternals;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.filter.Filter;
import io.h5sink.hdf5.write.Hdf5File;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.Foreign.Member;
import io.h5sink.jhdf5.Foreign.Type;
import io.h5sink.jhdf5.LateFilters;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.RotatingFilter;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.Run;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Datasets of other programs with any filters, which Java extends: by itself, or with chunks that the C library encodes. */
class AnyFiltersTest {

    private static final int CHUNK = 16;
    private static final int BZIP2 = 307;

    private static final Type INT32 = Foreign.integer(4, true, false);

    private static final Type ROW =
            Foreign.compound(12, new Member("a", 0, INT32), new Member("b", 4, Foreign.real(8, false)));

    private static final Filter SHUFFLE = filter(Filter.SHUFFLE);
    private static final Filter SUM = filter(Filter.FLETCHER32);
    private static final Filter GZIP = filter(Filter.GZIP, 1);

    /** A filter that only the C library of this process has, if the provider's library takes one. */
    private static final Filter ROTATING = filter(40_001, 3);

    /** Chunks that begin with this byte are left out by that filter. */
    private static final byte REFUSED = 0x7F;

    @TempDir
    Path directory;

    private static Filter filter(int id, Integer... values) {
        return new Filter(id, Filter.OPTIONAL, List.of(values));
    }

    /** Filters, whether they are for rows of a table, and whether h5py has them. */
    private record Filters(String name, boolean table, List<Filter> all) {

        boolean isOfOthers() {
            return !all.contains(ROTATING);
        }

        @Override
        public String toString() {
            return name + (table ? " table" : "");
        }
    }

    static Stream<Filters> filters() {
        return Stream.of(false, true)
                .flatMap(table -> Stream.of(
                                new Filters("nbit", table, List.of(filter(Filter.N_BIT))),
                                new Filters("sum, shuffle", table, List.of(SUM, SHUFFLE)),
                                new Filters("gzip, shuffle, sum", table, List.of(GZIP, SHUFFLE, SUM)),
                                new Filters("gzip twice", table, List.of(GZIP, SHUFFLE, filter(Filter.GZIP, 9))),
                                new Filters("scaleoffset", table, List.of(filter(Filter.SCALE_OFFSET, 2, 0))),
                                new Filters(
                                        "scaleoffset, gzip", table, List.of(filter(Filter.SCALE_OFFSET, 2, 0), GZIP)),
                                new Filters("szip", table, List.of(filter(Filter.SZIP, 32, 8))),
                                new Filters(
                                        "shuffle, szip, sum", table, List.of(SHUFFLE, filter(Filter.SZIP, 4, 16), SUM)),
                                new Filters("bzip2", table, List.of(filter(BZIP2, 9))),
                                new Filters("shuffle, bzip2, sum", table, List.of(SHUFFLE, filter(BZIP2, 2), SUM)),
                                new Filters("rotating", table, List.of(ROTATING)),
                                new Filters("shuffle, rotating, sum", table, List.of(SHUFFLE, ROTATING, SUM)),
                                new Filters("gzip, rotating", table, List.of(GZIP, ROTATING)),
                                new Filters("sum, rotating, gzip", table, List.of(SUM, ROTATING, GZIP)))
                        .filter(filters -> !table
                                || filters.all.stream()
                                        .noneMatch(
                                                each -> each.id() == Filter.SCALE_OFFSET || each.id() == Filter.SZIP)));
    }

    private static void mustBeHere(Filters filters) {
        if (filters.all.contains(ROTATING) && Library.describe().contains("bytedeco")) {
            RotatingFilter.register(ROTATING, REFUSED);
        }
        for (Filter filter : filters.all) {
            Assumptions.assumeTrue(LibraryFilters.packs(filter.id()), "HDF5 has no " + filter.words());
        }
    }

    /** The first of the rows of a file. */
    private static byte[] rows(Filters filters, int count) {
        ByteBuffer rows = ByteBuffer.allocate(count * (filters.table ? 12 : 4)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            rows.putInt(number(i));
            if (filters.table) {
                rows.putDouble(i * 0.5);
            }
        }
        return rows.array();
    }

    /** Some chunks begin with the byte that a filter does not take. */
    private static int number(int i) {
        return i % (3 * CHUNK) == CHUNK ? REFUSED : i % 90;
    }

    private void make(Path file, Filters filters, int count, boolean latest) {
        Foreign.Format format = latest ? Foreign.Format.HDF5_1_10 : Foreign.Format.OLDEST;
        Foreign.make(file, format, creation -> {}, to -> {
            Type type = filters.table ? ROW : INT32;
            String name = filters.table ? "table" : "c";
            Foreign.unpacked(to, name, type, count, -1, CHUNK, filters.all, rows(filters, count));
        });
    }

    record Row(int a, double b) {}

    private static void append(Path file, Filters filters, int from, int to) {
        append(H5Writer.to(file), filters, from, to);
    }

    /** Appends in a session that cannot but be Java's. */
    private static void appendInJava(Path file, Filters filters, int from, int to) {
        OpenRequest request =
                new OpenRequest(new StoredFile(file, new PosixDriver(false)), OpenMode.APPEND, Sharing.RELEASE, false);
        append(
                FaceInternals.wrap(H5Writer.to(file), chosen -> new Hdf5File(request, new LateFilters())),
                filters,
                from,
                to);
    }

    private static void append(H5Writer.Builder<Object> writer, Filters filters, int from, int to) {
        Run.write(
                writer.commitEvery(7L).layout(filters.table ? Layout.TABLE : Layout.COLUMNS),
                Flux.range(from, to - from)
                        .map(i -> filters.table ? new Row(number(i), i * 0.5) : H5Record.of("c", number(i))));
    }

    private static byte[] stored(Path file, Filters filters) {
        byte[][] found = {null};
        Foreign.make(file, false, id -> found[0] = Foreign.elements(id, filters.table ? "table" : "c"));
        return found[0];
    }

    @ParameterizedTest
    @MethodSource("filters")
    void growInJava(Filters filters) throws HDF5Exception {
        mustBeHere(filters);
        for (boolean latest : new boolean[] {false, true}) {
            Path file = directory.resolve(latest + ".h5");
            make(file, filters, 26, latest);

            appendInJava(file, filters, 26, 61);
            appendInJava(file, filters, 61, 63);
            append(file, filters, 63, 200);

            assertThat(stored(file, filters)).isEqualTo(rows(filters, 200));
            if (!filters.table) {
                try (H5Source source = H5Source.open(file)) {
                    assertThat(source.dataset("c").read())
                            .isEqualTo(IntStream.range(0, 200)
                                    .map(AnyFiltersTest::number)
                                    .toArray());
                }
            }
            if (filters.isOfOthers() && Python.isPresent() && othersHave(filters)) {
                String shown = Python.run(
                        "import sys, h5py; print(h5py.File(sys.argv[1])[sys.argv[2]][()].tobytes().hex())",
                        file,
                        filters.table ? "table" : "c");
                assertThat(shown.strip()).isEqualTo(HexFormat.of().formatHex(rows(filters, 200)));
                assertThat(Tool.h5dump(file)).contains(filters.table ? "(199): {" : ", " + number(199) + "\n");
            }
        }
    }

    private static boolean othersHave(Filters filters) {
        return filters.all.stream()
                .allMatch(filter -> Python.run(
                                "import sys, h5py; print(h5py.h5z.filter_avail(int(sys.argv[1])))", filter.id())
                        .strip()
                        .equals("True"));
    }

    /** Full chunks are stored as HDF5 stores them; but gzip depends on the zlib. */
    @ParameterizedTest
    @MethodSource("filters")
    void fullChunksAreEncoded(Filters filters) {
        Assumptions.assumeFalse(filters.all.contains(GZIP));
        mustBeHere(filters);
        Path grown = directory.resolve("grown.h5");
        Path made = directory.resolve("made.h5");
        make(grown, filters, 26, true);
        append(grown, filters, 26, 10 * CHUNK);
        make(made, filters, 10 * CHUNK, true);

        long[] bytes = new long[2];
        for (Path file : List.of(grown, made)) {
            Foreign.make(
                    file,
                    true,
                    id -> bytes[file == grown ? 0 : 1] = Foreign.storedBytes(id, filters.table ? "table" : "c"));
        }
        assertThat(bytes[0]).isEqualTo(bytes[1]);
    }
}
