package h5sink.console;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Reports how far something is: on a terminal in a line that changes and is no wider, elsewhere in a line a minute. */
public final class Progress {

    /** How much is reported. */
    public enum Style {
        AUTO,
        BAR,
        LINES,
        NONE
    }

    private static final int BAR_MILLIS = 200;
    private static final int LINES_MILLIS = 60_000;

    private final PrintWriter err;
    private final Supplier<List<String>> parts;
    private final boolean changing;
    private final ProgressBar bar;
    private final long began = System.nanoTime();
    private volatile boolean closed;
    private volatile boolean shown;

    /** Begins to report parts of a line, the first of which is the most important; where there is no space, the last ones are left out. */
    public Progress(PrintWriter err, Style style, Supplier<List<String>> parts) {
        this.err = err;
        this.parts = parts;
        Terminal terminal = style == Style.AUTO || style == Style.BAR ? Terminal.ofErrors() : null;
        this.changing = style == Style.BAR || terminal != null;
        this.bar = style == Style.NONE
                ? null
                : new ProgressBarBuilder()
                        .setInitialMax(-1)
                        .continuousUpdate()
                        .setUpdateIntervalMillis(changing ? BAR_MILLIS : LINES_MILLIS)
                        .setRenderer((state, most) -> line(most))
                        .setConsumer(new DelegatingProgressBarConsumer(
                                this::show, changing ? Terminal.sized(terminal).columns() - 1 : Integer.MAX_VALUE))
                        .build();
    }

    private String line(int most) {
        StringBuilder line = new StringBuilder();
        for (String part : parts.get()) {
            int space = most - line.length() - (line.isEmpty() ? 0 : 2);
            if (part.length() > space) {
                return line.isEmpty() ? part.substring(0, Math.max(0, space)) : line.toString();
            }
            line.append(line.isEmpty() ? "" : ", ").append(part);
        }
        return line.toString();
    }

    /** The cursor stays where the line begins, so that whatever is reported meanwhile begins there, too. */
    private void show(String line) {
        if (changing) {
            err.print(line + "\u001b[K\r");
            shown = true;
        } else if (!closed && System.nanoTime() - began > LINES_MILLIS / 2 * 1_000_000L) {
            err.println(line);
        }
        err.flush();
    }

    public void end() {
        closed = true;
        if (bar != null) {
            bar.close(); // shows the line a last time
        }
        if (shown) {
            err.println();
        }
    }
}
