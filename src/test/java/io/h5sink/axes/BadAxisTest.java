package io.h5sink.axes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Axes that no data set can have. */
class BadAxisTest {

    private static final double[] WAVELENGTHS = {400.5, 500, 600};

    record Reading(Instant time, double[] spectrum, double[] dark, int station) {
        static Reading first() {
            return new Reading(Instant.EPOCH, new double[3], new double[3], 7);
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private H5Writer.Builder<Object> writer() {
        return H5Writer.to(file);
    }

    private void fails(H5Writer.Builder<Object> writer, String object, String expected, String actual) {
        Run.fail(writer, Reading.first()).isAboutTheObject(file, object, expected, actual, 0);
    }

    @Test
    void anAxisMustBeAcomponent() {
        fails(
                writer().axis("times"),
                "/times",
                "a component of that name, to label the first axis of the others",
                "a record of time, spectrum, dark, station");
    }

    @Test
    void anAxisMustHaveOneValueArow() {
        fails(
                writer().group("/run").axis("dark"),
                "/run/dark",
                "one value a row, to label the first axis of the others",
                "float64 (N, 3)");
    }

    @Test
    void theValuesMustBeAsManyAsTheAxisIsLong() {
        fails(
                writer().column("dark", c -> c.axis(1, "wavelength", new double[] {1, 2})),
                "/dark",
                "2 elements along axis 1, \"wavelength\"",
                "3");
    }

    @Test
    void theArrayMustHaveTheAxis() {
        fails(
                writer().column("dark", c -> c.axis(2, "wavelength", WAVELENGTHS)),
                "/dark",
                "an array with an axis 2, \"wavelength\"",
                "float64 (N, 3)");
        fails(
                writer().column("station", c -> c.axis(1, "wavelength", WAVELENGTHS)),
                "/station",
                "an array with an axis 1, \"wavelength\"",
                "int32 (N,)");
    }

    @Test
    void columnsThatShareAnAxisMustAgreeOnItsValuesAndUnit() {
        String expected = "for the axis \"wavelength\" the values and the unit that spectrum has for it";
        fails(
                writer().column("spectrum", c -> c.axis(1, "wavelength", WAVELENGTHS, "nm"))
                        .column("dark", c -> c.axis(1, "wavelength", new double[] {1, 2, 3}, "nm")),
                "/dark",
                expected,
                "others");
        fails(
                writer().column("spectrum", c -> c.axis(1, "wavelength", WAVELENGTHS, "nm"))
                        .column("dark", c -> c.axis(1, "wavelength", WAVELENGTHS, "m")),
                "/dark",
                expected,
                "others");
    }

    @Test
    void anAxisMustNotBeNamedAfterAcomponent() {
        fails(
                writer().column("dark", c -> c.axis(1, "station", WAVELENGTHS)),
                "/dark",
                "a name for the values of an axis that no component has",
                "station");
    }

    static Stream<Object> otherValues() {
        return Stream.of(
                List.of(new double[] {400.5, 501, 600}, "501.0 at index 1 of the axis", "500.0"),
                List.of(
                        new float[] {400.5f, 500, 600},
                        "DATASET \"/wavelength\" { DATATYPE H5T_IEEE_F32LE DATASPACE SIMPLE { ( 3 ) / ( 3 ) } }",
                        "DATASET \"/wavelength\" { DATATYPE H5T_IEEE_F64LE DATASPACE SIMPLE { ( 3 ) / ( 3 ) } }"));
    }

    @ParameterizedTest
    @MethodSource("otherValues")
    void valuesInTheFileMustBeTheDeclaredOnes(List<Object> other) {
        Run.write(writer().column("dark", c -> c.axis(1, "wavelength", WAVELENGTHS)), Flux.just(Reading.first()));

        fails(
                writer().column("dark", c -> c.axis(1, "wavelength", other.get(0))),
                "/wavelength",
                (String) other.get(1),
                (String) other.get(2));
        assertThat(H5py.read(file).values("/station")).as("nothing is written").containsExactly(7);
    }

    @Test
    void namesInTheFileMustBeTheDeclaredOnes() {
        Run.write(
                writer().column("dark", c -> c.axis(1, "colour", List.of("a", "b", "ü"))), Flux.just(Reading.first()));

        fails(
                writer().column("dark", c -> c.axis(1, "colour", List.of("a", "b", "c"))),
                "/colour",
                "\"c\" at index 2 of the axis",
                "\"ü\"");
    }

    @Test
    void whatIsInTheFileMustBeAnAxis() {
        Run.write(file, H5Record.of("wavelength/group", 1).and("dim_3", 1.5));

        fails(
                writer().column("dark", c -> c.axis(1, "wavelength", WAVELENGTHS)),
                "/wavelength",
                "DATASET \"/wavelength\" { DATATYPE H5T_IEEE_F64LE DATASPACE SIMPLE { ( 3 ) / ( 3 ) } }",
                "GROUP \"/wavelength\"");
        fails(
                writer(),
                "/dim_3",
                "DATASET \"/dim_3\" { DATATYPE H5T_IEEE_F32LE DATASPACE SIMPLE { ( 3 ) / ( 3 ) } }",
                "DATASET \"/dim_3\" { DATATYPE H5T_IEEE_F64LE DATASPACE SIMPLE { ( 1 ) / ( H5S_UNLIMITED ) } }");
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/dim_3", "/wavelength/group");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a//b", "..", "nul\0", "a/b"})
    void theBuilderChecksNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer().axis(name))
                .withMessageStartingWith("axis");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer().column("dark", c -> c.axis(1, name, WAVELENGTHS)))
                .withMessageStartingWith("axis");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 32})
    void theBuilderChecksNumbersOfAxes(int axis) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer().column("dark", c -> c.axis(axis, "wavelength", WAVELENGTHS)))
                .withMessage("axis must be from 1 to 31, was " + axis);
    }

    static Stream<Object> noValues() {
        return Stream.of(
                new double[0],
                List.of(),
                1.5,
                "text",
                new boolean[] {true},
                new double[1][1],
                List.of(1, "a"),
                new Object());
    }

    @ParameterizedTest
    @MethodSource("noValues")
    void theBuilderChecksValues(Object values) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer().column("dark", c -> c.axis(1, "wavelength", values)))
                .withMessageStartingWith("axis: wavelength: expected ");
    }
}
