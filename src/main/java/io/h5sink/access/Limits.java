package io.h5sink.access;

import java.time.Duration;

/**
 * The timeouts of a session.
 *
 * @param call a call of HDF5 that takes longer is reported; 0 if none is
 * @param busy a file that another program keeps for longer is given up
 * @param full the pause after which a commit that found no room is tried again; 0 if it ends the session
 */
public record Limits(Duration call, Duration busy, Duration full) {

    /** As long as Linux gives a disk for one command before it resets it: what takes longer is no slow disk. */
    private static final Duration CALL = Duration.ofSeconds(30);

    /** Longer than anyone needs to add an attribute, and shorter than most publishers can be held. */
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
