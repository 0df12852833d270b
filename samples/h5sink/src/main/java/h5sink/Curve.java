package h5sink;

import java.util.Arrays;
import java.util.function.Consumer;

/** A line through any number of points, as far as a picture of a width shows it: for each of its columns the first, last, least and
 * greatest value. */
final class Curve {

    private static final long PIECE = 1 << 18;

    /** Points, a piece at a time. */
    interface Points {
        long count();

        double[] x(long from, long to);

        double[] y(long from, long to);
    }

    final double xLow;
    final double xHigh;
    final double yLow;
    final double yHigh;
    final double[] first;
    final double[] last;
    final double[] least;
    final double[] greatest;

    Curve(Points points, int width) {
        double[] x = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        double[] y = x.clone();
        each(points, piece -> {
            for (int i = 0; i < piece[0].length; i++) {
                if (Double.isFinite(piece[0][i]) && Double.isFinite(piece[1][i])) {
                    x[0] = Math.min(x[0], piece[0][i]);
                    x[1] = Math.max(x[1], piece[0][i]);
                    y[0] = Math.min(y[0], piece[1][i]);
                    y[1] = Math.max(y[1], piece[1][i]);
                }
            }
        });
        if (x[0] > x[1]) {
            throw new UserException("there are no values to plot");
        }
        xLow = x[0];
        xHigh = x[0] == x[1] ? x[0] + 1 : x[1];
        double margin = y[0] == y[1] ? Math.max(1, Math.abs(y[0])) / 2 : (y[1] - y[0]) / 40;
        yLow = y[0] - margin;
        yHigh = y[1] + margin;
        first = new double[width];
        Arrays.fill(first, Double.NaN);
        last = first.clone();
        least = first.clone();
        greatest = first.clone();
        each(points, piece -> {
            for (int i = 0; i < piece[0].length; i++) {
                if (Double.isFinite(piece[0][i]) && Double.isFinite(piece[1][i])) {
                    add(
                            (int) Math.min(width - 1L, (long) ((piece[0][i] - xLow) / (xHigh - xLow) * width)),
                            piece[1][i]);
                }
            }
        });
    }

    private static void each(Points points, Consumer<double[][]> action) {
        for (long from = 0; from < points.count(); from += PIECE) {
            long to = Math.min(points.count(), from + PIECE);
            action.accept(new double[][] {points.x(from, to), points.y(from, to)});
        }
    }

    private void add(int column, double value) {
        if (Double.isNaN(first[column])) {
            first[column] = value;
            least[column] = value;
            greatest[column] = value;
        }
        last[column] = value;
        least[column] = Math.min(least[column], value);
        greatest[column] = Math.max(greatest[column], value);
    }

    /** Draws lines between points of columns and values. */
    interface Pen {
        void line(int fromColumn, double fromValue, int toColumn, double toValue);
    }

    void draw(Pen pen) {
        int before = -1;
        for (int column = 0; column < first.length; column++) {
            if (!Double.isNaN(first[column])) {
                if (before >= 0) {
                    pen.line(before, last[before], column, first[column]);
                }
                pen.line(column, least[column], column, greatest[column]);
                before = column;
            }
        }
    }
}
