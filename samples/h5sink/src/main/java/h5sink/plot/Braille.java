package h5sink.plot;

import h5sink.console.Terminal;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;

/** Charts of characters, each with two by four dots, one below the other over one axis. */
final class Braille {

    private static final int DOTS_ACROSS = 2;
    private static final int DOTS_DOWN = 4;
    private static final int LEAST_COLUMNS = 8;
    private static final int LEAST_ROWS = 3;
    /** The bits of the dots of U+2800, by row and column. */
    private static final int[][] BITS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    private final int width;
    private final int rows;
    private final int columns;
    private final int margin;
    private final Axis across;
    private final List<String[]> labels;

    /** As large as a terminal, in which a line stays free for what is typed next. */
    Braille(Terminal terminal, Axis across, List<Axis> up) {
        this.width = terminal.columns();
        this.across = across;
        int below = 2 + (across.time() || !across.title().equals("row") ? 1 : 0);
        this.rows = Math.max(LEAST_ROWS, (terminal.rows() - 1 - below) / up.size() - 1);
        this.labels = up.stream().map(this::labels).toList();
        this.margin = labels.stream()
                .flatMap(Arrays::stream)
                .mapToInt(String::length)
                .max()
                .orElse(0);
        this.columns = Math.max(LEAST_COLUMNS, width - margin - 2);
    }

    private String[] labels(Axis axis) {
        Ticks ticks = axis.ticks(Math.max(2, rows / 3));
        String[] found = new String[rows];
        Arrays.fill(found, "");
        for (int i = 0; i < ticks.values().size(); i++) {
            double down = 1 - axis.part(ticks.values().get(i));
            found[(int) Math.max(0, Math.min(rows - 1, Math.floor(down * rows)))] =
                    ticks.labels().get(i);
        }
        return found;
    }

    /** How many columns of dots there are. */
    int dots() {
        return columns * DOTS_ACROSS;
    }

    void print(PrintWriter out, int place, Curve curve, Axis axis) {
        int[][] cells = new int[rows][columns];
        int height = rows * DOTS_DOWN;
        curve.draw(new Curve.Pen() {
            @Override
            public void line(int fromColumn, double fromValue, int toColumn, double toValue) {
                double from = (1 - axis.part(fromValue)) * (height - 1);
                double to = (1 - axis.part(toValue)) * (height - 1);
                int steps =
                        (int) Math.max(1, Math.max(Math.abs(toColumn - fromColumn), Math.ceil(Math.abs(to - from))));
                for (int step = 0; step <= steps; step++) {
                    double part = (double) step / steps;
                    dot(cells, (int) Math.round(fromColumn + (toColumn - fromColumn) * part), (int)
                            Math.round(from + (to - from) * part));
                }
            }

            @Override
            public void lift() {}
        });
        out.println(cut(" ".repeat(margin + 2) + axis.words()));
        for (int row = 0; row < rows; row++) {
            String label = labels.get(place)[row];
            StringBuilder line = new StringBuilder(" ".repeat(margin - label.length()))
                    .append(label)
                    .append(label.isEmpty() ? " │" : " ┤");
            for (int cell : cells[row]) {
                line.append(cell == 0 ? ' ' : (char) (0x2800 + cell));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static void dot(int[][] cells, int x, int y) {
        cells[y / DOTS_DOWN][x / DOTS_ACROSS] |= BITS[y % DOTS_DOWN][x % DOTS_ACROSS];
    }

    private String cut(String line) {
        return line.length() <= width ? line : line.substring(0, Math.max(0, width - 1)) + "…";
    }

    void printAcross(PrintWriter out) {
        Ticks ticks = across.ticks(Math.max(2, columns / 16));
        char[] axis = "─".repeat(columns).toCharArray();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < ticks.values().size(); i++) {
            int at = (int) Math.max(
                    0, Math.min(columns - 1, across.part(ticks.values().get(i)) * columns));
            axis[at] = '┬';
            String label = ticks.labels().get(i);
            int begin =
                    Math.max(0, Math.min(at + margin + 2 - label.length() / 2, margin + 2 + columns - label.length()));
            if (line.isEmpty() || begin > line.length()) {
                line.append(" ".repeat(begin - line.length())).append(label);
            }
        }
        out.println(" ".repeat(margin + 1) + "└" + new String(axis));
        out.println(line);
        if (across.time() || !across.title().equals("row")) {
            out.println(cut(" ".repeat(margin + 2) + across.words()));
        }
    }
}
