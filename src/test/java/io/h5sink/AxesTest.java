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
            Part part,
            Wind wind) {

        static Reading of(int i) {
            return new Reading(
                    START.plusSeconds(i),
                    i == 1 ? -999 : 20 + i,
                    i == 1 ? null : i,
                    "row " + i,
                    i % 2 == 0,
                    Sky.values()[i % 2],
                    LocalDate.of(2026, 1, 1 + i),
                    new double[] {i, i + 0.25, i + 0.5},
                    new double[][] {{i, 1}, {2, 3}},
                    new float[] {i, i},
                    new int[i],
                    new Part(i, i),
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
        Python.require("xarray", "h5netcdf");
        return Python.run("""
                import sys, warnings, xarray
                warnings.simplefilter('error')
                with xarray.open_dataset(sys.argv[1], engine='h5netcdf') as ds:
                    print(eval(sys.argv[2]))
                """, file, show).strip();
    }

    @Test
    void xarrayShowsAllOfIt() {
        Run.write(writer(), readings(0, 3));

        assertThat(xarray("{k: v.dims for k, v in ds.variables.items()}")).isEqualTo("x");
        assertThat(xarray("ds")).isEqualTo("x");
    }
}
