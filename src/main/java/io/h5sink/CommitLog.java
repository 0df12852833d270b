package io.h5sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a session has committed, of which it tells. Belongs to the HDF5 thread, unless said otherwise. */
final class CommitLog {

    private final Path file;
    private final Results results;
    private final long started = System.nanoTime();
    private volatile long committed;
    private long commits;

    /** What has grown since it was last told. */
    private final Map<String, Long> grown = new LinkedHashMap<>();

    private Duration took = Duration.ZERO;

    CommitLog(Path file, Results results) {
        this.file = file;
        this.results = results;
    }

    /** Records that are committed. Any thread. */
    long committed() {
        return committed;
    }

    /** Notes that rows were written. */
    void grew(ColumnWriter writer) {
        grown.put(writer.path(), writer.rows());
    }

    /** Notes what was done for the next commit since a time of {@link System#nanoTime}. */
    void tookSince(long start) {
        took = took.plusNanos(System.nanoTime() - start);
    }

    /**
     * Tells that all that was written is safe.
     *
     * @param records how many
     */
    void emit(long records, @Nullable Progress progress, Collection<ColumnWriter> targets) {
        committed = records;
        commits++;
        Map<String, Long> rows = Collections.unmodifiableMap(new LinkedHashMap<>(grown));
        Map<String, Long> positions = progress == null ? Map.of() : progress.emitted();
        results.committed(new Commit(file, commits, committed, rows, positions, bytes(targets), took));
        grown.clear();
        took = Duration.ZERO;
    }

    /**
     * All that was committed.
     *
     * @param skipped how many records were left out
     */
    WriteSummary summary(long skipped, Collection<ColumnWriter> targets) {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (ColumnWriter writer : targets) {
            rows.put(writer.path(), writer.rows());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        return new WriteSummary(
                file, committed, skipped, Collections.unmodifiableMap(rows), bytes(targets), commits, took);
    }

    private static long bytes(Collection<ColumnWriter> targets) {
        long bytes = 0;
        for (ColumnWriter writer : targets) {
            bytes += writer.bytes();
        }
        return bytes;
    }
}
