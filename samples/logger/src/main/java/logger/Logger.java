package logger;

import io.h5sink.H5Log;
import io.h5sink.WriteSummary;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import shared.Program;

/** Logs a made-up training run from several threads: scalars, arrays and images by name. */
@Command(
        name = "logger",
        mixinStandardHelpOptions = true,
        description = {
            "Logs a made-up training run from several threads: scalars, arrays and images by name.",
            "",
            "A file that exists is gone on with."
        })
public final class Logger implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "STEPS",
            description = "Steps of each worker, by default ${DEFAULT-VALUE}.")
    private int steps = 1000;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "WORKERS",
            description = "How many threads log, by default ${DEFAULT-VALUE}.")
    private int workers = 4;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where it is logged, by default ${DEFAULT-VALUE}.")
    private Path file = Path.of("log.h5");

    private final PrintStream out;
    private final PrintStream err;

    private Logger(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the sample.
     *
     * @param args steps, workers, file
     */
    public static void main(String... args) {
        Program.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        return Program.run(new Logger(out, err), out, err, args);
    }

    @Override
    public Integer call() {
        mustBePositive("STEPS", steps);
        mustBePositive("WORKERS", workers);
        try (H5Log log = H5Log.to(
                file,
                writer -> writer.column("status", c -> c.latest())
                        .column("weights", c -> c.latest())
                        .onBadRecord((values, why) -> err.println("logger: " + why.getMessage())))) {
            IntStream.range(0, workers)
                    .mapToObj(worker -> CompletableFuture.runAsync(
                            () -> train(log, worker, steps), command -> new Thread(command).start()))
                    .toList()
                    .forEach(CompletableFuture::join);
            log.log("status", "done");
            log.complete();
            print(Objects.requireNonNull(log.result().block()), out);
        }
        return 0;
    }

    private void mustBePositive(String name, int number) {
        if (number < 1) {
            throw new ParameterException(spec.commandLine(), name + " must be a number from 1 on, was " + number);
        }
    }

    private static void train(H5Log log, int worker, int steps) {
        Random random = new Random(worker);
        float[][] weights = new float[4][8];
        for (int step = 1; step <= steps; step++) {
            log.log("loss/worker" + worker, 1.0 / step);
            weights[step % 4][step % 8] = random.nextFloat();
            if (worker == 0) {
                log.log("status", "step " + step + " of " + steps);
                log.log(
                        "weights",
                        new float[][] {weights[0].clone(), weights[1].clone(), weights[2].clone(), weights[3].clone()});
            }
            if (step % 100 == 0) {
                log.log("sample", image(random));
            }
        }
    }

    private static byte[][] image(Random random) {
        byte[][] pixels = new byte[28][28];
        for (byte[] line : pixels) {
            random.nextBytes(line);
        }
        return pixels;
    }

    private static void print(WriteSummary summary, PrintStream out) {
        out.println(summary.file());
        new TreeMap<>(summary.rows()).forEach((name, rows) -> out.printf("  %-16s %d%n", name, rows));
        Program.printPython(out, summary.file(), "print(file[\"status\"].asstr()[()], file[\"loss/worker0\"][-1])");
    }
}
