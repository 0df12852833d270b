package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.FaceInternals;
import io.h5sink.H5Dataset;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.foreign.BadObjects;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.H5py;
import io.h5sink.judge.H5py.Dataset;
import io.h5sink.judge.Python;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.HeldStore;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Objects that are in the file already and do not fit are left as they are; the records before are in the file. */
class BadObjectTest {

    record Row(int number, double value) {}

    record Point(int x, float y) {}

    record Four(double a, double b, double c, double d) {}

    private static final String INT32 = "H5T_STD_I32LE";
    private static final String COMPOUND = "H5T_COMPOUND { H5T_STD_I32LE \"x\"; H5T_IEEE_F64LE \"y\"; }";
    private static final String CHUNKS = stored("CHUNKED ( 32768 )");

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
        String colours = "H5T_ENUM { H5T_STD_I8LE; \"RED\" 0; \"GREEN\" 1; \"BLUE\" 2; }";
        String twoColours = "H5T_ENUM { H5T_STD_I8LE; \"GREEN\" 1; \"RED\" 0; }";
        String threeColours = "H5T_ENUM { H5T_STD_I32LE; \"BLUE\" 2; \"GREEN\" 1; \"RED\" 0; }";
        String bool = "H5T_ENUM { H5T_STD_I8LE; \"FALSE\" 0; \"TRUE\" 1; }";
        String text = string("H5T_VARIABLE", "NULLTERM", "UTF8");
        return new Arguments[] {
            Arguments.of("bool", (byte) 1, rows("H5T_STD_I8LE", 1), rows(bool, 1)),
            Arguments.of("enum", colour, rows(colours, 1), rows(twoColours, 1)),
            Arguments.of("enum", true, rows(bool, 1), rows(twoColours, 1)),
            Arguments.of("utf-8", 1, rows(INT32, 1), rows(text, 1)),
            Arguments.of("compound", 1, rows(INT32, 2), rows(COMPOUND, 2)),
            Arguments.of(
                    "compound",
                    new Point[] {new Point(1, 2)},
                    rows("H5T_COMPOUND { H5T_STD_I32LE \"x\"; H5T_IEEE_F32LE \"y\"; }", 2, 1),
                    rows(COMPOUND, 2)),
            Arguments.of("utf-8", new UUID(1, 2), rows(string("36", "NULLPAD", "UTF8"), 1), rows(text, 1)),
            Arguments.of("utf-8", LocalDate.EPOCH, rows("H5T_STD_I64LE", 1), rows(text, 1)),
            Arguments.of("ascii", 1, rows(INT32, 1), rows(string("H5T_VARIABLE", "NULLTERM", "ASCII"), 1)),
            Arguments.of("int32 big-endian", "a", rows(text, 3), rows("H5T_STD_I32BE", 3)),
            Arguments.of("enum of int32", 1, rows(INT32, 1), rows(threeColours, 1)),
            Arguments.of(
                    "float16", "a", rows(text, 3), rows("16-bit little-endian floating-point 16-bit precision", 3)),
            Arguments.of("of a named type", 1, rows(INT32, 2), rows("\"/point\" " + COMPOUND, 2)),
            Arguments.of("sequences", 1, rows(INT32, 0), rows("H5T_VLEN { H5T_STD_I32LE}", 0)),
            Arguments.of("matrix", 1, rows(INT32, 2), rows(INT32, 2, 3)),
            Arguments.of("matrix", new int[4], rows(INT32, 2, 4), rows(INT32, 2, 3)),
            Arguments.of("matrix", new int[3][1], rows(INT32, 2, 3, 1), rows(INT32, 2, 3)),
            Arguments.of("int64", new long[3], rows("H5T_STD_I64LE", 3, 3), rows("H5T_STD_I64LE", 3)),
            Arguments.of("fixed", 1, rows(INT32, 3), dataset(INT32, "SIMPLE { ( 3 ) / ( 3 ) }")),
            Arguments.of("limited", 1, rows(INT32, 3), dataset(INT32, "SIMPLE { ( 3 ) / ( 30 ) }")),
            Arguments.of(
                    "other axis",
                    new int[3],
                    rows(INT32, 2, 3),
                    dataset(INT32, "SIMPLE { ( 2, 3 ) / ( 2, H5S_UNLIMITED ) }")),
            Arguments.of(
                    "contiguous",
                    1,
                    rows(INT32, 3) + CHUNKS,
                    dataset(INT32, "SIMPLE { ( 3 ) / ( 3 ) }") + stored("CONTIGUOUS")),
            Arguments.of("external", 1, rows(INT32, 3) + CHUNKS, rows(INT32, 3) + stored("CONTIGUOUS")),
            Arguments.of("virtual", 1, rows(INT32, 3) + CHUNKS, rows(INT32, 3) + stored("VIRTUAL")),
            Arguments.of("scalar", 1, rows(INT32, 0) + CHUNKS, dataset(INT32, "SCALAR") + stored("CONTIGUOUS")),
            Arguments.of("empty", 1, rows(INT32, 0) + CHUNKS, dataset(INT32, "NULL") + stored("CONTIGUOUS")),
            Arguments.of("group", 1, "DATASET \"/group\" { " + rows(INT32, 0) + " }", "GROUP \"/group\""),
            Arguments.of(
                    "point",
                    1,
                    "DATASET \"/point\" { " + rows(INT32, 0) + " }",
                    "DATATYPE \"/point\" " + COMPOUND + ";"),
        };
    }

    /** A dataset that can grow. */
    private static String rows(String type, int... extent) {
        String axes =
                IntStream.of(extent).skip(1).mapToObj(length -> ", " + length).collect(Collectors.joining());
        return dataset(type, "SIMPLE { ( " + extent[0] + axes + " ) / ( H5S_UNLIMITED" + axes + " ) }");
    }

    private static String dataset(String type, String space) {
        return "DATATYPE " + type + " DATASPACE " + space;
    }

    private static String stored(String layout) {
        return " STORAGE_LAYOUT { " + layout + " } FILTERS { NONE }";
    }

    private static String string(String size, String padding, String characters) {
        return "H5T_STRING { STRSIZE " + size + "; STRPAD H5T_STR_" + padding + "; CSET H5T_CSET_" + characters
                + "; CTYPE H5T_C_S1; }";
    }

    @ParameterizedTest
    @MethodSource("objects")
    void anObjectThatDoesNotFit(String name, Object value, String expected, String actual) {
        BadObjects.make(file);
        Map<String, Object> before = contents();

        Run.fail(file, H5Record.of("good", 1), H5Record.of("good", 2).and("new", 2), H5Record.of(name, value))
                .isAboutTheObject(file, "/" + name, expected, actual, 2);

        Map<String, Object> after = contents();
        assertThat(after.remove("good")).isEqualTo("int32 [2] [1, 2]");
        assertThat(after.remove("new")).isEqualTo("int32 [1] [2]");
        assertThat(after).isEqualTo(before);
    }

    /** What we find in the file, and what h5py does where that is; jHDF does not list files with named types or virtual datasets. */
    private Map<String, Object> contents() {
        Map<String, Object> found = new HashMap<>();
        try (H5Source h5 = H5Source.open(file)) {
            found.put("groups", h5.groups());
            for (String name : h5.datasets()) {
                H5Dataset dataset = h5.dataset(name);
                found.put(name, dataset.type() + " " + dataset.shape() + " " + values(dataset));
            }
        }
        if (Python.isPresent()) {
            Map<String, Dataset> seen = new HashMap<>(H5py.read(file).datasets());
            for (String ours : List.of("good", "new")) {
                Dataset dataset = seen.remove("/" + ours);
                if (dataset != null) {
                    assertThat(found)
                            .containsEntry(
                                    ours,
                                    "int32 " + List.of((long) dataset.values().size()) + " " + dataset.values());
                }
            }
            found.put("as h5py reads", seen);
        }
        return found;
    }

    private static String values(H5Dataset dataset) {
        Object value;
        try {
            value = dataset.read();
        } catch (H5SchemaException e) {
            return e.getMessage(); // of one that is empty
        }
        String inBrackets = Arrays.deepToString(new Object[] {value});
        return inBrackets.substring(1, inBrackets.length() - 1);
    }

    @Test
    void aDatasetWhereAGroupIsNeeded() {
        BadObjects.make(file);
        String b = "DATASET \"b\" { " + rows(INT32, 0) + " }";
        String found = "DATASET \"/int64\" { " + rows("H5T_STD_I64LE", 3) + " }";

        Run.fail(file, H5Record.of("good", 1), H5Record.of("int64/a/b", 2))
                .isAboutTheObject(file, "/int64", "GROUP \"/int64\" { GROUP \"a\" { " + b + " } }", found, 1);
        Run.fail(H5Writer.to(file).group("/int64/run"), H5Record.of("b", 1))
                .isAboutTheObject(file, "/int64", "GROUP \"/int64\" { GROUP \"run\" { " + b + " } }", found, 0);

        assertThat(contents()).containsEntry("good", "int32 [1] [1]").containsEntry("int64", "int64 [3] [0, 1, 2]");
    }

    @Test
    void aColumnOfARecordStopsAllColumns() {
        Run.write(file, H5Record.of("value", true));

        String bool = "H5T_ENUM { H5T_STD_I8LE; \"FALSE\" 0; \"TRUE\" 1; }";
        Run.fail(file, new Row(1, 0.5), new Row(2, 0.5))
                .isAboutTheObject(file, "/value", rows("H5T_IEEE_F64LE", 1), rows(bool, 1), 0);

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "c", "d"})
    void noColumnOfARecordIsTouchedBeforeAllAreChecked(String wrong) throws IOException {
        Hdf5Calls.makeLatest(file, id -> {
            for (String name : List.of("a", "b", "d")) { // and c is new
                Foreign.Type type =
                        name.equals(wrong) ? Foreign.string(4, Foreign.Padding.NULLPAD, false) : Foreign.real(8, false);
                Foreign.dataset(id, name, type, List.of());
            }
            if (wrong.equals("c")) {
                Hdf5Calls.group(id, "c");
            }
        });
        byte[] before = Files.readAllBytes(file);

        Run.Failure failure = Run.fail(file, new Four(1, 2, 3, 4), new Four(5, 6, 7, 8));

        assertThat(failure.error().object()).isEqualTo("/" + wrong);
        assertThat(failure.error().safeRecords()).isZero();
        assertThat(file).hasBinaryContent(before);
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

        String number = "DATASET \"number\" { " + rows(INT32, 1) + " }";
        Run.fail(file, new Row(2, 0.5))
                .isAboutTheObject(
                        file,
                        "/value",
                        "GROUP \"/\" { " + number + " DATASET \"value\" { " + rows("H5T_IEEE_F64LE", 1) + " } }",
                        "GROUP \"/\" { " + number + " }",
                        0);

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

        Run.fail(FaceInternals.wrap(H5Writer.<H5Record>to(file), held::hold).scheduler(hdf5), records)
                .isAboutTheObject(file, "/value", "a number that H5T_STD_I32LE holds", "0.5", 39);
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
