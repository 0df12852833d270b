package telemetry;

import io.h5sink.Commit;
import java.io.PrintStream;

/** A line on the terminal that tells how far the stream is. Elsewhere it stays silent. */
final class Progress {

    private static final long PAUSE_NANOS = 100_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private final long started = System.nanoTime();
    private long shown;
    private long records;
    private String committed = "no commit yet";

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void received(Reading reading) {
        records++;
        if (System.nanoTime() - shown > PAUSE_NANOS) {
            show();
        }
    }

    synchronized void committed(Commit commit) {
        committed = String.format(
                "commit %d: %d records are safe, took %.1f ms",
                commit.number(), commit.records(), commit.took().toNanos() / 1e6);
        show();
    }

    private void show() {
        if (terminal) {
            shown = System.nanoTime();
            out.printf("\r%d records, %.1f rows/s, %s   ", records, records * 1e9 / (shown - started), committed);
            out.flush();
        }
    }

    /** Leaves the line for what follows. */
    synchronized void end() {
        if (terminal && shown != 0) {
            out.println();
        }
    }
}
