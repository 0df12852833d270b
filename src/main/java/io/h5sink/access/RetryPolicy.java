package io.h5sink.access;

import io.h5sink.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a session tries again that another program or a full disk has kept from its file. While another program has the file, the pauses
 * between tries grow, and their sum counts against the timeout, so that this holds in the time of any scheduler. Room on the disk is waited
 * for without end, until it is given up. Belongs to the HDF5 thread, unless said otherwise.
 */
public final class RetryPolicy {

    private static final long FIRST_NANOS = 5_000_000;
    private static final long LONGEST_NANOS = 250_000_000;

    /** A file that is refused at first may be for ever, if its writer died, and whoever starts a stream should soon hear of it. */
    private static final Duration FIRST_BUSY = Duration.ofSeconds(1);

    /** Where locks cannot be done without, every reader keeps the sink waiting; short waits are not logged. */
    private static final long WARN_NANOS = 500_000_000;

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Path file;
    private final Duration busy;
    private final Duration full;

    // Another program has the file.
    private long pause;
    private long waited;
    private boolean warned;

    // The disk is full.
    private boolean isFull;
    private volatile boolean givenUp;

    public RetryPolicy(Path file, Limits limits) {
        this.file = file;
        this.busy = limits.busy();
        this.full = limits.full();
    }

    /**
     * Notes that another program has the file.
     *
     * @param opened whether the session has had it before
     * @return false if that program has had it for too long
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

    /** How long another program has kept the session waiting. */
    public Duration waited() {
        return Duration.ofNanos(waited);
    }

    /** Whether room on the disk is waited for. */
    public boolean waitsForRoom() {
        return !full.isZero() && !givenUp;
    }

    /** Notes that the disk is full. */
    public void full(StorageException why) {
        if (!isFull) {
            isFull = true;
            LOG.warn("{}: waiting for room, tried again every {}: {}", file, full, why.getMessage());
        }
    }

    /** Waits no more for room on the disk. Any thread. */
    public void giveUp() {
        givenUp = true;
    }

    /** Whether the pause is to be cut short. */
    public boolean isUrgent() {
        return isFull && givenUp;
    }

    /** The time until the next try, in nanoseconds. */
    public long pause() {
        return isFull && !givenUp ? full.toNanos() : pause;
    }

    /** Notes that the disk has room. */
    public void roomFound() {
        if (isFull) {
            isFull = false;
            LOG.warn("{}: there is room again, going on", file); // to those who were warned
        }
    }

    /** Notes that the file can be used and the disk has room. */
    public void succeeded() {
        if (warned) {
            LOG.warn("{}: going on after {}", file, waited()); // to those who were warned
        }
        pause = 0;
        waited = 0;
        warned = false;
        roomFound();
    }
}
