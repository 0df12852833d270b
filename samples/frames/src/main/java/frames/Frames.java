package frames;

import io.h5sink.Commit;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import shared.Program;
import shared.Tree;

/** Streams images into an HDF5 file, then shows what is in the file. */
@Command(
        name = "frames",
        mixinStandardHelpOptions = true,
        description = {
            "Streams images into an HDF5 file, then shows what is in the file.",
            "",
            "A file that exists is replaced. Ctrl-C ends the stream early."
        })
public final class Frames implements Callable<Integer> {

    /** Space for a few images of 32 MiB: one that is being written, and those that come meanwhile. */
    private static final long MEMORY = 256L << 20;

    private static final Sinks.Empty<Void> STOP = Sinks.empty();

    private static final double MIB = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FRAMES",
            description = "How many images are made, by default ${DEFAULT-VALUE}.")
    private int frames = 12;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "RATE",
            description = "Images per second, at most; by default ${DEFAULT-VALUE}.")
    private double rate = 4;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "EDGE",
            description = "Pixels along an edge, by default ${DEFAULT-VALUE}.")
    private int edge = 2048;

    @Parameters(
            index = "3",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where they go, by default ${DEFAULT-VALUE}.")
    private Path file = Path.of("frames.h5");

    private final PrintStream out;
    private final boolean terminal;

    private Frames(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Runs the sample. Ctrl-C ends the stream early.
     *
     * @param args number of images, images per second, pixels along an edge, file
     */
    public static void main(String... args) {
        Runtime.getRuntime().addShutdownHook(new Thread(STOP::tryEmitEmpty));
        Program.exit(run(System.out, System.err, Program.isTerminal(), args));
    }

    static int run(PrintStream out, PrintStream err, boolean terminal, String... args) {
        return Program.run(new Frames(out, terminal), out, err, args);
    }

    @Override
    public Integer call() {
        mustBe("FRAMES", frames, 1, 1e6);
        mustBe("RATE", rate, 1e-3, 1e3);
        mustBe("EDGE", edge, 2, 8192);
        record();
        Tree.print(file, out, Frames::line);
        int middle = edge / 2;
        Program.printPython(
                out,
                file,
                "print(file[\"image\"][-1, " + middle + ", :8])  # of the last image, the middle line's first pixels");
        return 0;
    }

    private void mustBe(String name, double number, double least, double most) {
        if (!(number >= least && number <= most)) {
            throw new ParameterException(
                    spec.commandLine(),
                    name + " must be a number from " + plain(least) + " to " + plain(most) + ", was " + plain(number));
        }
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private void record() {
        try (ProgressBar bar = Program.progress(out, terminal, "frames", frames, "frames")) {
            long started = System.nanoTime();
            H5Writer.<Frame>to(file)
                    .open(OpenMode.TRUNCATE)
                    .memory(MEMORY)
                    .metadata("meta", Map.of("detector", detector(), "source", "made up"))
                    .attribute("/image", "units", "counts")
                    .attribute("/exposure", "units", "s")
                    .build()
                    .append(frames().doOnNext(frame -> bar.step()))
                    .doOnNext(commit -> bar.setExtraMessage(reported(commit, System.nanoTime() - started)))
                    .blockLast();
        }
    }

    private static String reported(Commit commit, long nanos) {
        return String.format("%d are safe, %.0f MiB/s", commit.records(), commit.bytes() / MIB / (nanos / 1e9));
    }

    private Map<String, ?> detector() {
        return Map.of("width", edge, "height", edge, "rate", rate);
    }

    /** An image is made when it is asked for: a disk that is slower than the rate slows the detector down. */
    private Flux<Frame> frames() {
        Duration period = Duration.ofNanos((long) (1e9 / rate));
        Detector detector = new Detector(edge, 1 / rate);
        return Flux.range(0, frames)
                .delayElements(period)
                .takeUntilOther(STOP.asMono())
                .map(detector::frame);
    }

    /** The name, shape, type and chunks of a dataset. */
    private static String line(Node node) {
        if (!(node instanceof Dataset dataset)) {
            return null;
        }
        String chunks =
                dataset instanceof ChunkedDataset chunked ? "chunks " + Tree.shape(chunked.getChunkDimensions()) : "";
        return String.format(
                "%-10s %-18s %-8s %s",
                dataset.getPath(), Tree.shape(dataset.getDimensions()), dataset.getJavaType(), chunks);
    }
}
