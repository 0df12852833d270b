package weather;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.scheduler.Schedulers;

/** Turns a CSV of daily weather into an HDF5 file with a group for each station, then shows what is in the file. */
@Command(
        name = "weather",
        mixinStandardHelpOptions = true,
        description = {
            "Turns a CSV of daily weather into an HDF5 file with a group for each station, then shows what is in the file.",
            "",
            "A file that exists is replaced."
        })
public final class Weather implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The HDF5 file, by default ${DEFAULT-VALUE}.")
    private Path file = Path.of("weather.h5");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CSV",
            description = "The CSV, by default that of this sample, ${DEFAULT-VALUE}.")
    private Path csv = Path.of("samples/weather/weather.csv");

    private final PrintStream out;

    private Weather(PrintStream out) {
        this.out = out;
    }

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
        return new CommandLine(new Weather(out))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((error, words) -> {
                    err.println("weather: " + error.getMessage() + "; see --help");
                    return 2;
                })
                .setExecutionExceptionHandler((error, line, parsed) -> {
                    boolean told = error instanceof H5Exception || error instanceof IllegalArgumentException;
                    err.println("weather: " + (told ? error.getMessage() : error));
                    return 1;
                })
                .execute(args);
    }

    @Override
    public Integer call() {
        if (!Files.isReadable(csv)) {
            throw new ParameterException(spec.commandLine(), "there is no file " + csv);
        }
        write(csv, file);
        Tree.print(file, out);
        printPython(file, out);
        return 0;
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
