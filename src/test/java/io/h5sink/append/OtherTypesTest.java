package io.h5sink.append;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static io.h5sink.jhdf5.Foreign.Padding.SPACEPAD;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.Foreign.Member;
import io.h5sink.jhdf5.Foreign.Type;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Rows are appended to datasets of other types than ours if each value is the same there, and refused one by one if it is not. */
class OtherTypesTest {

    enum Colour {
        RED,
        GREEN
    }

    record Coloured(Colour c) {}

    record Fixed(@H5Field(length = 8) String c) {}

    record Point(long time, double temp, byte c) {}

    private static final Type INT16_BE = Foreign.integer(2, true, true);
    private static final Type UINT8 = Foreign.integer(1, false, false);
    private static final Type UINT64 = Foreign.integer(8, false, true);

    @TempDir
    Path directory;

    private static Object written(Object value) {
        return value instanceof Colour colour ? new Coloured(colour) : H5Record.of("c", value);
    }

    /** What the dataset has, what comes, and what is read back. */
    private static Arguments[] same() {
        return new Arguments[] {
            Arguments.of(Foreign.integer(4, true, true), List.of(1, -2, Integer.MAX_VALUE), "[1, -2, 2147483647]"),
            Arguments.of(Foreign.integer(8, true, false), List.of(1, -2), "[1, -2]"),
            Arguments.of(INT16_BE, List.of(-32768, 32767), "[-32768, 32767]"),
            Arguments.of(UINT8, List.of(0, 255), "[0, 255]"),
            Arguments.of(UINT8, List.of(0.0, 255.0), "[0, 255]"),
            Arguments.of(UINT64, List.of(0x1p63, 5.0), "[9223372036854775808, 5]"),
            Arguments.of(Foreign.real(4, true), List.of(0.5, -0.0, Double.NaN), "[0.5, -0.0, NaN]"),
            Arguments.of(Foreign.real(4, false), List.of(1 << 24, -3), "[1.6777216E7, -3.0]"),
            Arguments.of(Foreign.real(8, true), List.of(1f, 2.5f), "[1.0, 2.5]"),
            Arguments.of(
                    Foreign.real(8, false),
                    List.of(1L << 53, Long.MIN_VALUE),
                    "[9.007199254740992E15, -9.223372036854776E18]"),
            Arguments.of(Foreign.string(8, NULLPAD, false), List.of("", "12345678"), "[, 12345678]"),
            Arguments.of(Foreign.string(8, NULLTERM, true), List.of("ärger", "1234567"), "[ärger, 1234567]"),
            Arguments.of(Foreign.string(8, SPACEPAD, true), List.of(" a", "12345678"), "[ a, 12345678]"),
            Arguments.of(Foreign.string(0, NULLTERM, false), List.of("", "ascii"), "[, ascii]"),
            Arguments.of(Foreign.string(3, NULLPAD, false), List.of('a', 'b'), "[a, b]"),
            Arguments.of(
                    Foreign.enumeration("GREEN", "BLUE", "RED"), List.of(Colour.RED, Colour.GREEN), "[RED, GREEN]"),
            Arguments.of(Foreign.enumeration("FALSE", "TRUE"), List.of(true, false), "[TRUE, FALSE]"),
        };
    }

    @ParameterizedTest
    @MethodSource("same")
    void whatIsTheSameThere(Type type, List<Object> values, String expected) {
        for (boolean latest : new boolean[] {false, true}) {
            for (List<Integer> filters : List.of(List.<Integer>of(), List.of(2, 1))) {
                Path file = directory.resolve("data" + latest + filters.size() + ".h5");
                Foreign.make(file, latest, f -> Foreign.dataset(f, "c", type, filters));

                Run.write(
                        H5Writer.to(file).commitEvery(2),
                        Flux.fromIterable(values).map(OtherTypesTest::written));

                assertThat(read(file))
                        .as("latest: %s, filters: %s", latest, filters)
                        .isEqualTo(expected);
            }
        }
    }

    private static String read(Path file) {
        try (H5Source source = H5Source.open(file)) {
            return java.util.Arrays.toString(boxed(source.dataset("c").read()));
        }
    }

    private static Object[] boxed(Object array) {
        Object[] values = new Object[java.lang.reflect.Array.getLength(array)];
        for (int i = 0; i < values.length; i++) {
            values[i] = java.lang.reflect.Array.get(array, i);
        }
        return values;
    }

    /** What the dataset has, what comes first, what it cannot hold, and words of what is said. */
    private static Arguments[] different() {
        return new Arguments[] {
            Arguments.of(INT16_BE, 1, 32768, "a number that H5T_STD_I16BE holds", "32768"),
            Arguments.of(INT16_BE, 1.0, 0.5, "a number that H5T_STD_I16BE holds", "0.5"),
            Arguments.of(INT16_BE, 1.0, -0.0, "a number that H5T_STD_I16BE holds", "-0.0"),
            Arguments.of(UINT8, 1, -1, "a number that H5T_STD_U8LE holds", "-1"),
            Arguments.of(UINT8, 1L, 256L, "a number that H5T_STD_U8LE holds", "256"),
            Arguments.of(UINT64, 1.0, 0x1p64, "a number that H5T_STD_U64BE holds", "1.8446744073709552E19"),
            Arguments.of(Foreign.real(4, true), 1, (1 << 24) + 1, "without rounding", "1.6777217E7"),
            Arguments.of(Foreign.real(4, false), 1.0, 0.1, "H5T_IEEE_F32LE holds without rounding; as(FLOAT32)", "0.1"),
            Arguments.of(Foreign.real(8, true), 1L, (1L << 53) + 1, "H5T_IEEE_F64BE", "9007199254740993"),
            Arguments.of(Foreign.string(8, NULLTERM, true), "a", "12345678", "at most 7 bytes", "12345678"),
            Arguments.of(Foreign.string(8, NULLPAD, true), "a", "123456789", "at most 8 bytes", "123456789"),
            Arguments.of(Foreign.string(8, NULLPAD, false), "a", "ä", "a string of ASCII", "ä"),
            Arguments.of(Foreign.string(0, NULLTERM, false), "a", "ä", "a string of ASCII", "ä"),
            Arguments.of(Foreign.string(8, SPACEPAD, true), "a", "a ", "does not end with a space", "a "),
        };
    }

    @ParameterizedTest
    @MethodSource("different")
    void whatIsAnotherValueThereStopsTheStreamBehindTheRecordsBefore(
            Type type, Object first, Object bad, String expected, String actual) {
        for (boolean latest : new boolean[] {false, true}) {
            Path file = directory.resolve("data" + latest + ".h5");
            Foreign.make(file, latest, f -> Foreign.dataset(f, "c", type, List.of()));

            Run.Failure failure =
                    Run.fail(file, H5Record.of("c", first), H5Record.of("c", first), H5Record.of("c", bad));

            assertThat(failure.error().object()).isEqualTo("/c");
            assertThat(failure.error().expected()).contains(expected);
            assertThat(failure.error().actual()).contains(actual);
            assertThat(failure.error().safeRecords()).isEqualTo(2);
            try (H5Source source = H5Source.open(file)) {
                assertThat(source.dataset("c").shape()).containsExactly(2L);
            }
        }
    }

    @Test
    void aDeclaredLengthThatJustDoesNotFit() {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, true, f -> Foreign.dataset(f, "c", Foreign.string(8, NULLTERM, true), List.of()));

        Run.fail(file, new Fixed("1234567"), new Fixed("12345678"));

        assertThat(read(file)).isEqualTo("[1234567]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void compoundsWithGapsAndInAnotherOrder(boolean latest) {
        Path file = directory.resolve("data.h5");
        Type type = Foreign.compound(
                32,
                new Member("c", 30, Foreign.integer(1, true, false)),
                new Member("temp", 4, Foreign.real(4, true)),
                new Member("time", 16, Foreign.integer(8, true, true)));
        Foreign.make(file, latest, f -> Foreign.dataset(f, "table", type, List.of()));

        Run.fail(
                H5Writer.<Object>to(file).layout(Layout.TABLE),
                new Point(1, 2.5, (byte) 3),
                new Point(-4, -5.0, (byte) -6),
                new Point(7, 0.1, (byte) 8));

        try (H5Source source = H5Source.open(file)) {
            assertThat((Object[]) source.dataset("table").read())
                    .containsExactly(
                            Map.of("time", 1L, "temp", 2.5f, "c", (byte) 3),
                            Map.of("time", -4L, "temp", -5f, "c", (byte) -6));
        }
    }

    @Test
    void sequencesOfOtherNumbers() {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, true, f -> Foreign.dataset(f, "c", Foreign.sequence(INT16_BE), List.of()));
        H5Writer.Builder<Object> writer = H5Writer.<Object>to(file).column("c", c -> c.ragged(Ragged.SEQUENCE));

        Run.fail(writer, H5Record.of("c", new int[] {1, 2}), H5Record.of("c", new int[0]), H5Record.of("c", new int[] {
            3, 40000
        }));

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset("c").read()).isEqualTo(new short[][] {{1, 2}, {}});
        }
    }

    @Test
    void whatIsExpectedIsNeverWhatIsThere() {
        Path file = directory.resolve("data.h5");
        Type odd = Foreign.compound(24, new Member("time", 8, () -> {
            long type = Foreign.integer(8, true, false).make();
            hdf.hdf5lib.H5.H5Tset_precision(type, 40);
            return type;
        }));
        Foreign.make(file, true, f -> Foreign.dataset(f, "table", odd, List.of()));

        Run.Failure failure = Run.fail(H5Writer.<Object>to(file).layout(Layout.TABLE), new Point(1, 2, (byte) 3));

        assertThat(failure.error().expected()).isNotEqualTo(failure.error().actual());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFilterThatIsNotHere(boolean latest) throws IOException {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, latest, f -> Foreign.dataset(f, "c", INT16_BE, List.of(32008)));
        byte[] before = Files.readAllBytes(file);

        Run.fail(file, H5Record.of("c", 1))
                .isAboutTheObject(
                        file,
                        "/c",
                        "a filter that is here to compress new rows, in " + io.h5sink.jhdf5.Library.describe()
                                + " or in Java",
                        "filter 32008",
                        0)
                .mentions("HDF5_PLUGIN_PATH", "h5repack -f NONE");

        assertThat(file).hasBinaryContent(before);
    }
}
