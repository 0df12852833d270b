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

/** Counts what a session has committed, and emits it. Belongs to the HDF5 thread, unless said otherwise. */
final class CommitLog {

    private final Path file;
    private final Results results;
    private final long started = System.nanoTime();
    private volatile long committed;
    private long commits;

    /** The datasets that have grown since the last commit was emitted. */
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
    void grew(WrittenColumn column) {
        grown.put(column.path(), column.rows());
    }

    /** Notes what was done for the next commit since a time of {@link System#nanoTime}. */
    void tookSince(long start) {
        took = took.plusNanos(System.nanoTime() - start);
    }

    /**
     * Emits a commit: all that was written is safe.
     *
     * @param records how many records
     * @param positions where to go on in the source, by partition
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
     * All that was committed.
     *
     * @param skipped how many records were left out
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
