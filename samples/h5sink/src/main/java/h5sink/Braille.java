package h5sink;

import java.io.PrintWriter;
import java.util.Arrays;

/** A chart of characters, each with two by four dots, with axes. */
final class Braille {

    private static final int DOTS_ACROSS = 2;
    private static final int DOTS_DOWN = 4;
    /** The bits of the dots of U+2800, by row and column. */
    private static final int[][] BITS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    private final int columns;
    private final int rows;
    private final int[][] cells;

    Braille(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        this.cells = new int[rows][columns];
    }

    /** How many columns of dots there are. */
    static int dots(int columns) {
        return columns * DOTS_ACROSS;
    }

    void draw(Curve curve) {
        int height = rows * DOTS_DOWN;
        double scale = (height - 1) / (curve.yHigh - curve.yLow);
        curve.draw((fromColumn, fromValue, toColumn, toValue) -> {
            double from = (curve.yHigh - fromValue) * scale;
            double to = (curve.yHigh - toValue) * scale;
            int steps = (int) Math.max(1, Math.max(Math.abs(toColumn - fromColumn), Math.ceil(Math.abs(to - from))));
            for (int step = 0; step <= steps; step++) {
                double part = (double) step / steps;
                dot((int) Math.round(fromColumn + (toColumn - fromColumn) * part), (int)
                        Math.round(from + (to - from) * part));
            }
        });
    }

    private void dot(int x, int y) {
        cells[y / DOTS_DOWN][x / DOTS_ACROSS] |= BITS[y % DOTS_DOWN][x % DOTS_ACROSS];
    }

    void print(PrintWriter out, Curve curve, boolean time, String title) {
        Ticks ticks = Ticks.of(curve.yLow, curve.yHigh, false, Math.max(2, rows / 3));
        String[] labels = new String[rows];
        Arrays.fill(labels, "");
        for (int i = 0; i < ticks.values().size(); i++) {
            double part = (curve.yHigh - ticks.values().get(i)) / (curve.yHigh - curve.yLow);
            labels[(int) Math.min(rows - 1, Math.floor(part * rows))] =
                    ticks.labels().get(i);
        }
        int margin = Arrays.stream(labels).mapToInt(String::length).max().orElse(0);
        out.println(" ".repeat(margin + 2) + title);
        for (int row = 0; row < rows; row++) {
            StringBuilder line = new StringBuilder(" ".repeat(margin - labels[row].length()))
                    .append(labels[row])
                    .append(labels[row].isEmpty() ? " │" : " ┤");
            for (int cell : cells[row]) {
                line.append(cell == 0 ? ' ' : (char) (0x2800 + cell));
            }
            out.println(line.toString().stripTrailing());
        }
        printX(out, curve, time, margin);
    }

    private void printX(PrintWriter out, Curve curve, boolean time, int margin) {
        Ticks ticks = Ticks.of(curve.xLow, curve.xHigh, time, Math.max(2, columns / 16));
        char[] axis = "─".repeat(columns).toCharArray();
        StringBuilder labels = new StringBuilder();
        for (int i = 0; i < ticks.values().size(); i++) {
            int at = (int)
                    Math.min(columns - 1, (ticks.values().get(i) - curve.xLow) / (curve.xHigh - curve.xLow) * columns);
            axis[at] = '┬';
            String label = ticks.labels().get(i);
            int begin = Math.max(0, at + margin + 2 - label.length() / 2);
            if (labels.isEmpty() || begin > labels.length()) {
                labels.append(" ".repeat(begin - labels.length())).append(label);
            }
        }
        out.println(" ".repeat(margin + 1) + "└" + new String(axis));
        out.println(labels);
    }
}
