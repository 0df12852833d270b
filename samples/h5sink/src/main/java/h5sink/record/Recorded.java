package h5sink.record;

import h5sink.console.Text;
import io.h5sink.Commit;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How far a recording is. */
final class Recorded {

    private final BadLines bad;
    private volatile long received; // counted by one thread
    private volatile Commit commit;
    private volatile long committedAt;
    private long shownAt = System.nanoTime();
    private long shownRecords;
    private long shownBytes;

    Recorded(BadLines bad) {
        this.bad = bad;
    }

    void received() {
        received = received + 1;
    }

    void committed(Commit latest) {
        committedAt = System.nanoTime();
        commit = latest;
    }

    /** What is reported of it, in parts; the rates are those since it was reported last. */
    synchronized List<String> reported() {
        long now = System.nanoTime();
        Commit last = commit;
        double seconds = (now - shownAt) / 1e9;
        long records = received;
        long bytes = last == null ? 0 : last.bytes();
        String count = String.format(Locale.ROOT, "%,d records", records);
        List<String> parts = List.of(
                bad.count() == 0 ? count : count + ", " + Text.count(bad.count(), "bad line"),
                String.format(Locale.ROOT, "%,.0f records/s", (records - shownRecords) / seconds),
                String.format(Locale.ROOT, "%.1f MB/s", (bytes - shownBytes) / 1e6 / seconds),
                String.format(Locale.ROOT, "lag %,d records", records - (last == null ? 0 : last.records())),
                last == null ? "no commit yet" : lastCommit(last, now));
        shownAt = now;
        shownRecords = records;
        shownBytes = bytes;
        return parts;
    }

    private String lastCommit(Commit last, long now) {
        return String.format(
                Locale.ROOT,
                "commit %,d %.1f s ago in %.1f ms",
                last.number(),
                Duration.ofNanos(now - committedAt).toMillis() / 1e3,
                last.took().toNanos() / 1e6);
    }
}
