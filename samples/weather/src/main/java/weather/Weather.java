package weather;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Turns a CSV of daily weather into an HDF5 file with a group for each station, then shows what is in the file. Arguments:
 * {@code [file [csv]]}, by default weather.h5 and the CSV beside this sample. A file that exists is replaced.
 */
public final class Weather {

    private Weather() {}

    /**
     * Runs the sample.
     *
     * @param args file, CSV
     */
    public static void main(String... args) {
        int status = run(System.out, System.err, args);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        Path file = Path.of(args.length > 0 ? args[0] : "weather.h5");
        Path csv = Path.of(args.length > 1 ? args[1] : "samples/weather/weather.csv");
        try {
            if (args.length > 2) {
                throw new IllegalArgumentException("expected [file [csv]], got " + args.length + " arguments");
            }
            if (!Files.isReadable(csv)) {
                throw new IllegalArgumentException("there is no file " + csv);
            }
            write(csv, file);
            Tree.print(file, out);
            printPython(file, out);
            return 0;
        } catch (H5Exception | IllegalArgumentException e) {
            err.println("weather: " + e.getMessage());
            return 1;
        }
    }

    /** A session for each station, one after the other. */
    private static void write(Path csv, Path file) {
        Flux.fromArray(Station.values())
                .concatMap(station -> write(station, Day.read(csv), file))
                .blockLast();
    }

    private static Mono<?> write(Station station, Flux<Day> days, Path file) {
        return days.filter(day -> day.station() == station)
                .subscribeOn(Schedulers.boundedElastic()) // where reading a file may block
                .as(H5Writer.<Day>to(file)
                        .open(station.ordinal() == 0 ? OpenMode.TRUNCATE : OpenMode.EXISTING)
                        .group(station.group())
                        .chunkRows(366) // a year
                        .attribute(station.group(), "latitude", station.latitude())
                        .attribute(station.group(), "longitude", station.longitude())
                        .attribute("temperature", "units", "degC")
                        .attribute("precipitation", "units", "mm")
                        .build()::write);
    }

    private static void printPython(Path file, PrintStream out) {
        out.println();
        out.println("import h5py");
        out.println("file = h5py.File(\"" + file.toString().replace('\\', '/') + "\", \"r\")");
        out.println("print(file[\"Seattle/temperature\"][-3:])");
    }
}
