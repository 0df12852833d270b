package telemetry;

import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Streams this machine's own telemetry into an HDF5 file, then shows what is in the file. Arguments: {@code [seconds [rate
 * [file]]]}, by default 5 seconds at 10 readings a second, to telemetry.h5. A file that exists is gone on with.
 */
public final class Telemetry {

    private static final Sinks.Empty<Void> STOP = Sinks.empty();

    private Telemetry() {}

    /**
     * Runs the sample. Ctrl-C ends the stream early.
     *
     * @param args seconds, readings per second, file
     */
    public static void main(String... args) {
        CountDownLatch done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(done)));
        int status = 1;
        try {
            status = run(System.out, System.err, System.console() != null, args);
        } finally {
            done.countDown();
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(PrintStream out, PrintStream err, boolean terminal, String... args) {
        try {
            Arguments arguments = Arguments.of(args);
            record(arguments, new Progress(out, terminal));
            Tree.print(arguments.file(), out);
            printPython(arguments.file(), out);
            return 0;
        } catch (H5Exception | IllegalArgumentException e) {
            err.println("telemetry: " + e.getMessage());
        } catch (RuntimeException e) {
            err.println("telemetry: " + e);
        }
        return 1;
    }

    private static void record(Arguments arguments, Progress progress) {
        try {
            H5Writer.<Reading>to(arguments.file())
                    .build()
                    .append(readings(arguments).doOnNext(progress::received))
                    .doOnNext(progress::committed)
                    .blockLast();
        } finally {
            progress.end();
        }
    }

    /** While readings take longer than the period, four ticks wait and the rest are dropped: the next reading is as good. */
    private static Flux<Reading> readings(Arguments arguments) {
        Machine machine = new Machine();
        return Flux.interval(Duration.ZERO, arguments.period())
                .take(arguments.ticks())
                .takeUntilOther(STOP.asMono())
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic(), 4)
                .map(tick -> machine.read());
    }

    private static void printPython(Path file, PrintStream out) {
        out.println();
        out.println("import h5py");
        out.println("file = h5py.File(\"" + file.toString().replace('\\', '/') + "\", \"r\")");
        out.println("print(file[\"cpu\"][-3:])");
    }

    /** When the JVM ends, for Ctrl-C, the stream completes, and with it the file; this leaves time to show it, too. */
    private static void stop(CountDownLatch done) {
        STOP.tryEmitEmpty();
        try {
            if (!done.await(10, TimeUnit.SECONDS)) {
                System.err.println("telemetry: the file could not be shown in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
