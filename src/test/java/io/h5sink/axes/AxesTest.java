package io.h5sink.axes;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.ColumnSpec;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.Contents;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.judge.Xarray;
import io.h5sink.testing.Run;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.Reference;
import io.jhdf.object.datatype.VariableLength;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The axes of records are labelled, so that xarray and netCDF see a data set with coordinates. */
class AxesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final double[] WAVELENGTHS = {400.5, 500, 600};

    enum Sky {
        CLEAR,
        OVERCAST
    }

    record Wind(double speed, float[] gusts) {}

    record Part(int id, double mass) {}

    /** A component of every kind. */
    record Reading(
            Instant time,
            double temperature,
            Integer count,
            String text,
            boolean rain,
            Sky sky,
            LocalDate day,
            double[] spectrum,
            double[][] image,
            float[] position,
            int[] ragged,
            Part[] parts,
            Wind wind) {

        static Reading of(int i) {
            return new Reading(
                    START.plusSeconds(i),
                    i == 1 ? -999 : 20 + i,
                    i == 1 ? null : i,
                    "row " + i,
                    i % 2 == 0,
                    Sky.values()[i % 2],
                    LocalDate.of(2026, 1, 1).plusDays(i),
                    new double[] {i, i + 0.25, i + 0.5},
                    new double[][] {{i, 1}, {2, 3}},
                    new float[] {i, i},
                    new int[i],
                    new Part[] {new Part(i, i)},
                    new Wind(i, new float[] {i, 1}));
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private H5Writer.Builder<Reading> writer() {
        return H5Writer.<Reading>to(file)
                .axis("time")
                .column("temperature", c -> c.fill(-999).unit("degC").description("at 2 m"))
                .column("count", c -> c.fill(-1))
                .column("ragged", ColumnSpec::ragged)
                .column("spectrum", c -> c.axis(1, "wavelength", WAVELENGTHS, "nm"));
    }

    private static Flux<Reading> readings(int first, int count) {
        return Flux.range(first, count).map(Reading::of);
    }

    private static <T> T look(Path file, Function<Contents, T> look) {
        return Contents.of(file, false, look);
    }

    @Test
    void xarrayNamesTheAxesOfEveryColumn() {
        Run.write(writer(), readings(0, 3));

        assertThat(Listing.of(file)).isEqualTo("""
                /count: int32 fill=-1 [0, -1, 2]
                /day: int64 [20454, 20455, 20456]
                /dim_1: float32 [0.0]
                /dim_2: float32 [0.0, 0.0]
                /dim_2_2: float32 [0.0, 0.0]
                /image: float64[2, 2] [[[0.0, 1.0], [2.0, 3.0]], [[1.0, 1.0], [2.0, 3.0]], [[2.0, 1.0], [2.0, 3.0]]]
                /parts: {id: int32, mass: float64}[1] [[(0, 0.0)], [(1, 1.0)], [(2, 2.0)]]
                /position: float32[2] [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]
                /ragged: ragged int32 [[], [0], [0, 0]]
                /rain: bool [True, False, True]
                /sky: int8{CLEAR OVERCAST} [0, 1, 0]
                /spectrum: float64[3] [[0.0, 0.25, 0.5], [1.0, 1.25, 1.5], [2.0, 2.25, 2.5]]
                /temperature: float64 fill=-999.0 [20.0, -999.0, 22.0]
                /text: str ['row 0', 'row 1', 'row 2']
                /time: int64 [1767225600123456789, 1767225601123456789, 1767225602123456789]
                /wavelength: float64 [400.5, 500.0, 600.0]
                /wind/dim_2: float32 [0.0, 0.0]
                /wind/gusts: float32[2] [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]
                /wind/speed: float64 [0.0, 1.0, 2.0]
                """);
        Xarray.mustShow(file, "/", "*(f'{k}{v.dims} {v.dtype}' for k, v in sorted(ds.variables.items()))", """
                        count('time',) float64
                        day('time',) datetime64[ns]
                        image('time', 'dim_2', 'dim_2_2') float64
                        parts('time', 'dim_1') [('id', '<i4'), ('mass', '<f8')]
                        position('time', 'dim_2') float32
                        ragged('time',) object
                        rain('time',) bool
                        sky('time',) int8
                        spectrum('time', 'wavelength') float64
                        temperature('time',) float64
                        text('time',) object
                        time('time',) datetime64[ns]
                        wavelength('wavelength',) float64
                        """);
        Xarray.mustShow(file, "/", "*ds.coords, '/', dict(sorted(ds.dims.items()))", """
                time
                wavelength
                /
                {'dim_1': 1, 'dim_2': 2, 'dim_2_2': 2, 'time': 3, 'wavelength': 3}
                """);
    }

    @Test
    void xarrayDecodesTimesMasksFillValuesAndKnowsUnits() {
        Run.write(writer(), readings(0, 3));

        H5py seen = H5py.read(file);
        assertThat(seen.at("/time").attributes()).isEqualTo(Map.of("units", "nanoseconds since 1970-01-01"));
        assertThat(seen.at("/day").attributes()).isEqualTo(Map.of("units", "days since 1970-01-01"));
        assertThat(seen.at("/temperature").attributes())
                .isEqualTo(Map.of("_FillValue", "-999.0", "units", "degC", "long_name", "at 2 m"));
        assertThat(seen.at("/count").attributes()).isEqualTo(Map.of("_FillValue", "-1"));
        assertThat(seen.at("/wavelength").attributes()).isEqualTo(Map.of("units", "nm"));
        Xarray.mustShow(file, "/", "*ds.time.values, *ds.day.values", """
                2026-01-01T00:00:00.123456789
                2026-01-01T00:00:01.123456789
                2026-01-01T00:00:02.123456789
                2026-01-01T00:00:00.000000000
                2026-01-02T00:00:00.000000000
                2026-01-03T00:00:00.000000000
                """);
        Xarray.mustShow(file, "/", "ds.temperature.values, ds['count'].values", """
                [20. nan 22.]
                [ 0. nan  2.]
                """);
        Xarray.mustShow(file, "/", "*ds.text.values, ds.rain.values, ds.sky.values, *ds.ragged.values", """
                        row 0
                        row 1
                        row 2
                        [ True False  True]
                        [0 1 0]
                        []
                        [0]
                        [0 0]
                        """);
        Xarray.mustShow(
                file, "/", "sorted(ds.temperature.attrs.items()), ds.wavelength.attrs, ds.wavelength.values", """
                        [('long_name', 'at 2 m'), ('units', 'degC')]
                        {'units': 'nm'}
                        [400.5 500.  600. ]
                        """);
    }

    @Test
    void xarraySelectsByTimeAndByWavelength() {
        Run.write(writer(), readings(0, 100));

        try (H5Source h5 = H5Source.open(file)) {
            long first = 1_000_000_000L * START.getEpochSecond() + START.getNano();
            int seventh = Arrays.binarySearch(h5.dataset("time").read(long[].class), first + 7_000_000_000L);
            int at500 = Arrays.binarySearch(h5.dataset("wavelength").read(double[].class), 500);
            assertThat(h5.dataset("temperature").slice("" + seventh).read()).isEqualTo(27.0);
            assertThat(h5.dataset("spectrum").slice("98:, " + at500).read(double[].class))
                    .containsExactly(98.25, 99.25);
        }
        Xarray.mustShow(
                file,
                "/",
                "ds.sel(time='2026-01-01T00:00:07.123456789').temperature.item(),"
                        + " ds.spectrum.sel(time=slice('2026-01-01T00:01:38', None), wavelength=500).values",
                """
                        27.0
                        [98.25 99.25]
                        """);
    }

    @Test
    void columnsOfRecordsWithinTheRecordAreLabelledInTheirGroup() {
        Run.write(writer(), readings(0, 3));

        assertThat(Xarray.scales(file))
                .contains(
                        "/wind/speed: /time\n",
                        "/wind/gusts: /time /wind/dim_2\n",
                        "/wind/dim_2 is a scale of /wind/gusts 1\n");
        assertThat(H5py.read(file).values("/wind/gusts")).endsWith(2f, 1f);
        Xarray.mustShow(file, "/wind", "ds.speed.dims, ds.gusts.dims, ds.gusts.values[2]", """
                        ('time',)
                        ('time', 'dim_2')
                        [2. 1.]
                        """);
    }

    @Test
    void ncdumpShowsDimensionsAndCoordinates() {
        Run.write(writer(), readings(0, 3));

        assertThat(Tool.ncdump("-h", file).replaceAll("\\s+", " "))
                .contains("dimensions: dim_1 = 1 ; dim_2 = 2 ; dim_2_2 = 2 ; time = UNLIMITED ; // (3 currently)"
                        + " wavelength = 3 ; variables:")
                .contains("int count(time) ; count:_FillValue = -1 ;")
                .contains("double image(time, dim_2, dim_2_2) ;")
                .contains("float position(time, dim_2) ;")
                .contains("double spectrum(time, wavelength) ;")
                .contains("double temperature(time) ; temperature:_FillValue = -999. ;"
                        + " string temperature:units = \"degC\" ; string temperature:long_name = \"at 2 m\" ;")
                .contains("string text(time) ;")
                .contains("int64 time(time) ; string time:units = \"nanoseconds since 1970-01-01\" ;")
                .contains("double wavelength(wavelength) ; string wavelength:units = \"nm\" ;")
                .contains(
                        "group: wind { dimensions: dim_2 = 2 ; variables: float gusts(time, dim_2) ; double speed(time) ;");
        assertThat(Tool.ncdump("-v", "wavelength,position", file).replaceAll("\\s+", " "))
                .contains("position = 0, 0, 1, 1, 2, 2 ; wavelength = 400.5, 500, 600 ;");
    }

    @Test
    void h5pyFollowsTheScalesAndTheScalesTheirUses() {
        Run.write(writer(), readings(0, 3));

        assertThat(Xarray.scales(file)).isEqualTo("""
                /count: /time
                /day: /time
                /dim_1 is a scale of /parts 1
                /dim_2 is a scale of /image 1, /position 1
                /dim_2_2 is a scale of /image 2
                /image: /time /dim_2 /dim_2_2
                /parts: /time /dim_1
                /position: /time /dim_2
                /ragged: /time
                /rain: /time
                /sky: /time
                /spectrum: /time /wavelength
                /temperature: /time
                /text: /time
                /time is a scale of /count 0, /day 0, /image 0, /parts 0, /position 0, /ragged 0, /rain 0, /sky 0, \
                /spectrum 0, /temperature 0, /text 0, /wind/gusts 0, /wind/speed 0
                /wavelength is a scale of /spectrum 1
                /wind/dim_2 is a scale of /wind/gusts 1
                /wind/gusts: /time /wind/dim_2
                /wind/speed: /time
                """);
        String dimension = "This is a netCDF dimension but not a netCDF variable.         2";
        assertThat(List.of("/time CLASS", "/time NAME", "/dim_2 NAME"))
                .extracting(words -> look(
                        file,
                        contents ->
                                contents.value(contents.at(words.split(" ")[0]).getAttribute(words.split(" ")[1]))))
                .containsExactly("DIMENSION_SCALE", "time", dimension);
        DataType list = look(
                file,
                contents -> contents.at("/image").getAttribute("DIMENSION_LIST").getDataType());
        assertThat(list)
                .isInstanceOfSatisfying(
                        VariableLength.class,
                        type -> assertThat(type.getParent()).isInstanceOf(Reference.class));
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-a", "/time/CLASS", "-a", "/time/NAME", "-a", "/dim_2/NAME", file))
                    .contains("\"DIMENSION_SCALE\"", "\"time\"")
                    .contains("\"" + dimension + "\"");
            assertThat(Tool.h5dump("-N", "DIMENSION_LIST", file))
                    .contains("DATATYPE  H5T_VLEN { H5T_REFERENCE { H5T_STD_REF_OBJECT }}");
        }
    }

    @Test
    void aDimensionTakesNoSpace() {
        record Picture(Instant time, byte[] bytes) {}
        Run.write(file, new Picture(START, new byte[100_000]));

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("dim_100000").shape()).containsExactly(100_000L);
        }
        Foreign.make(
                file,
                false,
                id -> assertThat(Foreign.storedBytes(id, "dim_100000")).isZero());
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(f['dim_100000'].shape, f['dim_100000'].id.get_storage_size())
                    """, file)).isEqualTo("(100000,) 0\n");
        }
    }
}
