package io.h5sink;

import io.h5sink.hdf5.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a file that another program has: the pauses between tries grow, and their sum is what counts against the limit, so
 * that it holds in the time of any scheduler. Belongs to the HDF5 thread.
 */
final class Waiting {

    private static final long FIRST_NANOS = 5_000_000;
    private static final long LONGEST_NANOS = 250_000_000;

    /** Where locks cannot be done without, every reader keeps the sink waiting; those that are done sooner are no news. */
    private static final long TELL_NANOS = 500_000_000;

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Path file;
    private long pause;
    private long waited;
    private boolean told;

    Waiting(Path file) {
        this.file = file;
    }

    /** Notes that the file was refused; false if it was for too long. */
    boolean refused(StoreException why, Duration limit) {
        long left = limit.toNanos() - waited;
        if (left <= 0) {
            return false;
        }
        pause = Math.min(pause == 0 ? FIRST_NANOS : Math.min(2 * pause, LONGEST_NANOS), left);
        waited += pause;
        if (waited > TELL_NANOS && !told) {
            told = true;
            LOG.warn("{}: waiting for up to {}, because {}", file, limit, why.getMessage());
        }
        return true;
    }

    /** The time until the next try, in nanoseconds. */
    long pause() {
        return pause;
    }

    /** The time that was waited. */
    Duration waited() {
        return Duration.ofNanos(waited);
    }

    /** Notes that the file can be used. */
    void over() {
        if (told) {
            LOG.warn("{}: going on after {}", file, waited()); // to those who were warned
        }
        pause = 0;
        waited = 0;
        told = false;
    }
}
