package io.h5sink.jmh;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The speeds of all rounds, and what comes out of them. Ratios are taken within a round, then ranked. */
final class Table {

    private final Map<Contender, double[]> speeds = new EnumMap<>(Contender.class);
    private final int rounds;

    Table(int rounds) {
        this.rounds = rounds;
    }

    /** Notes a speed in records a second. */
    void put(Contender contender, int round, double speed) {
        speeds.computeIfAbsent(contender, each -> new double[rounds])[round] = speed;
    }

    void print(PrintStream out) {
        out.printf("%-38s %22s   %s%n", "", "million records/s", "ratio, median (min … max), to the hand loop as");
        out.printf("%-38s %22s   %-24s %s%n", "", "median (min … max)", "a for loop", "a subscriber");
        speeds.forEach((contender, own) -> out.printf(
                "%-38s %22s   %-24s %s%n",
                contender.title,
                summary(own, 1e-6, "%.1f (%.1f … %.1f)"),
                summary(ratios(own, Contender.LOOP), 1, "%.2f (%.2f … %.2f)"),
                summary(ratios(own, Contender.SUBSCRIBER), 1, "%.2f (%.2f … %.2f)")));
    }

    private double[] ratios(double[] own, Contender base) {
        double[] against = speeds.get(base);
        return IntStream.range(0, rounds).mapToDouble(i -> own[i] / against[i]).toArray();
    }

    private static String summary(double[] values, double unit, String format) {
        List<Double> sorted = java.util.Arrays.stream(values)
                .map(value -> value * unit)
                .sorted()
                .boxed()
                .toList();
        return String.format(format, sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
    }
}
