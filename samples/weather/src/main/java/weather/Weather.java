package weather;

import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.scheduler.Schedulers;
import shared.Program;
import shared.Tree;

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

    /** What HDF5's dimension scales consist of; xarray shows what they mean. */
    private static final Set<String> LABELS = Set.of("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST");

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
        Program.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        return Program.run(new Weather(out), out, err, args);
    }

    @Override
    public Integer call() {
        if (!Files.isReadable(csv)) {
            throw new ParameterException(spec.commandLine(), "there is no file " + csv);
        }
        write(csv, file);
        Tree.print(file, out, Weather::line);
        Program.printPython(out, file, "print(file[\"Seattle/temperature\"][-3:])");
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

    /** The name, shape and attributes of a group or a dataset. */
    private static String line(Node node) {
        String shape = node instanceof Dataset dataset ? Tree.shape(dataset.getDimensions()) : "";
        String attributes = new TreeMap<>(node.getAttributes())
                .values().stream()
                        .filter(attribute -> !LABELS.contains(attribute.getName()))
                        .map(attribute -> attribute.getName() + ": " + attribute.getData())
                        .collect(Collectors.joining(", "));
        return (String.format("%-16s%-12s", node.getName(), shape) + attributes).stripTrailing();
    }
}
