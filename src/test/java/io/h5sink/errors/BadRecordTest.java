package io.h5sink.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that cannot be stored ends the stream; the records before it are in the file, whole. */
class BadRecordTest {

    record Reading(int number, @Nullable Object value, String text) {}

    private static final String STORABLE =
            "a number, boolean, character, string, enum constant, UUID, time or record, or an"
                    + " array, collection or buffer of them";
    private static final String FIRST_FIXES =
            "an array with elements, whose shape the first record fixes, or a column that is declared ragged";
    private static final String INSTANTS = "an instant within int64 nanoseconds of 1970, 1677-09-21 to 2262-04-11";

    private static final double[][] MATRIX = {{1, 2, 3}, {4, 5, 6}};

    @TempDir
    Path directory;

    /** A good value, a bad one after it, what was expected and what came. */
    static Arguments[] laterValues() {
        return new Arguments[] {
            Arguments.of(new float[3], new float[2], "float32 (N, 3)", "float[2]"),
            Arguments.of(new float[3], new float[4], "float32 (N, 3)", "float[4]"),
            Arguments.of(new float[3], new float[0], "float32 (N, 3)", "float[0]"),
            Arguments.of(new float[3], new double[3], "float32 (N, 3)", "double[3]"),
            Arguments.of(new float[3], new int[3], "float32 (N, 3)", "int[3]"),
            Arguments.of(new float[3], new float[3][1], "float32 (N, 3)", "float[3][1]"),
            Arguments.of(new float[3], 1f, "float32 (N, 3)", "java.lang.Float 1.0"),
            Arguments.of(new float[3], new Float[3], "float32 (N, 3)", "null"),
            Arguments.of(new char[3], new char[2], "UTF-8 string of 3 bytes (N, 3)", "char[2]"),
            Arguments.of(MATRIX, new double[3][3], "float64 (N, 2, 3)", "double[3][3]"),
            Arguments.of(MATRIX, new double[2][4], "float64 (N, 2, 3)", "double[2][4]"),
            Arguments.of(
                    MATRIX, new double[][] {{1, 2, 3}, {4, 5}}, "float64 (N, 2, 3)", "double[2][of unequal lengths]"),
            Arguments.of(
                    MATRIX, new double[][] {{1, 2, 3}, null}, "float64 (N, 2, 3)", "double[2][of unequal lengths]"),
            Arguments.of(
                    MATRIX, new double[][] {null, {4, 5, 6}}, "float64 (N, 2, 3)", "double[2][of unequal lengths]"),
            Arguments.of(MATRIX, new double[][] {null, null}, "float64 (N, 2, 3)", "double[2][of unequal lengths]"),
            Arguments.of(MATRIX, new double[6], "float64 (N, 2, 3)", "double[6]"),
            Arguments.of(MATRIX, new long[2][3], "float64 (N, 2, 3)", "long[2][3]"),
            Arguments.of(1, 1L << 31, "int32 (N,)", "java.lang.Long 2147483648"),
            Arguments.of(1, 1.5, "int32 (N,)", "java.lang.Double 1.5"),
            Arguments.of(1, true, "int32 (N,)", "java.lang.Boolean true"),
            Arguments.of(1, 'a', "int32 (N,)", "java.lang.Character a"),
            Arguments.of(1, "1", "int32 (N,)", "java.lang.String 1"),
            Arguments.of(1, new int[1], "int32 (N,)", "int[1]"),
            Arguments.of(1, BigDecimal.ONE, "int32 (N,)", "java.math.BigDecimal 1"),
            Arguments.of((short) 1, 1 << 15, "int16 (N,)", "java.lang.Integer 32768"),
            Arguments.of((byte) 1, (short) 128, "int8 (N,)", "java.lang.Short 128"),
            Arguments.of(1f, (1 << 24) + 1, "float32 (N,)", "java.lang.Integer 16777217"),
            Arguments.of(1f, 0.1, "float32 (N,)", "java.lang.Double 0.1"),
            Arguments.of(1.0, (1L << 53) + 1, "float64 (N,)", "java.lang.Long 9007199254740993"),
            Arguments.of(1.0, "1", "float64 (N,)", "java.lang.String 1"),
            Arguments.of(true, 1, "bool (N,)", "java.lang.Integer 1"),
            Arguments.of('a', "a", "UTF-8 string of 3 bytes (N,)", "java.lang.String a"),
            Arguments.of('a', '\uD83D', "a character that has UTF-8 of its own", "half of a surrogate pair, U+D83D"),
            Arguments.of(
                    new char[1],
                    new char[] {'\uDE00'},
                    "a character that has UTF-8 of its own",
                    "half of a surrogate pair, U+DE00"),
            Arguments.of("a", 1, "variable-length UTF-8 string (N,)", "java.lang.Integer 1"),
            Arguments.of("a", "a\0b", "a string without NUL", "NUL at index 1"),
            Arguments.of("a", "ab\uD83D", "well-formed UTF-16", "an unpaired surrogate at index 2"),
            Arguments.of("a", "\uDE00\uD83D", "well-formed UTF-16", "an unpaired surrogate at index 0"),
            Arguments.of("a", "\uD83Dx", "well-formed UTF-16", "an unpaired surrogate at index 0"),
            Arguments.of(
                    Extremes.Colour.RED, Thread.State.NEW, "enum{RED, GREEN, BLUE} (N,)", "java.lang.Thread$State NEW"),
            Arguments.of(Extremes.Colour.RED, "RED", "enum{RED, GREEN, BLUE} (N,)", "java.lang.String RED"),
            Arguments.of(Instant.EPOCH, 0L, "int64 (N,)", "java.lang.Long 0"),
            Arguments.of(Instant.EPOCH, Instant.MAX, INSTANTS, "+1000000000-12-31T23:59:59.999999999Z"),
            Arguments.of(Instant.EPOCH, Instant.MIN, INSTANTS, "-1000000000-01-01T00:00:00Z"),
            Arguments.of(
                    Instant.EPOCH,
                    Instant.parse("2262-04-11T23:47:16.854775808Z"),
                    INSTANTS,
                    "2262-04-11T23:47:16.854775808Z"),
            Arguments.of(
                    Instant.EPOCH,
                    Instant.parse("1677-09-21T00:12:43.145224192Z"),
                    INSTANTS,
                    "1677-09-21T00:12:43.145224192Z"),
            Arguments.of(1, null, "int32 (N,)", "null"),
            Arguments.of("a", null, "variable-length UTF-8 string (N,)", "null"),
            Arguments.of(new int[2], null, "int32 (N, 2)", "null"),
            Arguments.of(MATRIX, null, "float64 (N, 2, 3)", "null"),
        };
    }

    /** A value that no column could hold, what was expected and what came. */
    private static Arguments[] firstValues() {
        return new Arguments[] {
            Arguments.of(null, STORABLE, "null"),
            Arguments.of(Thread.currentThread(), STORABLE, "java.lang.Thread"),
            Arguments.of(
                    BigDecimal.ONE,
                    STORABLE,
                    "java.math.BigDecimal 1, which no HDF5 type holds; make it a double, a long or a String"),
            Arguments.of(new Object(), STORABLE, "java.lang.Object"),
            Arguments.of(new Object[] {new Object()}, STORABLE, "java.lang.Object[1]"),
            Arguments.of(new Integer[0], FIRST_FIXES, "java.lang.Integer[0]"),
            Arguments.of(new String[] {"a", "b\0"}, "a string without NUL", "NUL at index 1"),
            Arguments.of(new int[1][1][0], FIRST_FIXES, "int[1][1][0]"),
            Arguments.of(new ArrayList<>(), FIRST_FIXES, "java.util.ArrayList[0]"),
            Arguments.of(new int[0], FIRST_FIXES, "int[0]"),
            Arguments.of(new int[0][3], FIRST_FIXES, "int[0]"),
            Arguments.of(new int[3][0], FIRST_FIXES, "int[3][0]"),
            Arguments.of(new int[][] {null}, FIRST_FIXES, "int[1][of unequal lengths]"),
            Arguments.of(new int[][] {{1}, {1, 2}}, "int32 (N, 2, 1)", "int[2][of unequal lengths]"),
            Arguments.of("\0", "a string without NUL", "NUL at index 0"),
            Arguments.of(Instant.MAX, INSTANTS, "+1000000000-12-31T23:59:59.999999999Z"),
        };
    }

    @ParameterizedTest
    @MethodSource("laterValues")
    void aLaterComponentOfARecord(Object good, @Nullable Object bad, String expected, String actual) {
        Path file = directory.resolve("data.h5");

        Run.fail(file, new Reading(1, good, "one"), new Reading(2, good, "two"), new Reading(3, bad, "three"))
                .isAboutTheObject(file, "/value", expected, actual, 2);

        H5py seen = H5py.read(file);
        assertThat(seen.values("/number")).containsExactly(1, 2);
        assertThat(seen.values("/text")).containsExactly("one", "two");
        assertThat(seen.at("/value").shape()).startsWith("(2,");
    }

    @ParameterizedTest
    @MethodSource("laterValues")
    void aLaterValueOfAMap(Object good, @Nullable Object bad, String expected, String actual) {
        Path file = directory.resolve("data.h5");

        Run.fail(file, map("a", 1, "value", good), map("a", 2, "value", good), map("value", bad, "a", 3))
                .isAboutTheObject(file, "/value", expected, actual, 2);

        H5py seen = H5py.read(file);
        assertThat(seen.values("/a")).containsExactly(1, 2);
        assertThat(seen.at("/value").shape()).startsWith("(2,");
    }

    @ParameterizedTest
    @MethodSource("firstValues")
    void aComponentOfTheFirstRecord(@Nullable Object bad, String expected, String actual) {
        Path file = directory.resolve("data.h5");

        Run.fail(file, new Reading(1, bad, "one")).isAboutTheObject(file, "/value", expected, actual, 0);

        assertThat(H5py.read(file).datasets()).isEmpty();
    }

    @Test
    void aMapAsAComponentOfARecord() {
        Path file = directory.resolve("data.h5");

        Run.fail(file, new Reading(1, new LinkedHashMap<>(), "one"))
                .isAboutTheObject(file, "/value", STORABLE, "java.util.LinkedHashMap", 0);
    }

    @ParameterizedTest
    @MethodSource("firstValues")
    void aNameThatAppearsLate(@Nullable Object bad, String expected, String actual) {
        Path file = directory.resolve("data.h5");

        Run.fail(
                        H5Writer.to(file).group("g"),
                        H5Record.of("a", 1),
                        H5Record.of("a", 2).and("b", "x"),
                        map("a", 3, "value", bad))
                .isAboutTheObject(file, "/g/value", expected, actual, 2);

        H5py seen = H5py.read(file);
        assertThat(seen.datasets()).containsOnlyKeys("/g/a", "/g/b");
        assertThat(seen.values("/g/a")).containsExactly(1, 2);
        assertThat(seen.values("/g/b")).containsExactly("x");
    }

    @Test
    void aBadRecordAfterManyChunksAndCommitsLeavesAllBeforeIt() {
        Path file = directory.resolve("data.h5");
        Object[] records = new Object[1001];
        java.util.Arrays.setAll(records, i -> H5Record.of("a", i).and("b/" + i % 3, "text " + i));
        records[1000] = H5Record.of("a", 1000).and("b/0", 7).and("c", 1);

        Run.fail(H5Writer.to(file).chunkRows(16).commitEvery(300), records)
                .isAboutTheObject(file, "/b/0", "variable-length UTF-8 string (N,)", "java.lang.Integer 7", 1000);

        H5py seen = H5py.read(file);
        assertThat(seen.datasets()).containsOnlyKeys("/a", "/b/0", "/b/1", "/b/2");
        assertThat(seen.values("/a")).hasSize(1000).endsWith(998, 999);
        assertThat(seen.values("/b/0")).hasSize(334).endsWith("text 996", "text 999");
        assertThat(seen.values("/b/1")).hasSize(333).endsWith("text 997");
        assertThat(seen.values("/b/2")).hasSize(333).endsWith("text 998");
    }

    private static Map<String, Object> map(
            String firstName, @Nullable Object first, String secondName, @Nullable Object second) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(firstName, first);
        map.put(secondName, second);
        return Collections.unmodifiableMap(map);
    }
}
