package io.h5sink.hdf5.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.Filter;
import io.h5sink.filter.FilterLibrary;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.RotatingFilter;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that a session replaces, and datasets that grow by their fill value, behind filters of other programs. */
class FilteredValuesTest {

    private static final Foreign.Type INT32 = Foreign.integer(4, true, false);
    private static final ColumnType TEN =
            ColumnType.scalar(ColumnType.Kind.INT32).shaped(List.of(10));
    private static final Filter ROTATING = new Filter(40_002, Filter.OPTIONAL, List.of(5));
    private static final Filter SHUFFLE = filter(Filter.SHUFFLE);

    @TempDir
    Path directory;

    private static Filter filter(int id, Integer... values) {
        return new Filter(id, Filter.OPTIONAL, List.of(values));
    }

    static Stream<List<Filter>> filters() {
        return Stream.of(
                List.of(filter(Filter.N_BIT)),
                List.of(filter(Filter.FLETCHER32), SHUFFLE),
                List.of(filter(Filter.SCALE_OFFSET, 2, 0)),
                List.of(ROTATING),
                List.of(SHUFFLE, ROTATING, filter(Filter.FLETCHER32)),
                List.of(SHUFFLE, filter(Filter.SZIP, 32, 4)));
    }

    static Stream<List<Filter>> filtersOfTheLibrary() {
        return filters().filter(filters -> filters.contains(ROTATING));
    }

    private static byte[] numbers(int count, IntUnaryOperator number) {
        ByteBuffer bytes = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, count).map(number).forEach(bytes::putInt);
        return bytes.array();
    }

    private static ForeignDataset dataset(long to, String path, List<Filter> filters) {
        return new ForeignDataset(to, path, INT32).chunk(4).property(creation -> {
            for (Filter filter : filters) {
                int[] values = filter.values().stream().mapToInt(value -> value).toArray();
                if (filter.equals(SHUFFLE)) {
                    H5.H5Pset_shuffle(creation);
                } else {
                    H5.H5Pset_filter(creation, filter.id(), filter.flags(), values.length, values);
                }
            }
        });
    }

    private Path make(List<Filter> filters) {
        if (filters.contains(ROTATING) && Library.describe().contains("bytedeco")) {
            RotatingFilter.register(ROTATING, (byte) -1);
        }
        for (Filter filter : filters) {
            Assumptions.assumeTrue(LibraryFilters.packs(filter.id()), "HDF5 has no " + filter.words());
        }
        Path file = directory.resolve("data.h5");
        Foreign.make(file, true, to -> {
            dataset(to, "last", filters).shape(10).with(IntStream.range(0, 10).toArray());
            dataset(to, "filled", filters)
                    .fill(7)
                    .shape(6)
                    .maximum(-1)
                    .with(IntStream.range(0, 6).toArray());
        });
        return file;
    }

    private static void change(WritableFile commit, int first, int rows) {
        byte[] values = numbers(10, i -> first + i);
        commit.latest("/last", TEN)
                .write(ByteBuffer.allocateDirect(values.length).put(values).flip());
        commit.filled("/filled").fill(rows);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void areReplacedAndGrow(List<Filter> filters) {
        Path file = make(filters);

        JavaSession.write(file, commit -> change(commit, 100, 9), commit -> change(commit, 200, 22));
        JavaSession.write(file, commit -> change(commit, 300, 43));

        Foreign.make(file, true, id -> {
            assertThat(Foreign.elements(id, "last")).isEqualTo(numbers(10, i -> 300 + i));
            assertThat(Foreign.elements(id, "filled")).isEqualTo(numbers(43, i -> i < 6 ? i : 7));
        });
    }

    @ParameterizedTest
    @MethodSource("filtersOfTheLibrary")
    void stayAsTheyAreWithoutTheFilter(List<Filter> filters) throws Exception {
        Path file = make(filters);
        byte[] before = Files.readAllBytes(file);

        for (JavaSession.Change change : List.<JavaSession.Change>of(
                commit -> commit.latest("/last", TEN), commit -> commit.filled("/filled"))) {
            assertThatThrownBy(() -> JavaSession.write(file, FilterLibrary.NONE, change))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(
                            "expected a filter that is here to compress new rows, in Java, found filter 40002");
        }

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }
}
