package h5sink.plot;

import java.util.Arrays;

/**
 * A line through any number of points, as far as a picture of a width shows it: for each of its columns the first, last, least and greatest
 * value. The line breaks where a value is missing, and, over times, where far more time has gone by than usually does.
 */
final class Curve {

    static final int PIECE = 1 << 18;
    private static final int MOST_STEPS = 4096;
    private static final double LONGER_THAN_MEDIAN = 5;
    private static final double LONGER_THAN_MOST = 3;

    /** Points, a piece at a time. A point whose x or y is not finite is none. */
    interface Points {
        long count();

        double[] x(long from, int count);

        double[] y(long from, int count);
    }

    /** From where to where there are points, and how long a step in x is taken for a gap. */
    static final class Extent {
        double xLow = Double.POSITIVE_INFINITY;
        double xHigh = Double.NEGATIVE_INFINITY;
        double yLow = Double.POSITIVE_INFINITY;
        double yHigh = Double.NEGATIVE_INFINITY;
        double gap = Double.POSITIVE_INFINITY;

        static Extent of(Points points, boolean time) {
            Extent extent = new Extent();
            Steps steps = new Steps();
            each(points, (x, y) -> {
                if (time && Double.isFinite(x)) {
                    steps.add(x);
                }
                if (Double.isFinite(x) && Double.isFinite(y)) {
                    extent.include(x, y);
                }
            });
            extent.gap = steps.gap();
            return extent;
        }

        private void include(double x, double y) {
            xLow = Math.min(xLow, x);
            xHigh = Math.max(xHigh, x);
            yLow = Math.min(yLow, y);
            yHigh = Math.max(yHigh, y);
        }

        boolean isEmpty() {
            return xLow > xHigh;
        }

        /** Space for all of both. */
        void add(Extent other) {
            if (!other.isEmpty()) {
                include(other.xLow, other.yLow);
                include(other.xHigh, other.yHigh);
            }
        }
    }

    /** Steps from one x to the next that is larger; of many of them, some. */
    private static final class Steps {
        private final double[] steps = new double[MOST_STEPS];
        private int count;
        private long stride = 1;
        private long seen;
        private double before = Double.NaN;

        void add(double x) {
            double step = x - before;
            before = x;
            if (!(step > 0) || seen++ % stride != 0) {
                return;
            }
            if (count == MOST_STEPS) {
                for (int i = 0; i < MOST_STEPS / 2; i++) {
                    steps[i] = steps[2 * i];
                }
                count = MOST_STEPS / 2;
                stride *= 2;
            }
            steps[count++] = step;
        }

        double gap() {
            if (count < 2) {
                return Double.POSITIVE_INFINITY;
            }
            double[] sorted = Arrays.copyOf(steps, count);
            Arrays.sort(sorted);
            return Math.max(
                    LONGER_THAN_MEDIAN * sorted[(count - 1) / 2], LONGER_THAN_MOST * sorted[(count - 1) * 3 / 4]);
        }
    }

    private interface Action {
        void accept(double x, double y);
    }

    private static void each(Points points, Action action) {
        for (long from = 0; from < points.count(); from += PIECE) {
            int count = (int) Math.min(PIECE, points.count() - from);
            double[] x = points.x(from, count);
            double[] y = points.y(from, count);
            for (int i = 0; i < count; i++) {
                action.accept(x[i], y[i]);
            }
        }
    }

    private final double[] first;
    private final double[] last;
    private final double[] least;
    private final double[] greatest;
    /** Whether there is a gap before the first value of a column. */
    private final boolean[] begins;

    private boolean broken = true;
    private double before = Double.NaN;

    Curve(Points points, Extent own, double xLow, double xHigh, int width) {
        first = new double[width];
        Arrays.fill(first, Double.NaN);
        last = first.clone();
        least = first.clone();
        greatest = first.clone();
        begins = new boolean[width];
        double scale = width / (xHigh - xLow);
        each(points, (x, y) -> {
            if (Double.isFinite(x) && Double.isFinite(y)) {
                broken |= x - before > own.gap;
                add((int) Math.max(0, Math.min(width - 1L, (long) ((x - xLow) * scale))), y);
                before = x;
            } else {
                broken = true;
            }
        });
    }

    private void add(int column, double value) {
        if (Double.isNaN(first[column])) {
            first[column] = value;
            least[column] = value;
            greatest[column] = value;
            begins[column] = broken;
        }
        broken = false;
        last[column] = value;
        least[column] = Math.min(least[column], value);
        greatest[column] = Math.max(greatest[column], value);
    }

    /** Draws lines between points of columns and values. */
    interface Pen {
        /** From one column to another, or up and down in one. */
        void line(int fromColumn, double fromValue, int toColumn, double toValue);

        /** Lifts the pen: the next line does not begin where the last one has ended. */
        void lift();
    }

    void draw(Pen pen) {
        int previous = -1;
        for (int column = 0; column < first.length; column++) {
            if (Double.isNaN(first[column])) {
                continue;
            }
            if (previous < 0 || begins[column]) {
                pen.lift();
            } else {
                pen.line(previous, last[previous], column, first[column]);
            }
            pen.line(column, least[column], column, greatest[column]);
            previous = column;
        }
    }
}
