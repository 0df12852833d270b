package frames;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Streams images into an HDF5 file, then shows what is in the file. Arguments: {@code [frames [rate [edge [file]]]]}, by
 * default 12 images of 2048 × 2048 pixels, 4 a second, to frames.h5. A file that exists is replaced.
 */
public final class Frames {

    /** Room for a few images of 32 MiB: one that is being written, and those that come meanwhile. */
    private static final long MEMORY = 256L << 20;

    private static final Sinks.Empty<Void> STOP = Sinks.empty();

    private Frames() {}

    /**
     * Runs the sample. Ctrl-C ends the stream early.
     *
     * @param args number of images, images per second, pixels along an edge, file
     */
    public static void main(String... args) {
        Runtime.getRuntime().addShutdownHook(new Thread(STOP::tryEmitEmpty));
        int status = run(System.out, System.err, System.console() != null, args);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(PrintStream out, PrintStream err, boolean terminal, String... args) {
        try {
            Arguments arguments = Arguments.of(args);
            record(arguments, new Progress(out, terminal, arguments.frames()));
            Tree.print(arguments.file(), out);
            printPython(arguments, out);
            return 0;
        } catch (H5Exception | IllegalArgumentException e) {
            err.println("frames: " + e.getMessage());
        } catch (RuntimeException e) {
            err.println("frames: " + e);
        }
        return 1;
    }

    private static void record(Arguments arguments, Progress progress) {
        try {
            H5Writer.<Frame>to(arguments.file())
                    .open(OpenMode.TRUNCATE)
                    .memory(MEMORY)
                    .metadata("meta", Map.of("detector", detector(arguments), "source", "made up"))
                    .attribute("/image", "units", "counts")
                    .attribute("/exposure", "units", "s")
                    .build()
                    .append(frames(arguments).doOnNext(progress::received))
                    .doOnNext(progress::committed)
                    .blockLast();
        } finally {
            progress.end();
        }
    }

    private static Map<String, ?> detector(Arguments arguments) {
        return Map.of("width", arguments.edge(), "height", arguments.edge(), "rate", arguments.rate());
    }

    /** An image is made when it is asked for: a disk that is slower than the rate slows the detector down. */
    private static Flux<Frame> frames(Arguments arguments) {
        Duration period = Duration.ofNanos((long) (1e9 / arguments.rate()));
        Detector detector = new Detector(arguments.edge(), 1 / arguments.rate());
        return Flux.range(0, arguments.frames())
                .delayElements(period)
                .takeUntilOther(STOP.asMono())
                .map(detector::frame);
    }

    private static void printPython(Arguments arguments, PrintStream out) {
        Path file = arguments.file();
        int middle = arguments.edge() / 2;
        out.println();
        out.println("import h5py");
        out.println("file = h5py.File(\"" + file.toString().replace('\\', '/') + "\", \"r\")");
        out.println(
                "print(file[\"image\"][-1, " + middle + ", :8])  # of the last image, the middle line's first pixels");
    }
}
