package io.h5sink;

/** What the outside hears of a session. Called on threads of {@link Threads#RESULTS}, one call after the other. */
interface Listener {

    /** Rows have become readable. */
    void committed(Commit commit);

    /** The file is closed. Nothing is called after that. */
    void completed(WriteSummary summary);

    /** The session has failed, and the file is closed as far as that was possible. Nothing is called after that. */
    void failed(Throwable error);
}
