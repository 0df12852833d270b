package frames;

import io.h5sink.Commit;
import java.io.PrintStream;

/** A line on the terminal that tells how far the stream is. Elsewhere it stays silent. */
final class Progress {

    private static final double MIB = 1 << 20;

    private final PrintStream out;
    private final boolean terminal;
    private final int expected;
    private final long started = System.nanoTime();
    private int frames;
    private double safeMiB;
    private long safe;

    Progress(PrintStream out, boolean terminal, int expected) {
        this.out = out;
        this.terminal = terminal;
        this.expected = expected;
    }

    synchronized void received(Frame frame) {
        frames++;
        show();
    }

    synchronized void committed(Commit commit) {
        safe = commit.records();
        safeMiB = commit.bytes() / MIB;
        show();
    }

    private void show() {
        if (terminal) {
            double seconds = (System.nanoTime() - started) / 1e9;
            out.printf("\r%d of %d frames, %d are safe, %.0f MiB/s   ", frames, expected, safe, safeMiB / seconds);
            out.flush();
        }
    }

    /** Leaves the line for what follows. */
    synchronized void end() {
        if (terminal && frames > 0) {
            out.println();
        }
    }
}
