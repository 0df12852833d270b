package io.h5sink.source;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long one who follows a file waits until the next look, in nanoseconds. Belongs to the HDF5 thread. */
final class Backoff {

    private static final long FIRST_NANOS = 1_000_000;

    /** As long as those wait who open a file once. */
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private static final long TELL_NANOS = 10 * PATIENCE_NANOS;

    /** Nanoseconds have an end, and twice as long is before it. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final long poll;
    private long pause;
    private long began;
    private boolean failing;
    private @Nullable String told;

    Backoff(Duration poll) {
        this.poll = poll.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : poll.toNanos();
    }

    /** After a look that was answered. */
    long poll() {
        return poll;
    }

    /** After one that will be, some time. */
    long untilLater(Path file, FileFollower.Later why) {
        long waited = again();
        failing = false;
        if (waited > TELL_NANOS && told == null) {
            told = why.getMessage();
            LOG.warn("{}: waiting, because {}", file, told);
        }
        return pause;
    }

    /**
     * After one that failed; negative if that was too often.
     *
     * @param changing whether somebody writes to the file, who may be the reason of it
     */
    long afterFailure(boolean changing) {
        if (!failing) {
            pause = 0;
        }
        failing = true;
        return again() > (changing ? TELL_NANOS : PATIENCE_NANOS) ? -1 : pause;
    }

    /** How long it has been so. */
    private long again() {
        if (pause == 0) {
            began = System.nanoTime();
        }
        pause = Math.min(pause == 0 ? FIRST_NANOS : 2 * pause, poll);
        return System.nanoTime() - began;
    }

    /** Notes that the file could be read. */
    void over(Path file) {
        if (told != null) {
            LOG.warn("{}: going on", file); // to those who were warned
        }
        pause = 0;
        failing = false;
        told = null;
    }
}
