package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Times in other units, since other days, and as floats, as xarray and others write them. */
class OtherTimesTest {

    record Stored(double time, long count) {}

    record Read(Instant time, long count) {}

    @TempDir
    Path directory;

    private Instant read(double count, String units, String calendar) {
        Path file = directory.resolve("data.h5");
        Flux.just(new Stored(count, 1))
                .as(H5Writer.<Stored>to(file)
                        .open(OpenMode.TRUNCATE)
                        .column("time", c -> c.unit(units))
                        .attribute("/time", "calendar", calendar)
                        .build()::write)
                .block(Await.LIMIT);
        try (H5Source h5 = H5Source.open(file)) {
            return h5.records(Read.class).blockFirst(Await.LIMIT).time();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, hours since 2024-01-01, standard, 2024-01-01T02:00:00Z",
        "1.5, hours since 2024-01-01 00:00:00, proleptic_gregorian, 2024-01-01T01:30:00Z",
        "0.25, Days since 1900-1-1 06:00, gregorian, 1900-01-01T12:00:00Z",
        "-1, seconds since 1970-01-01T00:00:00.5 +02:00, standard, 1969-12-31T21:59:59.500Z",
        "1, days since 0001-01-01 00:00:00, proleptic_gregorian, 0001-01-02T00:00:00Z",
    })
    void areInstants(double count, String units, String calendar, Instant expected) {
        assertThat(read(count, units, calendar)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1, days since 2000-01-01, noleap",
        "1, days since 0001-01-01, standard",
        "1, months since 2000-01-01, standard",
        "1, days since yesterday, standard",
    })
    void areRefusedWhereTheCalendarOrTheUnitIsAnother(double count, String units, String calendar) {
        assertThatExceptionOfType(H5SchemaException.class)
                .isThrownBy(() -> read(count, units, calendar))
                .withMessageContaining("/time")
                .withMessageContaining("units \"" + units);
    }

    @Test
    void whatIsNoNumberIsNoTime() {
        assertThatExceptionOfType(H5SchemaException.class)
                .isThrownBy(() -> read(Double.NaN, "days since 2000-01-01", "standard"))
                .withMessageContaining("NaN");
    }
}
