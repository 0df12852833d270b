package telemetry;

import io.h5sink.Commit;
import io.h5sink.H5Writer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import shared.Program;
import shared.Tree;

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
            status = run(System.out, System.err, Program.isTerminal(), args);
        } finally {
            done.countDown();
        }
        Program.exit(status);
    }

    static int run(PrintStream out, PrintStream err, boolean terminal, String... args) {
        return Program.run(new Telemetry(out, terminal), out, err, args);
    }

    @Override
    public Integer call() {
        mustBePositive("SECONDS", seconds);
        mustBePositive("RATE", rate);
        record();
        Tree.print(file, out, Values::line);
        Program.printPython(out, file, "print(file[\"cpu\"][-3:])");
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
        try (ProgressBar bar = Program.progress(out, terminal, "telemetry", ticks, "readings")) {
            H5Writer.<Reading>to(file)
                    .build()
                    .append(readings(ticks).doOnNext(reading -> bar.step()))
                    .doOnNext(commit -> bar.setExtraMessage(reported(commit)))
                    .blockLast();
        }
    }

    private static String reported(Commit commit) {
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
