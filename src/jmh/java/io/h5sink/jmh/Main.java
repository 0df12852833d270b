package io.h5sink.jmh;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all contenders in turn, in rounds, and prints a table of ratios. Each turn is a fresh JVM, which warms up and then
 * writes the file a few times; the median counts. In each round another one begins, so that a slow minute hits all alike.
 * Arguments: {@code [rounds [records]]}.
 */
public final class Main {

    private static final int WARM_UP = 10;

    private Main() {}

    /**
     * Runs the benchmark.
     *
     * @param args rounds, records
     * @throws RunnerException if a contender fails
     * @throws IOException if files cannot be made under {@code target}
     */
    public static void main(String[] args) throws RunnerException, IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        int records = args.length > 1 ? Integer.parseInt(args[1]) : 8_000_000;
        String ownClassPath = System.getProperty("java.class.path");
        String jhdf5 = System.getProperty("h5sink.jhdf5.classpath", "");
        List<Contender> contenders = new ArrayList<>(List.of(Contender.values()));
        if (jhdf5.isEmpty()) {
            contenders.removeIf(contender -> contender.onJhdf5);
            System.out.println("JHDF5 is not installed and is left out (apt-get install libsis-jhdf5-java)");
        }
        Table table = new Table(rounds);
        for (int round = 0; round < rounds; round++) {
            double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
            System.out.printf("round %d of %d, load average %.1f%n", round + 1, rounds, load);
            for (Contender contender : contenders) {
                // A fork takes over the class path of this JVM.
                System.setProperty("java.class.path", contender.onJhdf5 ? onJhdf5(ownClassPath, jhdf5) : ownClassPath);
                table.put(contender, round, records / seconds(contender, records));
            }
            Collections.rotate(contenders, 1);
        }
        System.out.printf(
                "%n%,d records of %d bytes in 4 columns, %d rounds, Java %s, %d cores%n%n",
                records,
                Reading.BYTES,
                rounds,
                Runtime.version().feature(),
                Runtime.getRuntime().availableProcessors());
        table.print(System.out);
        System.out.printf(
                "%nallocated on the publisher's thread, for each record: %.3f bytes%n", Allocation.perRecord());
    }

    private static double seconds(Contender contender, int records) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(contender.include())
                .mode(Mode.SingleShotTime)
                .timeUnit(TimeUnit.SECONDS)
                .param("records", Integer.toString(records))
                .warmupIterations(contender == Contender.JHDF5 ? 1 : WARM_UP)
                .measurementIterations(contender.runs())
                .forks(1)
                .jvmArgsAppend("-Xms1g", "-Xmx1g")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (contender.onJhdf5) {
            options = options.jvmArgsAppend("-Xms1g", "-Xmx1g", "-Djava.library.path=/usr/lib/jni");
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        return results.iterator().next().getPrimaryResult().getStatistics().getPercentile(50);
    }

    /** The two bindings share class names: one comes, the other goes. */
    private static String onJhdf5(String classPath, String jhdf5) {
        return Arrays.stream(classPath.split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> !entry.replace('\\', '/').contains("/org/bytedeco/"))
                .collect(Collectors.joining(File.pathSeparator, "", File.pathSeparator + jhdf5));
    }
}
