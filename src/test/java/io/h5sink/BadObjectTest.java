package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5py.Dataset;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Objects that are in the file already and do not fit are left as they are; the records before are in the file. */
class BadObjectTest {

    record Row(int number, double value) {}

    private static final String MAKE = """
            import h5py, numpy, sys
            with h5py.File(sys.argv[1], 'w') as f:
                def make(name, data, maxshape=(None,), **options):
                    f.create_dataset(name, data=data, maxshape=maxshape, **options)
                make('int64', numpy.arange(3))
                make('uint32', numpy.arange(3, dtype='u4'))
                make('int32 big-endian', numpy.arange(3, dtype='>i4'))
                make('float32', numpy.arange(3, dtype='f4'))
                make('float64', numpy.arange(3, dtype='f8'))
                make('bool', [True])
                make('enum', [1], dtype=h5py.enum_dtype({'RED': 0, 'GREEN': 1}, 'i1'))
                make('enum of int32', [1], dtype=h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 2}, 'i4'))
                make('utf-8', ['a'], dtype=h5py.string_dtype())
                make('ascii', ['a'], dtype=h5py.string_dtype('ascii'))
                make('fixed utf-8', [b'a'], dtype=h5py.string_dtype('utf-8', 8))
                make('compound', numpy.zeros(2, dtype=[('x', 'i4'), ('y', 'f8')]))
                f.create_dataset('sequences', (0,), maxshape=(None,), dtype=h5py.vlen_dtype('i4'))
                make('matrix', numpy.zeros((2, 3), 'i4'), maxshape=(None, 3))
                make('fixed', numpy.arange(3, dtype='i4'), maxshape=(3,), chunks=(3,))
                make('limited', numpy.arange(3, dtype='i4'), maxshape=(30,))
                make('other axis', numpy.zeros((2, 3), 'i4'), maxshape=(2, None))
                f['contiguous'] = numpy.arange(3, dtype='i4')
                f['scalar'] = numpy.int32(7)
                f['empty'] = h5py.Empty('i4')
                f.create_group('group')
                f['type'] = numpy.dtype('i4')
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void make() {
        file = directory.resolve("data.h5");
    }

    /** The object that is there, the value that comes, what is expected and what is found. */
    private static Arguments[] objects() {
        Object colour = Extremes.Colour.RED;
        return new Arguments[] {
            Arguments.of("int64", 1, "int32 (N,)", "int64 (3,)"),
            Arguments.of("uint32", 1, "int32 (N,)", "uint32 (3,)"),
            Arguments.of("int32 big-endian", 1, "int32 (N,)", "int32 big-endian (3,)"),
            Arguments.of("float32", 1, "int32 (N,)", "float32 (3,)"),
            Arguments.of("float32", 1.0, "float64 (N,)", "float32 (3,)"),
            Arguments.of("float64", 1, "int32 (N,)", "float64 (3,)"),
            Arguments.of("bool", (byte) 1, "int8 (N,)", "bool (1,)"),
            Arguments.of("enum", colour, "enum{RED, GREEN, BLUE} (N,)", "enum{RED=0, GREEN=1} of int8 (1,)"),
            Arguments.of(
                    "enum of int32",
                    colour,
                    "enum{RED, GREEN, BLUE} (N,)",
                    "enum{RED=0, GREEN=1, BLUE=2} of int32 (1,)"),
            Arguments.of("enum", true, "bool (N,)", "enum{RED=0, GREEN=1} of int8 (1,)"),
            Arguments.of("ascii", "a", "variable-length UTF-8 string (N,)", "variable-length ASCII string (1,)"),
            Arguments.of("fixed utf-8", "a", "variable-length UTF-8 string (N,)", "UTF-8 string of 8 bytes (1,)"),
            Arguments.of("fixed utf-8", 'a', "UTF-8 string of 3 bytes (N,)", "UTF-8 string of 8 bytes (1,)"),
            Arguments.of("utf-8", 1, "int32 (N,)", "variable-length UTF-8 string (1,)"),
            Arguments.of("compound", 1, "int32 (N,)", "H5T_COMPOUND of 12 bytes (2,)"),
            Arguments.of("sequences", 1, "int32 (N,)", "H5T_VLEN of 16 bytes (0,)"),
            Arguments.of("matrix", 1, "int32 (N,)", "int32 (2, 3)"),
            Arguments.of("matrix", new int[4], "int32 (N, 4)", "int32 (2, 3)"),
            Arguments.of("matrix", new int[3][1], "int32 (N, 3, 1)", "int32 (2, 3)"),
            Arguments.of("int64", new long[3], "int64 (N, 3)", "int64 (3,)"),
            Arguments.of("fixed", 1, "int32 (N,), unlimited along its first axis", "at most (3,)"),
            Arguments.of("limited", 1, "int32 (N,), unlimited along its first axis", "at most (30,)"),
            Arguments.of(
                    "other axis", new int[3], "int32 (N, 3), unlimited along its first axis", "at most (2, unlimited)"),
            Arguments.of("contiguous", 1, "int32 (N,), unlimited along its first axis", "at most (3,)"),
            Arguments.of("scalar", 1, "int32 (N,)", "int32 ()"),
            Arguments.of("empty", 1, "int32 (N,)", "int32 ()"),
            Arguments.of("group", 1, "a dataset, int32 (N,)", "a group"),
            Arguments.of("type", 1, "a dataset, int32 (N,)", "another object"),
        };
    }

    @ParameterizedTest
    @MethodSource("objects")
    void anObjectThatDoesNotFit(String name, Object value, String expected, String actual) {
        Python.run(MAKE, file);
        Map<String, Dataset> before = H5py.read(file).datasets();

        Run.fail(file, H5Record.of("good", 1), H5Record.of("good", 2).and("new", 2), H5Record.of(name, value))
                .isAboutTheObject(file, "/" + name, expected, actual, 2);

        Map<String, Dataset> after = new HashMap<>(H5py.read(file).datasets());
        assertThat(after.remove("/good").values()).containsExactly(1, 2);
        assertThat(after.remove("/new").values()).containsExactly(2);
        assertThat(after).isEqualTo(before);
    }

    @Test
    void aDatasetWhereAGroupIsNeeded() {
        Python.run(MAKE, file);

        Run.fail(file, H5Record.of("good", 1), H5Record.of("int64/a/b", 2))
                .isAboutTheObject(file, "/int64", "a group, to hold /int64/a/b", "a dataset", 1);
        Run.fail(H5Writer.to(file).group("/int64/run"), H5Record.of("a", 1))
                .isAboutTheObject(file, "/int64", "a group, to hold /int64/run/a", "a dataset", 0);

        assertThat(H5py.read(file).values("/good")).containsExactly(1);
        assertThat(H5py.read(file).values("/int64")).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aColumnOfARecordStopsAllColumns() {
        Run.write(file, H5Record.of("value", 1));

        Run.fail(file, new Row(1, 0.5), new Row(2, 0.5))
                .isAboutTheObject(file, "/value", "float64 (N,)", "int32 (1,)", 0);

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/value");
    }

    @Test
    void columnsOfUnequalLength() {
        Run.write(file, H5Record.of("number", 1).and("value", 0.5), H5Record.of("number", 2));

        Run.fail(file, new Row(3, 0.5)).isAboutTheObject(file, "/value", "a length of 2, like /number", "1", 0);

        assertThat(H5py.read(file).values("/number")).containsExactly(1, 2);
    }

    @Test
    void columnsOfWhichOneIsNew() {
        Run.write(file, H5Record.of("number", 1));

        Run.fail(file, new Row(2, 0.5)).isAboutTheObject(file, "/value", "a length of 1, like /number", "0", 0);

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/number");
    }

    @Test
    void recordsThatCameWhileTheFileWasOpenedAreWritten() {
        Run.write(file, H5Record.of("value", 1));
        HeldStore held = new HeldStore();
        CountDownLatch started = new CountDownLatch(1);
        Scheduler hdf5 = Schedulers.newSingle(Thread::new);
        hdf5.schedule(() -> await(started));
        Flux<H5Record> records = Flux.range(1, 40)
                .map(i -> i < 40
                        ? H5Record.of("good", i).and("late" + i / 20, i)
                        : H5Record.of("good", i).and("value", 0.5))
                .doOnNext(record -> {
                    if (record.toMap().containsValue(2)) { // when one record is in
                        started.countDown();
                        held.awaitHeld();
                    }
                })
                .doOnComplete(held::release); // when all are in

        Run.fail(H5Writer.<H5Record>to(file).store(held::hold).scheduler(hdf5), records)
                .isAboutTheObject(file, "/value", "float64 (N,)", "int32 (1,)", 39);
        hdf5.dispose();

        H5py seen = H5py.read(file);
        assertThat(seen.values("/good")).hasSize(39).endsWith(39);
        assertThat(seen.values("/late0")).hasSize(19);
        assertThat(seen.values("/late1")).hasSize(20);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
