package io.h5sink.sink;

import io.h5sink.access.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The cause for which a session terminates.
 *
 * @param kind the party that terminates the session
 * @param error the error of the upstream, or of the handler of bad records
 * @param problem the fault of a record that cannot be stored
 */
record Termination(
        Kind kind, @Nullable Throwable error, @Nullable Problem problem) {

    enum Kind {
        /** The upstream, after its last record. */
        COMPLETED,
        /** The upstream, with an error. */
        UPSTREAM_FAILED,
        /** The user. */
        DISPOSED,
        /** A record that cannot be stored. */
        FAILED,
        /** The handler of records that cannot be stored. */
        HANDLER_FAILED
    }

    static Termination completed() {
        return new Termination(Kind.COMPLETED, null, null);
    }

    static Termination upstreamFailed(Throwable error) {
        return new Termination(Kind.UPSTREAM_FAILED, error, null);
    }

    static Termination disposed() {
        return new Termination(Kind.DISPOSED, null, null);
    }

    static Termination handlerFailed(Throwable error) {
        return new Termination(Kind.HANDLER_FAILED, error, null);
    }

    static Termination failed(Problem problem) {
        return new Termination(Kind.FAILED, null, problem);
    }
}
