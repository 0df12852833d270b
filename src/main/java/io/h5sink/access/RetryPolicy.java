package io.h5sink.access;

import io.h5sink.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pauses between attempts of a session to open or commit its file. While another program has the file locked, the pauses grow, and their
 * sum counts against the timeout, so that the timeout holds in a scheduler's virtual time, too. While the disk is full, attempts follow at equal
 * pauses without a limit, until {@link #giveUp}. Belongs to the writer thread, unless said otherwise.
 */
public final class RetryPolicy {

    private static final long FIRST_NANOS = 5_000_000;
    private static final long LONGEST_NANOS = 250_000_000;

    /** The timeout of the first opening: a file whose writer died may stay locked for ever, and a new stream should fail soon. */
    private static final Duration FIRST_BUSY = Duration.ofSeconds(1);

    /** Shorter waits are not logged: where HDF5's file locks are in use, every reader makes the sink wait. */
    private static final long WARN_NANOS = 500_000_000;

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Path file;
    private final Duration busy;
    private final Duration full;

    // While another program has the file locked.
    private long pause;
    private long waited;
    private boolean warned;

    // While the disk is full.
    private boolean isFull;
    private volatile boolean givenUp;

    public RetryPolicy(Path file, Limits limits) {
        this.file = file;
        this.busy = limits.busy();
        this.full = limits.full();
    }

    /**
     * Notes that another program has the file locked.
     *
     * @param opened true if the session has opened the file before
     * @return false if the timeout has passed
     */
    public boolean busy(StorageException why, boolean opened) {
        Duration limit = opened || busy.compareTo(FIRST_BUSY) < 0 ? busy : FIRST_BUSY;
        long left = limit.toNanos() - waited;
        if (left <= 0) {
            return false;
        }
        pause = Math.min(pause == 0 ? FIRST_NANOS : Math.min(2 * pause, LONGEST_NANOS), left);
        waited += pause;
        if (waited > WARN_NANOS && !warned) {
            warned = true;
            LOG.warn("{}: waiting for up to {}, because {}", file, limit, why.getMessage());
        }
        return true;
    }

    /** The sum of the pauses while another program has the file locked. */
    public Duration waited() {
        return Duration.ofNanos(waited);
    }

    /** True if a full disk leads to another attempt, and not to the end of the session. */
    public boolean waitsForSpace() {
        return !full.isZero() && !givenUp;
    }

    /** Notes that the disk is full. */
    public void full(StorageException why) {
        if (!isFull) {
            isFull = true;
            LOG.warn("{}: waiting for disk space, tried again every {}: {}", file, full, why.getMessage());
        }
    }

    /** Makes a full disk end the session from now on. Any thread. */
    public void giveUp() {
        givenUp = true;
    }

    /** True if the next attempt must not wait for the pause's end. */
    public boolean isUrgent() {
        return isFull && givenUp;
    }

    /** The time until the next attempt, in nanoseconds. */
    public long pause() {
        return isFull && !givenUp ? full.toNanos() : pause;
    }

    /** Notes that the disk has free space. */
    public void spaceFound() {
        if (isFull) {
            isFull = false;
            LOG.warn("{}: there is disk space again, going on", file); // to those who were warned
        }
    }

    /** Notes that the file is accessible and the disk has free space. */
    public void succeeded() {
        if (warned) {
            LOG.warn("{}: going on after {}", file, waited()); // to those who were warned
        }
        pause = 0;
        waited = 0;
        warned = false;
        spaceFound();
    }
}
