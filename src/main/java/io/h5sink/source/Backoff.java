package io.h5sink.source;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pauses between attempts of a {@link FileFollower} to read its file, in nanoseconds. Belongs to the HDF5 thread. */
final class Backoff {

    private static final long FIRST_NANOS = 1_000_000;

    /** The same as {@link SourceHandle} waits for a file that is opened once. */
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private static final long WARN_NANOS = 10 * PATIENCE_NANOS;

    /** The upper bound of the poll interval: twice as many nanoseconds still fit a long. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final long poll;
    private long pause;
    private long began;
    private boolean failing;
    private @Nullable String warned;

    Backoff(Duration poll) {
        this.poll = poll.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : poll.toNanos();
    }

    /** The pause after an attempt that found no new rows. */
    long poll() {
        return poll;
    }

    /** The pause after an attempt that found the file not ready. */
    long afterNotReady(Path file, FileFollower.NotReadyException why) {
        long waited = grow();
        failing = false;
        if (waited > WARN_NANOS && warned == null) {
            warned = why.getMessage();
            LOG.warn("{}: waiting, because {}", file, warned);
        }
        return pause;
    }

    /**
     * The pause after an attempt that failed; negative if attempts have failed for too long.
     *
     * @param changing true if the file has changed since the attempt before, so that a writer may be the cause of the failure
     */
    long afterFailure(boolean changing) {
        if (!failing) {
            pause = 0;
        }
        failing = true;
        return grow() > (changing ? WARN_NANOS : PATIENCE_NANOS) ? -1 : pause;
    }

    /** Doubles the pause, up to the poll interval, and returns the time since the first pause. */
    private long grow() {
        if (pause == 0) {
            began = System.nanoTime();
        }
        pause = Math.min(pause == 0 ? FIRST_NANOS : 2 * pause, poll);
        return System.nanoTime() - began;
    }

    /** Starts anew after the file could be read. */
    void reset(Path file) {
        if (warned != null) {
            LOG.warn("{}: going on", file); // to those who were warned
        }
        pause = 0;
        failing = false;
        warned = null;
    }
}
