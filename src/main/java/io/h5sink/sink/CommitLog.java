package io.h5sink.sink;

import io.h5sink.Commit;
import io.h5sink.WriteSummary;
import io.h5sink.sink.column.WrittenColumn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts a session's commits and emits their reports. Belongs to the writer thread, unless said otherwise. */
final class CommitLog {

    private final Path file;
    private final Results results;
    private final long started = System.nanoTime();
    private volatile long committed;
    private long commits;

    /** The rows of the datasets that have grown since the last emitted commit, by path. */
    private final Map<String, Long> grown = new LinkedHashMap<>();

    private Duration took = Duration.ZERO;

    CommitLog(Path file, Results results) {
        this.file = file;
        this.results = results;
    }

    /** The number of committed records. Any thread. */
    long committed() {
        return committed;
    }

    /** Notes that rows of a dataset were committed. */
    void grew(WrittenColumn column) {
        grown.put(column.path(), column.rows());
    }

    /** Adds the time since a value of {@link System#nanoTime} to the duration of the next commit. */
    void tookSince(long start) {
        took = took.plusNanos(System.nanoTime() - start);
    }

    /**
     * Emits a commit, once all written records are safe.
     *
     * @param records the number of committed records
     * @param positions the offset of the last committed record, by partition
     * @param columns all datasets of the session
     */
    void emit(long records, Map<String, Long> positions, Collection<? extends WrittenColumn> columns) {
        committed = records;
        commits++;
        Map<String, Long> rows = Collections.unmodifiableMap(new LinkedHashMap<>(grown));
        results.committed(new Commit(file, commits, committed, rows, positions, bytes(columns), took));
        grown.clear();
        took = Duration.ZERO;
    }

    /**
     * The summary of the whole session.
     *
     * @param skipped the number of records that were left out
     */
    WriteSummary summary(long skipped, Collection<? extends WrittenColumn> columns) {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (WrittenColumn column : columns) {
            rows.put(column.path(), column.rows());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        return new WriteSummary(
                file, committed, skipped, Collections.unmodifiableMap(rows), bytes(columns), commits, took);
    }

    private static long bytes(Collection<? extends WrittenColumn> columns) {
        long bytes = 0;
        for (WrittenColumn column : columns) {
            bytes += column.bytes();
        }
        return bytes;
    }
}
