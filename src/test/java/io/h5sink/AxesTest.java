package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
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

    private String xarray(String show) {
        return Xarray.show(file, "/", show);
    }

    @Test
    void xarrayNamesTheAxesOfEveryColumn() {
        Run.write(writer(), readings(0, 3));

        assertThat(xarray("*(f'{k}{v.dims} {v.dtype}' for k, v in sorted(ds.variables.items()))"))
                .isEqualTo("""
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
        assertThat(xarray("*ds.coords, '/', dict(sorted(ds.dims.items()))")).isEqualTo("""
                time
                wavelength
                /
                {'dim_1': 1, 'dim_2': 2, 'dim_2_2': 2, 'time': 3, 'wavelength': 3}
                """);
    }

    @Test
    void xarrayDecodesTimesMasksFillValuesAndKnowsUnits() {
        Run.write(writer(), readings(0, 3));

        assertThat(xarray("*ds.time.values, *ds.day.values")).isEqualTo("""
                2026-01-01T00:00:00.123456789
                2026-01-01T00:00:01.123456789
                2026-01-01T00:00:02.123456789
                2026-01-01T00:00:00.000000000
                2026-01-02T00:00:00.000000000
                2026-01-03T00:00:00.000000000
                """);
        assertThat(xarray("ds.temperature.values, ds['count'].values")).isEqualTo("""
                [20. nan 22.]
                [ 0. nan  2.]
                """);
        assertThat(xarray("*ds.text.values, ds.rain.values, ds.sky.values, *ds.ragged.values"))
                .isEqualTo("""
                        row 0
                        row 1
                        row 2
                        [ True False  True]
                        [0 1 0]
                        []
                        [0]
                        [0 0]
                        """);
        assertThat(xarray("sorted(ds.temperature.attrs.items()), ds.wavelength.attrs, ds.wavelength.values"))
                .isEqualTo("""
                        [('long_name', 'at 2 m'), ('units', 'degC')]
                        {'units': 'nm'}
                        [400.5 500.  600. ]
                        """);
    }

    @Test
    void xarraySelectsByTimeAndByWavelength() {
        Run.write(writer(), readings(0, 100));

        assertThat(xarray("ds.sel(time='2026-01-01T00:00:07.123456789').temperature.item(),"
                        + " ds.spectrum.sel(time=slice('2026-01-01T00:01:38', None), wavelength=500).values"))
                .isEqualTo("""
                        27.0
                        [98.25 99.25]
                        """);
    }

    @Test
    void columnsOfRecordsWithinTheRecordAreLabelledInTheirGroup() {
        Run.write(writer(), readings(0, 3));

        assertThat(Xarray.show(file, "/wind", "ds.speed.dims, ds.gusts.dims, ds.gusts.values[2]"))
                .isEqualTo("""
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
        assertThat(Tool.h5dump("-a", "/time/CLASS", "-a", "/time/NAME", "-a", "/dim_2/NAME", file))
                .contains("\"DIMENSION_SCALE\"", "\"time\"")
                .contains("\"This is a netCDF dimension but not a netCDF variable.         2\"");
        assertThat(Tool.h5dump("-N", "DIMENSION_LIST", file))
                .contains("DATATYPE  H5T_VLEN { H5T_REFERENCE { H5T_STD_REF_OBJECT }}");
    }

    @Test
    void aDimensionTakesNoRoom() {
        record Picture(Instant time, byte[] bytes) {}
        Run.write(file, new Picture(START, new byte[100_000]));

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(f['dim_100000'].shape, f['dim_100000'].id.get_storage_size())
                """, file)).isEqualTo("(100000,) 0\n");
    }
}
