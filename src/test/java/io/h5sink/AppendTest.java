package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5py.Dataset;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** A later run goes on where the file ends, whoever wrote it. */
class AppendTest {

    record Row(long number, String text, float[] vector) {
        static Row of(long number) {
            return new Row(number, "row " + number, new float[] {number, -number});
        }

        H5Record named() {
            return H5Record.of("number", number).and("text", text).and("vector", vector);
        }
    }

    @TempDir
    Path directory;

    private static Flux<Row> rows(long first, long count) {
        return Flux.fromStream(() -> LongStream.range(first, first + count).mapToObj(Row::of));
    }

    private static List<Object> numbers(long count) {
        return LongStream.range(0, count).<Object>mapToObj(i -> i).toList();
    }

    private static void assertRows(Path file, long count) {
        H5py seen = H5py.read(file);
        assertThat(seen.values("/number")).isEqualTo(numbers(count));
        assertThat(seen.values("/text"))
                .isEqualTo(numbers(count).stream().map(i -> "row " + i).toList());
        assertThat(seen.values("/vector"))
                .isEqualTo(LongStream.range(0, count)
                        .boxed()
                        .flatMap(i -> LongStream.of(i, -i).<Object>mapToObj(x -> (float) x))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 64})
    void runsFillUpTheLastChunkOfTheRunBefore(int chunkRows) {
        Path file = directory.resolve("data.h5");
        long written = 0;
        for (long run : new long[] {5, 16, 3, 0, 40, 1, 63, 64}) {
            WriteSummary summary = Run.write(H5Writer.<Row>to(file).chunkRows(chunkRows), rows(written, run));
            written += run;
            assertThat(summary.records()).isEqualTo(run);
            assertThat(summary.rows().values()).allMatch(List.of(written)::contains);
        }

        assertRows(file, written);
        assertThat(H5py.read(file).at("/vector").chunks()).isEqualTo("(" + chunkRows + ", 2)");
    }

    @Test
    void namedQuantitiesAndMapsGoOnWithTheColumnsOfRecords() {
        Path file = directory.resolve("data.h5");

        Run.write(H5Writer.<Row>to(file).chunkRows(16), rows(0, 21));
        Run.write(H5Writer.to(file), rows(21, 30).map(Row::named));
        Run.write(H5Writer.to(file), rows(51, 13).map(row -> row.named().toMap()));
        Run.write(H5Writer.<Row>to(file), rows(64, 1));

        assertRows(file, 65);
    }

    @Test
    void aDatasetKeepsTheChunksThatItHas() {
        Path file = directory.resolve("data.h5");

        Run.write(H5Writer.<Row>to(file).chunkRows(16), rows(0, 3));
        Run.write(H5Writer.<Row>to(file).chunkRows(100), rows(3, 200));

        assertRows(file, 203);
        assertThat(H5py.read(file).at("/number").chunks()).isEqualTo("(16,)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chunks=(1000,)                                    | earliest | 0",
                "chunks=(1000,)                                    | earliest | 999",
                "chunks=(1000,)                                    | latest   | 1000",
                "chunks=(1000,)                                    | latest   | 1001",
                "chunks=(300000,)                                  | earliest | 7",
                "chunks=(1000,), compression='gzip'                | earliest | 1500",
                "chunks=(1000,), compression='gzip'                | latest   | 1500",
                "chunks=(300000,), compression='gzip'              | earliest | 7",
                "chunks=(64,), shuffle=True, fletcher32=True       | latest   | 100",
                "chunks=True, fillvalue=-1                         | latest   | 3",
                "chunks=True, track_times=True, track_order=True   | latest   | 3",
            })
    void aDatasetThatH5pyMadeGrows(String how, String libver, int before) {
        Path file = directory.resolve("h5py.h5");
        Python.run("""
                import h5py, numpy, sys
                path, how, libver, before = sys.argv[1:]
                with h5py.File(path, 'w', libver=libver) as f:
                    options = eval('dict(' + how + ')')
                    f.create_dataset('number', data=numpy.arange(int(before)), maxshape=(None,), **options)
                """, file, how, libver, before);
        long after = 2345;

        Run.write(H5Writer.to(file).commitEvery(500), rows(before, after).map(row -> Map.of("number", row.number())));

        assertThat(H5py.read(file).values("/number")).isEqualTo(numbers(before + after));
    }

    @Test
    void datasetsOfEveryTypeThatH5pyMadeGrow() {
        Path file = directory.resolve("h5py.h5");
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    f.create_dataset('bool', data=[True], maxshape=(None,))
                    f.create_dataset('text', data=['é'], maxshape=(None,), dtype=h5py.string_dtype())
                    f.create_dataset('char', data=[b'a'], maxshape=(None,), dtype=h5py.string_dtype('utf-8', 3))
                    enum = h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 2}, basetype='i1')
                    f.create_dataset('enum', data=[1], maxshape=(None,), dtype=enum)
                    f.create_dataset('time', data=[-1], maxshape=(None,))
                    f.create_dataset('image', data=numpy.ones((1, 2, 2)), maxshape=(None, None, 2))
                    f.create_dataset('deep/er', data=numpy.array([1], 'f4'), maxshape=(None,))
                """, file);

        Run.write(
                file,
                H5Record.of("bool", false)
                        .and("text", "😀")
                        .and("char", '€')
                        .and("enum", Extremes.Colour.BLUE)
                        .and("time", Instant.EPOCH)
                        .and("image", new double[][] {{1, 2}, {3, 4}})
                        .and("deep/er", 0.5f));

        H5py seen = H5py.read(file);
        assertThat(seen.values("/bool")).containsExactly(true, false);
        assertThat(seen.values("/text")).containsExactly("é", "😀");
        assertThat(seen.values("/char")).containsExactly("a", "€");
        assertThat(seen.values("/enum")).containsExactly("GREEN", "BLUE");
        assertThat(seen.values("/time")).containsExactly(-1L, 0L);
        assertThat(seen.values("/image")).containsExactly(1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0);
        assertThat(seen.values("/deep/er")).containsExactly(1f, 0.5f);
    }

    @Test
    void whatElseIsInTheFileStaysAsItIs() {
        Path file = directory.resolve("h5py.h5");
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w', userblock_size=1024) as f:
                    f['kept'] = [1.5, 2.5]
                    f['kept'].attrs['unit'] = 'm'
                    f.create_group('run1').attrs['operator'] = 'me'
                """, file);

        Run.write(H5Writer.<Row>to(file).group("run1"), rows(0, 2));

        H5py seen = H5py.read(file);
        assertThat(seen.at("/kept"))
                .isEqualTo(new Dataset("<f8", "(2,)", "(2,)", "None", Map.of("unit", "m"), List.of(1.5, 2.5)));
        assertThat(seen.values("/run1/number")).containsExactly(0L, 1L);
        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(f['run1'].attrs['operator'], f.userblock_size)
                """, file)).isEqualTo("me 1024\n");
    }

    @Test
    void h5pyAppendsToWhatAStreamLeft() {
        Path file = directory.resolve("data.h5");

        Run.write(H5Writer.<Row>to(file).chunkRows(16), rows(0, 21));
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r+') as f:
                    for name in 'number', 'text', 'vector':
                        f[name].resize(22, axis=0)
                    f['number'][21] = 21
                    f['text'][21] = 'row 21'
                    f['vector'][21] = 21, -21
                """, file);
        Run.write(H5Writer.<Row>to(file), rows(22, 20));

        assertRows(file, 42);
    }
}
