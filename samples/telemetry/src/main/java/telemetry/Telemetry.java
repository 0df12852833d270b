package telemetry;

import io.h5sink.Commit;
import io.h5sink.H5Exception;
import io.h5sink.H5Writer;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Streams this machine's own telemetry into an HDF5 file, then shows what is in the file. */
@Command(
        name = "telemetry",
        mixinStandardHelpOptions = true,
        description = {
            "Streams this machine's own telemetry into an HDF5 file, then shows what is in the file.",
            "",
            "A file that exists is gone on with. Ctrl-C ends the stream early."
        })
public final class Telemetry implements Callable<Integer> {

    private static final Sinks.Empty<Void> STOP = Sinks.empty();

    private static final double MOST = 1e9;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SECONDS",
            description = "How long, by default ${DEFAULT-VALUE} seconds.")
    private double seconds = 5;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "RATE",
            description = "Readings per second, by default ${DEFAULT-VALUE}.")
    private double rate = 10;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where they go, by default ${DEFAULT-VALUE}.")
    private Path file = Path.of("telemetry.h5");

    private final PrintStream out;
    private final boolean terminal;

    private Telemetry(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

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
            status = run(System.out, System.err, isTerminal(), args);
        } finally {
            done.countDown();
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Java 22 to 24 have a console for a pipe, too. */
    private static boolean isTerminal() {
        int java = Runtime.version().feature();
        return System.console() != null && (java < 22 || java > 24);
    }

    static int run(PrintStream out, PrintStream err, boolean terminal, String... args) {
        return new CommandLine(new Telemetry(out, terminal))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((error, words) -> {
                    err.println("telemetry: " + error.getMessage() + "; see --help");
                    return 2;
                })
                .setExecutionExceptionHandler((error, line, parsed) -> {
                    err.println("telemetry: " + (error instanceof H5Exception ? error.getMessage() : error));
                    return 1;
                })
                .execute(args);
    }

    @Override
    public Integer call() {
        mustBePositive("SECONDS", seconds);
        mustBePositive("RATE", rate);
        record();
        Tree.print(file, out);
        printPython(file, out);
        return 0;
    }

    private void mustBePositive(String name, double number) {
        if (!(number > 0 && number <= MOST)) {
            throw new ParameterException(
                    spec.commandLine(), name + " must be a number above 0, at most 1e9, was " + number);
        }
    }

    private void record() {
        long ticks = Math.max(1, Math.round(seconds * rate));
        try (ProgressBar bar = progress(ticks)) {
            H5Writer.<Reading>to(file)
                    .build()
                    .append(readings(ticks).doOnNext(reading -> bar.step()))
                    .doOnNext(commit -> bar.setExtraMessage(told(commit)))
                    .blockLast();
        }
    }

    /** A line on the terminal, as wide as that is. Elsewhere nothing is told. */
    private ProgressBar progress(long ticks) {
        return new ProgressBarBuilder()
                .setTaskName("telemetry")
                .setInitialMax(ticks)
                .setUnit(" readings", 1)
                .setConsumer(
                        terminal ? new ConsoleProgressBarConsumer(out) : new DelegatingProgressBarConsumer(line -> {}))
                .build();
    }

    private static String told(Commit commit) {
        return String.format(
                "commit %d: %d are safe, took %.1f ms",
                commit.number(), commit.records(), commit.took().toNanos() / 1e6);
    }

    /** While readings take longer than the period, four ticks wait and the rest are dropped: the next reading is as good. */
    private Flux<Reading> readings(long ticks) {
        Machine machine = new Machine();
        return Flux.interval(Duration.ZERO, Duration.ofNanos((long) (1e9 / rate)))
                .take(ticks)
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
