package h5sink;

import io.h5sink.Commit;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells how far the stream is: on a terminal in a line that changes, elsewhere in a line a minute. */
final class Progress implements Closeable {

    /** How much is told. */
    enum Style {
        AUTO,
        BAR,
        LINES,
        NONE
    }

    private static final int BAR_MILLIS = 200;
    private static final int LINES_MILLIS = 60_000;

    private final PrintWriter err;
    private final BadLines bad;
    private final boolean bar;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "h5sink-progress");
        thread.setDaemon(true);
        return thread;
    });
    private volatile long received; // counted by one thread
    private volatile Commit commit;
    private volatile long committedAt;
    private long shownAt = System.nanoTime();
    private long shownRecords;
    private long shownBytes;
    private boolean open;

    Progress(PrintWriter err, BadLines bad, Style style) {
        this.err = err;
        this.bad = bad;
        this.bar = style == Style.BAR || style == Style.AUTO && isTerminal();
        if (style != Style.NONE) {
            int millis = bar ? BAR_MILLIS : LINES_MILLIS;
            timer.scheduleAtFixedRate(this::show, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether errors go to a terminal; only where the system tells. */
    private static boolean isTerminal() {
        if (System.console() != null) {
            return true;
        }
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    void received() {
        received = received + 1;
    }

    void committed(Commit latest) {
        committedAt = System.nanoTime();
        commit = latest;
    }

    private synchronized void show() {
        long now = System.nanoTime();
        Commit last = commit;
        double seconds = (now - shownAt) / 1e9;
        long records = received;
        long bytes = last == null ? 0 : last.bytes();
        String text = String.format(
                Locale.ROOT,
                "%,d records, %,.0f records/s, %.1f MB/s, lag %,d records, %s%s",
                records,
                (records - shownRecords) / seconds,
                (bytes - shownBytes) / 1e6 / seconds,
                records - (last == null ? 0 : last.records()),
                last == null ? "no commit yet" : lastCommit(last, now),
                bad.count() == 0 ? "" : ", " + Text.count(bad.count(), "bad line"));
        shownAt = now;
        shownRecords = records;
        shownBytes = bytes;
        if (bar) {
            err.print("\r" + text + "\u001b[K");
            open = true;
        } else {
            err.println(text);
        }
        err.flush();
    }

    private String lastCommit(Commit last, long now) {
        return String.format(
                Locale.ROOT,
                "commit %,d %.1f s ago in %.1f ms",
                last.number(),
                Duration.ofNanos(now - committedAt).toMillis() / 1e3,
                last.took().toNanos() / 1e6);
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
        if (open) {
            err.println();
            open = false;
        }
    }
}
