package io.h5sink.crash;

import io.h5sink.testing.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Starts a writer that has no end, and kills it. */
final class Killing {

    private static final int LONGEST_SPIN_NANOS = 4_000_000;

    private Killing() {}

    /**
     * Kills a writer at a random moment, and gives how many records it had reported to be committed.
     *
     * @param directory where the directory of the case lies
     * @param from the first record that it writes
     */
    static int atRandom(Case what, Path directory, int from, Random random) throws IOException, InterruptedException {
        int commits = random.nextInt(4) == 0 ? 1 : random.nextInt(1, 30);
        int ahead = random.nextBoolean() ? 1 : 5;
        int spin = random.nextInt(LONGEST_SPIN_NANOS);
        List<String> command = Jvm.command(
                List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"),
                Writing.class,
                directory,
                from,
                Integer.MAX_VALUE,
                ahead,
                what);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder output = new StringBuilder();
        int reported = from;
        try (BufferedReader lines = process.inputReader()) {
            int seen = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("reported ") && !line.contains(Writing.FAILED)) {
                    reported = Integer.parseInt(line.split(" ")[2]);
                    if (++seen == commits) {
                        spin(spin);
                        process.toHandle().destroyForcibly(); // which lets the rest be read, as the process does not
                    }
                } else {
                    output.append(line).append('\n');
                }
            }
            if (seen < commits) {
                throw new AssertionError("the writer ended by itself after " + reported + " records\n" + output);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return reported;
    }

    private static void spin(int nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
