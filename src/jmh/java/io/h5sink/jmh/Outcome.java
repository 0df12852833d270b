package io.h5sink.jmh;

import java.util.Arrays;
import java.util.Locale;

/**
 * A ratio, and what it should be.
 *
 * @param what which ratio
 * @param ratios one for each round, each within its round
 * @param best of the best of all rounds, which says most on a machine that has other work
 * @param reach what it should be
 * @param atMost whether less is better
 */
record Outcome(String what, double[] ratios, double best, double reach, boolean atMost) {

    double median() {
        return Numbers.median(ratios);
    }

    boolean reached() {
        return atMost ? median() <= reach : median() >= reach;
    }

    /** How far beyond what was asked; 1 is just reached, more is better. */
    double beyond(double ratio) {
        return atMost ? reach / ratio : ratio / reach;
    }

    double least() {
        return Arrays.stream(ratios).min().orElseThrow();
    }

    double most() {
        return Arrays.stream(ratios).max().orElseThrow();
    }

    String wanted() {
        return (atMost ? "≤ " : "≥ ") + Numbers.of(reach);
    }

    /** A row of the table. */
    String markdown() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s |",
                what,
                wanted(),
                Numbers.spread(ratios, 1),
                Numbers.of(best),
                reached() ? "reached" : "**missed**");
    }
}
