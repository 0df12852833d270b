package io.h5sink;

import io.h5sink.hdf5.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for room on the disk, for as long as it takes. Belongs to the HDF5 thread, unless it is said otherwise. */
final class FullDisk {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Path file;
    private final Duration pause;
    private boolean waiting;
    private volatile boolean givenUp;

    FullDisk(Path file, Duration pause) {
        this.file = file;
        this.pause = pause;
    }

    /** Waits no more. Any thread. */
    void giveUp() {
        givenUp = true;
    }

    /** Whether it has been given up. */
    boolean isGivenUp() {
        return givenUp;
    }

    /** Whether room is waited for at all. */
    boolean isWaitedFor() {
        return !pause.isZero() && !givenUp;
    }

    /** Notes that there is no room. */
    void refused(StoreException why) {
        if (!waiting) {
            waiting = true;
            LOG.warn("{}: waiting for room, tried again every {}: {}", file, pause, why.getMessage());
        }
    }

    /** Whether there is none. */
    boolean isWaiting() {
        return waiting;
    }

    /** The time until the next try, in nanoseconds. */
    long pause() {
        return pause.toNanos();
    }

    /** Notes that there is room. */
    void over() {
        if (waiting) {
            waiting = false;
            LOG.warn("{}: there is room again, going on", file); // to those who were warned
        }
    }
}
