package weather;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.h5sink.H5Field;
import java.io.BufferedReader;
import java.io.FileReader;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import reactor.core.publisher.Flux;

/**
 * A day at a station: what the sink stores, a dataset for each component.
 *
 * @param station where
 * @param date the day
 * @param temperature lowest and highest, in °C
 * @param precipitation millimetres
 * @param wind the mean speed, in the unit that the source has
 * @param sky what the weather was
 */
record Day(
        Station station,
        LocalDate date,

        @H5Field(unit = "degC", description = "lowest and highest temperature")
        double[] temperature,

        @H5Field(unit = "mm") double precipitation,
        double wind,
        Sky sky) {

    /**
     * The days of a CSV file, which is read as fast as they are asked for. Not by {@code Files.lines}, which fails when the
     * thread is interrupted, as it is when the sink cancels the stream.
     */
    static Flux<Day> read(Path csv) {
        return Flux.using(
                        () -> new BufferedReader(new FileReader(csv.toFile(), UTF_8)),
                        reader -> Flux.fromStream(reader.lines()))
                .skip(1) // the header
                .index((index, line) -> parse(index + 2, line));
    }

    private static Day parse(long number, String line) {
        String[] fields = line.split(",", -1);
        try {
            return new Day(
                    Station.of(fields[0]),
                    LocalDate.parse(fields[1]),
                    new double[] {Double.parseDouble(fields[4]), Double.parseDouble(fields[3])},
                    Double.parseDouble(fields[2]),
                    Double.parseDouble(fields[5]),
                    Sky.valueOf(fields[6].toUpperCase(Locale.ROOT)));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("line " + number + " is no day, but " + line + ": " + e.getMessage(), e);
        }
    }
}
