package io.h5sink.access;

import java.time.Duration;

/**
 * The timeouts of a session.
 *
 * @param call the duration from which on a call of HDF5 is reported as stuck; 0 for none
 * @param busy the longest wait for a file that another program has locked
 * @param full the pause before a commit is retried that found the disk full; 0 if a full disk ends the session
 */
public record Limits(Duration call, Duration busy, Duration full) {

    /** Linux resets a disk that takes longer for one command: a call beyond this limit is stuck, not slow. */
    private static final Duration CALL = Duration.ofSeconds(30);

    /** Longer than another program takes to add an attribute, and shorter than most publishers can be held back. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    public static final Limits DEFAULT = new Limits(CALL, BUSY, Duration.ZERO);

    public Limits withCall(Duration limit) {
        return new Limits(limit, busy, full);
    }

    public Limits withBusy(Duration limit) {
        return new Limits(call, limit, full);
    }

    public Limits withFull(Duration pause) {
        return new Limits(call, busy, pause);
    }
}
