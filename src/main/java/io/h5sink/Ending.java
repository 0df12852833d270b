package io.h5sink;

import org.jspecify.annotations.Nullable;

/**
 * Why a session ends.
 *
 * @param kind who ended it
 * @param error the error of the upstream, or of who was told of a bad record
 * @param problem what is wrong with a record
 */
record Ending(
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
        /** Who was told of a record that cannot be stored. */
        HANDLER_FAILED
    }

    static Ending completed() {
        return new Ending(Kind.COMPLETED, null, null);
    }

    static Ending upstreamFailed(Throwable error) {
        return new Ending(Kind.UPSTREAM_FAILED, error, null);
    }

    static Ending disposed() {
        return new Ending(Kind.DISPOSED, null, null);
    }

    static Ending handlerFailed(Throwable error) {
        return new Ending(Kind.HANDLER_FAILED, error, null);
    }

    static Ending failed(Problem problem) {
        return new Ending(Kind.FAILED, null, problem);
    }
}
