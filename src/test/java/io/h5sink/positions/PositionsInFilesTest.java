package io.h5sink.positions;

import static io.h5sink.foreign.Hdf5Calls.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.Driver;
import io.h5sink.FaceInternals;
import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.write.PositionReader;
import io.h5sink.judge.Attrs;
import io.h5sink.judge.Contents;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.judge.Xarray;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import io.jhdf.api.Dataset;
import io.jhdf.object.datatype.CompoundDataType;
import io.jhdf.object.datatype.StringData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** The table of positions as others meet it, and what others leave in its place. */
@Timeout(120)
class PositionsInFilesTest {

    record Reading(Instant time, double temperature, float[] spectrum) {}

    record Number(long offset) {}

    enum Kept {
        PLAIN(Driver.sec2(), "data.h5"),
        STDIO(Driver.stdio(), "data.h5"),
        CORE(Driver.core(), "data.h5"),
        FAMILY(Driver.family(4096), "data-%d.h5"),
        SPLIT(Driver.split(), "data");

        final Driver driver;
        final String name;

        Kept(Driver driver, String name) {
            this.driver = driver;
            this.name = name;
        }
    }

    private static final String TABLE = "/.h5sink/positions";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private H5Writer.Builder<Number> numbers() {
        return H5Writer.<Number>to(file).positions(number -> "p" + number.offset() % 2, Number::offset);
    }

    private static Flux<Number> numbers(int first, int count) {
        return Flux.range(first, count).map(Number::new);
    }

    private void labelled() {
        Run.write(
                H5Writer.<Reading>to(file).position(reading -> reading.time().getEpochSecond()),
                Flux.range(0, 5).map(i -> new Reading(Instant.ofEpochSecond(i), i, new float[] {i, i})));
    }

    @Test
    void theFormIsWhatIsSaid() {
        labelled();

        H5py seen = H5py.read(file);
        assertThat(seen.groups()).containsExactly("/.h5sink");
        assertThat(seen.at("/.h5sink/positions/partition").dtype()).isEqualTo("str utf-8 512");
        assertThat(seen.at("/.h5sink/positions/offset").dtype()).isEqualTo("<i8");
        assertThat(seen.at("/.h5sink/positions/offset").shape()).isEqualTo("(1, 2)");
        assertThat(seen.at("/.h5sink/positions/offset").maxshape()).isEqualTo("(None,)");
        assertThat(Attrs.show(file, TABLE)).endsWith("'commits' int64 <i8 scalar 1");
        assertThat(padding()).isEqualTo(StringData.PaddingType.NULL_PADDED);
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-A", "-d", "/.h5sink/positions", file).replaceAll("\\s+", " "))
                    .contains("DATATYPE H5T_COMPOUND { H5T_STRING { STRSIZE 512; STRPAD H5T_STR_NULLPAD;"
                            + " CSET H5T_CSET_UTF8; CTYPE H5T_C_S1; } \"partition\";"
                            + " H5T_ARRAY { [2] H5T_STD_I64LE } \"offset\"; }"
                            + " DATASPACE SIMPLE { ( 1 ) / ( H5S_UNLIMITED ) }")
                    .contains("ATTRIBUTE \"commits\" { DATATYPE H5T_STD_I64LE DATASPACE SCALAR DATA { (0): 1 } }");
            assertThat(Tool.h5ls(file)).startsWith(".h5sink                  Group\n");
        }
    }

    private StringData.PaddingType padding() {
        return Contents.of(file, false, contents -> {
            CompoundDataType row = (CompoundDataType) ((Dataset) contents.at("/.h5sink/positions")).getDataType();
            return ((StringData) row.getMembers().get(0).getDataType()).getPaddingType();
        });
    }

    @Test
    void xarrayAndNetcdfPassItOver() {
        labelled();

        assertThat(Xarray.show(file, "/", "list(ds.variables), dict(ds.sizes), ds.temperature.values.tolist()"))
                .isEqualToIgnoringNewLines(
                        "['spectrum', 'temperature', 'time']{'time': 5, 'dim_2': 2}[0.0, 1.0, 2.0, 3.0, 4.0]");
        assertThat(Python.run("""
                import h5netcdf, sys
                with h5netcdf.File(sys.argv[1], 'r') as f:
                    print(f['.h5sink']['positions'].dimensions, f['.h5sink']['positions'][0]['offset'])
                """, file)).startsWith("('positions',) [4 4]");
    }

    @Test
    void ncdumpPassesItOver() {
        labelled();

        assertThat(Tool.ncdump(file).replaceAll("\\s+", " "))
                .contains("temperature = 0, 1, 2, 3, 4 ;")
                .contains("group: .h5sink {");
    }

    @Test
    void pyTablesReadsIt() {
        labelled();

        Python.require("tables");
        assertThat(Python.run("""
                import sys, tables, warnings
                warnings.simplefilter('ignore')
                with tables.open_file(sys.argv[1]) as f:
                    print(sorted(node._v_pathname for node in f.walk_nodes('/', 'Leaf')))
                    table = f.get_node('/.h5sink/positions')
                    print(table[0]['partition'], table[0]['offset'], table.attrs['commits'])
                """, file).lines())
                .containsExactly(
                        "['/.h5sink/positions', '/dim_2', '/spectrum', '/temperature', '/time']", "b'' [4 4] 1");
    }

    @ParameterizedTest
    @EnumSource
    void withEveryDriver(Kept kept) {
        Path named = directory.resolve(kept.name);
        H5Writer<Number> writer = H5Writer.<Number>to(named)
                .driver(kept.driver)
                .position(Number::offset)
                .commitEvery(10)
                .build();

        assertThat(writer.positions()).isEmpty();
        writer.write(numbers(0, 100)).block(Await.LIMIT);
        assertThat(writer.positions()).isEqualTo(Map.of("", 99L));
        writer.write(numbers(100, 100)).block(Await.LIMIT);
        assertThat(writer.positions()).isEqualTo(Map.of("", 199L));
    }

    /** Whoever opens a file that the process has open gets from HDF5 what was there then. */
    @Test
    void whileThisProcessReadsTheFile() {
        H5Writer<Number> writer = numbers().build();
        writer.write(numbers(0, 40)).block(Await.LIMIT);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.root().datasets()).isNotEmpty();
            assertThat(writer.positions()).isEqualTo(Map.of("p0", 38L, "p1", 39L));
            Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r+', locking=False) as f:
                        positions = f['/.h5sink/positions']
                        positions.resize((3,))
                        positions[2] = (b'p2', (77, 77))
                    """, file);
            assertThat(writer.positions()).isEqualTo(Map.of("p0", 38L, "p1", 39L, "p2", 77L));
        }
    }

    /** What a commit that did not come about has left, when the metadata are as they were before it. */
    @Test
    void theOffsetsOfTheCommitBeforeAreThere() {
        Run.write(numbers().commitEvery(10), numbers(0, 40));
        H5Writer<Number> writer = numbers().build();
        assertThat(writer.positions()).isEqualTo(Map.of("p0", 38L, "p1", 39L));

        undoACommit();

        assertThat(writer.positions()).isEqualTo(Map.of("p0", 28L, "p1", 29L));
        writer.write(Flux.just(new Number(31))).block(Await.LIMIT);
        assertThat(writer.positions()).isEqualTo(Map.of("p0", 28L, "p1", 31L));
        undoACommit();
        assertThat(writer.positions()).isEqualTo(Map.of("p0", 28L, "p1", 29L));
    }

    private void undoACommit() {
        Foreign.make(file, false, id -> {
            long table = H5.H5Dopen(id, TABLE, DEFAULT);
            long commits = H5.H5Aopen(table, "commits", DEFAULT);
            long[] count = new long[1];
            H5.H5Aread(commits, HDF5Constants.H5T_NATIVE_INT64, count);
            count[0]--;
            H5.H5Awrite(commits, HDF5Constants.H5T_NATIVE_INT64, count);
            H5.H5Aclose(commits);
            H5.H5Dclose(table);
        });
    }

    /** A commit holds a multiple of two records, one for each partition, of which the second is one further. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderAtAnyMomentSeesTheEndOfACommit(boolean longer) {
        int records = 6_000;
        H5Sink<Number> sink = numbers()
                .commitEvery(longer ? 20 : 2)
                .patience(Duration.ofMinutes(1)) // with JHDF5, whose locks readers hold
                .build()
                .sink();
        Set<Long> seen = new HashSet<>();
        Future<WriteSummary> done = sink.result().toFuture();
        AtomicLong commits = new AtomicLong();
        sink.commits().subscribe(commit -> commits.incrementAndGet());
        numbers(0, records).subscribe(sink);
        long last = 0;
        while (!done.isDone()) {
            long before = last;
            Await.until("the next commit", () -> commits.get() > before || done.isDone());
            last = commits.get(); // no reading without a commit between, because with JHDF5 a writer waits for readers
            Map<String, Long> positions =
                    PositionReader.read(new StoredFile(file, FaceInternals.access(Driver.sec2())));
            if (!positions.isEmpty()) {
                assertThat(positions.get("p1")).isEqualTo(positions.get("p0") + 1);
                seen.add(positions.get("p1"));
            }
        }

        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(records);
        assertThat(seen).isNotEmpty().allMatch(offset -> offset % 2 == 1);
        assertThat(PositionReader.read(new StoredFile(file, FaceInternals.access(Driver.sec2()))))
                .isEqualTo(Map.of("p0", 5_998L, "p1", 5_999L));
    }

    private static Foreign.Type row(int partitionBytes) {
        return Foreign.compound(
                partitionBytes + 16,
                new Foreign.Member("partition", 0, Foreign.string(partitionBytes, Foreign.Padding.NULLPAD, true)),
                new Foreign.Member("offset", partitionBytes, Foreign.array(Foreign.integer(8, true, false), 2)));
    }

    private static Foreign.Content dataset(
            String path,
            Foreign.Type type,
            long[] shape,
            long @Nullable [] maximum,
            long @Nullable [] chunk,
            Hdf5Calls.Content attributes) {
        return id -> {
            long made = type.make();
            Hdf5Calls.dataset(id, path, made, shape, maximum, chunk, attributes);
            H5.H5Tclose(made);
        };
    }

    /** A table that grows. */
    private static Foreign.Content table(int partitionBytes, int rows, Hdf5Calls.Content attributes) {
        return in(dataset(TABLE, row(partitionBytes), new long[] {rows}, new long[] {-1}, new long[] {4}, attributes));
    }

    /** In the group of the table. */
    private static Foreign.Content in(Foreign.Content content) {
        return id -> {
            Hdf5Calls.group(id, "/.h5sink");
            content.into(id);
        };
    }

    /** A number of commits, or some. */
    private static Hdf5Calls.Content commits(boolean real, Object values, long... shape) {
        return dataset -> {
            long type = real ? HDF5Constants.H5T_IEEE_F64LE : HDF5Constants.H5T_STD_I64LE;
            long space = H5.H5Screate_simple(shape.length, shape, null);
            long attribute = H5.H5Acreate(dataset, "commits", type, space, DEFAULT, DEFAULT);
            H5.H5Awrite(attribute, type, values);
            H5.H5Aclose(attribute);
            H5.H5Sclose(space);
        };
    }

    private static Arguments stranger(Foreign.Content make, String expected, String actual) {
        return Arguments.of(Named.of(actual, make), TABLE, expected, actual);
    }

    private static Stream<Arguments> strangers() {
        Foreign.Type real = Foreign.real(8, false);
        Hdf5Calls.Content none = dataset -> {};
        long[] two = {2, 2};
        return Stream.of(
                Arguments.of(
                        Named.of("no group", dataset("/.h5sink", real, new long[] {1}, null, null, none)),
                        "/.h5sink",
                        "GROUP \"/.h5sink\"",
                        "DATASET \"/.h5sink\""),
                stranger(in(id -> Hdf5Calls.group(id, TABLE)), "DATASET", "GROUP \"/.h5sink/positions\""),
                stranger(in(dataset(TABLE, real, new long[] {1}, null, null, none)), "H5T_COMPOUND", "H5T_IEEE_F64LE"),
                stranger(
                        in(dataset(TABLE, row(512), new long[] {3}, null, null, none)),
                        "H5S_UNLIMITED",
                        "( 3 ) / ( 3 )"),
                stranger(in(dataset(TABLE, row(512), new long[0], null, null, none)), "SIMPLE", "SCALAR"),
                stranger(
                        in(dataset(TABLE, row(512), two, new long[] {-1, 2}, new long[] {4, 2}, none)), "", "( 2, 2 )"),
                stranger(table(64, 2, none), "STRSIZE 512", "STRSIZE 64"),
                stranger(table(512, 2, none), "an attribute \"commits\"", "none"),
                stranger(
                        table(512, 2, commits(true, new double[] {1.5})),
                        "an attribute \"commits\"",
                        "1 of H5T_IEEE_F64LE"),
                stranger(
                        table(512, 2, commits(false, new long[] {1, 2}, 2)),
                        "an attribute \"commits\"",
                        "2 of H5T_STD_I64LE"),
                stranger(table(512, 2, commits(false, new long[] {-1})), "not negative", "-1"),
                stranger(
                        table(512, 2, commits(false, new long[] {1})),
                        "each partition once",
                        "one that is there twice"),
                stranger(table(512, 100_001, commits(false, new long[] {1})), "at most 100000 partitions", "100001"));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void somethingElseInItsPlace(Foreign.Content make, String object, String expected, String actual) {
        Foreign.make(file, false, make);

        H5Exception error = Run.fail(numbers(), numbers(0, 3)).error();

        assertThat(error).isInstanceOf(H5SchemaException.class);
        assertThat(error.object()).isEqualTo(object);
        assertThat(error.expected()).contains(expected);
        assertThat(error.actual()).contains(actual);
        assertThat(error.safeRecords()).isZero();
        assertThatExceptionOfType(H5SchemaException.class)
                .isThrownBy(() -> numbers().build().positions())
                .satisfies(same -> assertThat(same.expected()).isEqualTo(error.expected()));
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.datasets()).doesNotContain("offset");
        }
        if (Python.isPresent()) {
            assertThat(Python.run("import h5py, sys; print('offset' in h5py.File(sys.argv[1], 'r'))", file))
                    .startsWith("False");
        }
        Run.write(H5Writer.<Number>to(file), numbers(0, 3)); // nobody minds who does not use it
    }

    @Test
    void anotherProgramChangesItBetweenTwoCommits() {
        Python.require();
        H5Writer<Number> writer = numbers().commitEvery(2).build();

        H5Exception error = Run.fail(
                        numbers().commitEvery(Duration.ofDays(1)).commitEvery(2),
                        numbers(0, 5).doOnNext(number -> {
                            if (number.offset() == 3) {
                                Await.until(
                                        "the first commit",
                                        () -> writer.positions().size() == 2);
                                Python.run("""
                                        import h5py, sys, time
                                        for attempt in range(1000):
                                            try:
                                                f = h5py.File(sys.argv[1], 'r+')
                                                break
                                            except OSError:
                                                time.sleep(0.001) # the commit is reported just before the file is free
                                        with f:
                                            f['/.h5sink/positions'].attrs.modify('commits', 100)
                                        """, file);
                            }
                        }))
                .error();

        assertThat(error).hasMessageContaining("another program changed it");
        assertThat(error.safeRecords()).isEqualTo(2);
    }

    @Test
    void aFileThatCannotBeRead() throws IOException {
        H5Writer<Number> writer = numbers().build();
        Files.writeString(file, "no HDF5");

        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(writer::positions)
                .withMessageContaining("it is not an HDF5 file");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(writer::positions)
                .withMessageContaining("it is a directory");
    }

    /** As it is for other processes, of which one is h5py. */
    @Test
    void aFileThatIsOpenForWriting() {
        Run.write(numbers(), numbers(0, 2));
        Foreign.make(file, true, id -> assertRefused());
        if (Python.isPresent()) {
            try (Python.Running other = Python.start("""
                    import h5py, sys
                    f = h5py.File(sys.argv[1], 'r+', libver='latest')
                    print('open', flush=True)
                    sys.stdin.read()
                    f.close()
                    """, file)) {
                assertThat(other.hear()).isEqualTo("open");
                assertRefused();
            }
        }
        assertThat(numbers().build().positions()).hasSize(2);
    }

    private void assertRefused() {
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> numbers().build().positions())
                .withMessageContaining("it is marked as open for writing");
    }
}
