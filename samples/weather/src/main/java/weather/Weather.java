package weather;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** One stream, whose records go to the group of their station. */
    private static void write(Path csv, Path file) {
        H5Writer.Builder<Day> writer = H5Writer.<Day>to(file)
                .open(OpenMode.TRUNCATE)
                .route(day -> day.station().group())
                .chunkRows(366); // a year
        for (Station station : Station.values()) {
            writer.attribute(station.group(), "latitude", station.latitude())
                    .attribute(station.group(), "longitude", station.longitude());
        }
        Day.read(csv)
                .subscribeOn(Schedulers.boundedElastic()) // where reading a file may block
                .as(writer.build()::write)
                .block();
    }

    private static void printPython(Path file, PrintStream out) {
        out.println();
        out.println("import h5py");
        out.println("file = h5py.File(\"" + file.toString().replace('\\', '/') + "\", \"r\")");
        out.println("print(file[\"Seattle/temperature\"][-3:])");
    }
}
