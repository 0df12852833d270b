package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.StoredType;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Run;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Null is the declared fill value, which is the dataset's own, or else an error. */
class FillTest {

    enum Colour {
        RED,
        GREEN
    }

    record Filled(
            @H5Field(fill = "-1") @Nullable Integer int32,
            @H5Field(fill = "NaN") OptionalDouble float64,
            @H5Field(fill = "-9") OptionalInt optionalInt,
            @H5Field(fill = "-9") OptionalLong optionalLong,

            @H5Field(as = StoredType.FLOAT16, fill = "NaN") @Nullable
            Double float16,

            @H5Field(as = StoredType.UINT8, fill = "255") @Nullable
            Integer uint8,

            @H5Field(unsigned = true, fill = "18446744073709551615") @Nullable
            Long uint64,

            @H5Field(fill = "false") @Nullable Boolean truth,
            @H5Field(fill = "?") @Nullable Character letter,
            @H5Field(fill = "GREEN") @Nullable Colour colour,
            @H5Field(fill = "") @Nullable String text,
            @H5Field(fill = "n/a", length = 4) @Nullable String fixed,

            @H5Field(fill = "00000000-0000-0000-0000-000000000000") @Nullable
            UUID id,

            @H5Field(fill = "-9223372036854775808") @Nullable
            Instant time,

            @H5Field(fill = "-1") Optional<LocalDate> date,
            @H5Field(fill = "NaN") @Nullable Float @Nullable [] vector) {

        static final Filled NOTHING = new Filled(
                null,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Optional.empty(),
                null);

        static final Filled ALL = new Filled(
                1,
                OptionalDouble.of(0.5),
                OptionalInt.of(2),
                OptionalLong.of(3),
                0.25,
                4,
                5L,
                true,
                'x',
                Colour.RED,
                "t",
                "four",
                new UUID(1, 1),
                Instant.EPOCH,
                Optional.of(LocalDate.EPOCH),
                new Float[] {1f, null});
    }

    @TempDir
    Path directory;

    @Test
    void ofEachTypeInARecord() {
        Path file = directory.resolve("data.h5");

        Run.write(file, Filled.ALL, Filled.NOTHING);

        assertThat(Listing.of(file)).isEqualTo("""
                /colour: int8{RED GREEN} fill=1 [0, 1]
                /date: int64 fill=-1 [0, -1]
                /fixed: str4 fill='n/a' ['four', 'n/a']
                /float16: float16 fill=nan [0.25, nan]
                /float64: float64 fill=nan [0.5, nan]
                /id: str36 fill='00000000-0000-0000-0000-000000000000' \
                ['00000000-0000-0001-0000-000000000001', '00000000-0000-0000-0000-000000000000']
                /int32: int32 fill=-1 [1, -1]
                /letter: str3 fill='?' ['x', '?']
                /optionalInt: int32 fill=-9 [2, -9]
                /optionalLong: int64 fill=-9 [3, -9]
                /text: str fill='' ['t', '']
                /time: int64 fill=-9223372036854775808 [0, -9223372036854775808]
                /truth: bool fill=False [True, False]
                /uint64: uint64 fill=18446744073709551615 [5, 18446744073709551615]
                /uint8: uint8 fill=255 [4, 255]
                /vector: float32[2] fill=nan [[1.0, nan], [nan, nan]]
                """);
    }

    @Test
    void ofTheFirstRecordToo() {
        record Few(
                @H5Field(fill = "-1") @Nullable Integer a,
                @H5Field(fill = "x") Optional<String> b,
                @H5Field(fill = "RED") @Nullable Colour c) {}
        Path file = directory.resolve("data.h5");

        Run.write(file, new Few(null, Optional.empty(), null), new Few(2, Optional.of("two"), Colour.GREEN));

        assertThat(Listing.of(file)).isEqualTo("""
                /a: int32 fill=-1 [-1, 2]
                /b: str fill='x' ['x', 'two']
                /c: int8{RED GREEN} fill=0 [0, 1]
                """);
    }

    private static Map<String, Object> map(@Nullable Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return Collections.unmodifiableMap(map);
    }

    @Test
    void ofNames() {
        Path file = directory.resolve("data.h5");
        H5Writer.Builder<Object> writer = H5Writer.<Object>to(file)
                .column("a", c -> c.fill(-1))
                .column("b/c", c -> c.as(StoredType.FLOAT32).fill(Float.NaN))
                .column("d", c -> c.length(3).fill("-"))
                .column("e", c -> c.fill(Duration.ZERO))
                .column("f", c -> c.fill(Colour.GREEN))
                .column("g", c -> c.fill(""))
                .column("h", c -> c.fill(7));

        Run.write(
                writer,
                Flux.just(
                        map(
                                "a",
                                1,
                                "b/c",
                                null,
                                "d",
                                null,
                                "e",
                                Duration.ofNanos(1),
                                "f",
                                Colour.RED,
                                "g",
                                "x",
                                "h",
                                OptionalInt.empty()),
                        map("a", null, "b/c", 0.5, "d", "abc", "e", null, "f", null, "g", null, "h", 8),
                        H5Record.of("a", OptionalInt.empty()).and("g", Optional.empty()),
                        map("b", map("c", null), "g", new StringBuilder("y"))));

        assertThat(Listing.of(file)).isEqualTo("""
                /a: int32 fill=-1 [1, -1, -1]
                /b/c: float32 fill=nan [nan, 0.5, nan]
                /d: str3 fill='-' ['-', 'abc']
                /e: int64 fill=0 [1, 0]
                /f: int8{RED GREEN} fill=1 [0, 1]
                /g: str fill='' ['x', '', '', 'y']
                /h: int32 fill=7 [7, 8]
                """);
    }

    record Inner(
            @H5Field(fill = "-1") int x,
            @H5Field(fill = "none") @Nullable String text) {}

    record Middle(
            @Nullable Inner inner, @H5Field(fill = "NaN") double y) {}

    record Outer(@Nullable Middle middle, Optional<Inner> maybe) {}

    @Test
    void standsForEveryComponentOfARecordThatIsNull() {
        Path file = directory.resolve("data.h5");

        Run.write(
                file,
                new Outer(new Middle(new Inner(1, null), 0.5), Optional.of(new Inner(2, "a"))),
                new Outer(new Middle(null, 1.5), Optional.empty()),
                new Outer(null, Optional.of(new Inner(3, "b"))));

        assertThat(Listing.of(file)).isEqualTo("""
                /maybe/text: str fill='none' ['a', 'none', 'b']
                /maybe/x: int32 fill=-1 [2, -1, 3]
                /middle/inner/text: str fill='none' ['none', 'none', 'none']
                /middle/inner/x: int32 fill=-1 [1, -1, -1]
                /middle/y: float64 fill=nan [0.5, 1.5, nan]
                """);
    }

    @Test
    void ofElementsOfArraysAndCollections() {
        Path file = directory.resolve("data.h5");

        Run.write(
                H5Writer.<Object>to(file)
                        .column("a", c -> c.fill(-1))
                        .column("b", c -> c.fill("?"))
                        .column("c", c -> c.ragged().fill(0)),
                Flux.just(
                        map(
                                "a",
                                new Integer[][] {{1, null}, {null, 4}},
                                "b",
                                List.of("x", Optional.empty()),
                                "c",
                                new Long[] {null}),
                        map("a", null, "b", null, "c", Arrays.asList(1L, null))));

        assertThat(Listing.of(file)).isEqualTo("""
                /a: int32[2, 2] fill=-1 [[[1, -1], [-1, 4]], [[-1, -1], [-1, -1]]]
                /b: str[2] fill='?' [['x', '?'], ['?', '?']]
                /c: ragged int64 [[0], [1, 0]]
                """);
    }

    @Test
    void withoutOneNullIsAnErrorAlsoInARecordWithin() {
        record Position(double x) {}
        record Row(@Nullable Position position) {}
        Path file = directory.resolve("data.h5");

        Run.fail(file, new Row(new Position(1)), new Row(null))
                .isAboutTheObject(file, "/position", "a " + Position.class.getTypeName(), "null", 1);
        Run.fail(
                        H5Writer.<Object>to(file).group("g").column("a", c -> c.ragged()),
                        map("a", new int[0]),
                        map("a", null))
                .isAboutTheObject(file, "/g/a", "ragged int32 (N,)", "null", 1);
    }

    private static Arguments[] misfits() {
        return new Arguments[] {
            Arguments.of(1, "x", "int32 (N,) for its fill value", "java.lang.String x"),
            Arguments.of(1, "1.5", "int32 (N,) for its fill value", "java.lang.String 1.5"),
            Arguments.of(1, 1.5, "an integer from -2147483648 to 2147483647, for int32 (N,)", "1.5"),
            Arguments.of(1, Double.NaN, "an integer from -2147483648 to 2147483647, for int32 (N,)", "NaN"),
            Arguments.of((byte) 1, 128, "an integer from -128 to 127, for int8 (N,)", "128"),
            Arguments.of(true, "yes", "bool (N,) for its fill value", "java.lang.String yes"),
            Arguments.of(true, 1, "bool (N,)", "java.lang.Integer 1"),
            Arguments.of(Colour.RED, "BLUE", "enum{RED, GREEN} (N,) for its fill value", "java.lang.String BLUE"),
            Arguments.of(
                    Instant.EPOCH,
                    Double.NaN,
                    "an integer from -9223372036854775808 to 9223372036854775807, for int64 (N,)",
                    "NaN"),
            Arguments.of(Instant.EPOCH, "noon", "int64 (N,) for its fill value", "java.lang.String noon"),
            Arguments.of(new UUID(0, 0), "0", "UTF-8 string of 36 bytes (N,) for its fill value", "java.lang.String 0"),
            Arguments.of("a", 1, "variable-length UTF-8 string (N,) for its fill value", "java.lang.Integer 1"),
            Arguments.of("a", "\0", "a string without NUL", "NUL at index 0"),
        };
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void thatDoesNotFitIsAnError(Object value, Object fill, String expected, String actual) {
        Path file = directory.resolve("data.h5");

        Run.fail(H5Writer.<Object>to(file).column("a", c -> c.fill(fill)), Map.of("a", value))
                .isAboutTheObject(file, "/a", expected, actual, 0);
    }

    @Test
    void ofUnsignedColumnsIsTheNumberOrItsBitsInJava() {
        Path file = directory.resolve("data.h5");
        H5Writer.Builder<Object> writer = H5Writer.to(file);
        Map<String, Object> fills = Map.of("a", (byte) -1, "b", 255, "c", -1L, "d", BigInteger.TWO.pow(63));
        fills.forEach((name, fill) -> writer.column(name, c -> c.unsigned().fill(fill)));

        Run.write(
                writer,
                Flux.just(
                        map("a", (byte) 1, "b", (byte) 1, "c", 1L, "d", 1L),
                        map("a", null, "b", null, "c", null, "d", null)));

        assertThat(Listing.of(file)).isEqualTo("""
                /a: uint8 fill=255 [1, 255]
                /b: uint8 fill=255 [1, 255]
                /c: uint64 fill=18446744073709551615 [1, 18446744073709551615]
                /d: uint64 fill=9223372036854775808 [1, 9223372036854775808]
                """);
    }

    @Test
    void isWhatH5dumpShows() {
        Path file = directory.resolve("data.h5");
        Run.write(H5Writer.<Object>to(file).column("a", c -> c.fill(-1)), Flux.just(Map.of("a", 1)));

        assertThat(Tool.h5dump("-p", "-H", "-d", "/a", file))
                .contains("FILLVALUE")
                .containsPattern("VALUE +-1");
    }

    @Test
    void isRefusedIfHdf5HasNoPlaceForSoLongAValue() {
        Path file = directory.resolve("data.h5");

        Run.fail(H5Writer.<Object>to(file).column("a", c -> c.length(65_530).fill("x")), Map.of("a", "y"))
                .isAboutTheObject(
                        file,
                        "/a",
                        "a fill value of at most 65529 bytes, for which HDF5 has a place",
                        "one of 65530",
                        0);
        Run.write(
                H5Writer.<Object>to(directory.resolve("longest.h5"))
                        .column("a", c -> c.length(65_529).fill("x")),
                Flux.just(Map.of("a", "y")));

        assertThat(Listing.of(directory.resolve("longest.h5"))).contains("fill=");
    }
}
