package io.h5sink.jmh;

import java.util.Arrays;
import java.util.Locale;

/** Numbers as a table shows them. */
final class Numbers {

    private Numbers() {}

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** Three digits or so. */
    static String of(double value) {
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f", value);
    }

    /** The median, the least and the most. */
    static String spread(double[] values, double unit) {
        double[] scaled =
                Arrays.stream(values).map(value -> value * unit).sorted().toArray();
        return of(median(scaled)) + " (" + of(scaled[0]) + " … " + of(scaled[scaled.length - 1]) + ")";
    }
}
