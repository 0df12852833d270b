package logger;

import io.h5sink.H5Exception;
import io.h5sink.H5Log;
import io.h5sink.WriteSummary;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/**
 * Logs a made-up training run from several threads: scalars, arrays and images by name. Arguments: {@code [steps [workers
 * [file]]]}, by default 1000 steps of 4 workers, to log.h5. A file that exists is gone on with.
 */
public final class Logger {

    private Logger() {}

    /**
     * Runs the sample.
     *
     * @param args steps, workers, file
     */
    public static void main(String... args) {
        int status = run(System.out, System.err, args);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            if (args.length > 3) {
                throw new IllegalArgumentException(
                        "expected [steps [workers [file]]], got " + args.length + " arguments");
            }
            int steps = number("steps", args, 0, 1000);
            int workers = number("workers", args, 1, 4);
            Path file = Path.of(args.length > 2 ? args[2] : "log.h5");
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
        } catch (CompletionException e) {
            err.println("logger: " + Objects.requireNonNull(e.getCause()).getMessage());
        } catch (H5Exception | IllegalArgumentException e) {
            err.println("logger: " + e.getMessage());
        } catch (RuntimeException e) {
            err.println("logger: " + e);
        }
        return 1;
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
        out.println();
        out.println("import h5py");
        out.println("file = h5py.File(\"" + summary.file().toString().replace('\\', '/') + "\", \"r\")");
        out.println("print(file[\"status\"].asstr()[()], file[\"loss/worker0\"][-1])");
    }

    private static int number(String name, String[] words, int at, int normal) {
        if (at >= words.length) {
            return normal;
        }
        try {
            int number = Integer.parseInt(words[at]);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(name + " must be a number from 1 on, was " + words[at]);
    }
}
