package io.h5sink.jmh;

import java.io.PrintStream;
import java.util.Arrays;
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
        String row = "%-36s %22s   %-32s %s%n";
        out.printf(row, "", "million records/s", "ratio to the hand loop as", "ratio to the hand loop as");
        out.printf(row, "", "", "a for loop", "a subscriber");
        String summary = "median (min … max)";
        out.printf(row, "", summary, summary + ", of the best", summary + ", of the best");
        speeds.forEach((contender, own) -> out.printf(
                row,
                contender.title,
                summary(own, 1e-6, "%.1f (%.1f … %.1f)"),
                ratios(own, speeds.get(Contender.LOOP)),
                ratios(own, speeds.get(Contender.SUBSCRIBER))));
    }

    /** Within each round, and of the best rounds, which say most on a machine that has other work. */
    private String ratios(double[] own, double[] base) {
        double[] each =
                IntStream.range(0, rounds).mapToDouble(i -> own[i] / base[i]).toArray();
        return summary(each, 1, "%.2f (%.2f … %.2f)") + String.format(", %.2f", best(own) / best(base));
    }

    private static double best(double[] speeds) {
        return Arrays.stream(speeds).max().orElseThrow();
    }

    private static String summary(double[] values, double unit, String format) {
        List<Double> sorted = Arrays.stream(values)
                .map(value -> value * unit)
                .sorted()
                .boxed()
                .toList();
        return String.format(format, sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
    }
}
