package io.h5sink;

/** What becomes of a value for which there is no room. In each case {@link H5Log#overflows()} counts it. */
public enum WhenFull {

    /**
     * Its caller waits until there is room. A thread that must not wait, such as those of {@code Schedulers.parallel()}, gets an
     * {@link IllegalStateException} instead, and so does one that is interrupted; the value is then not logged.
     */
    WAIT,

    /** The value that has waited for longest is dropped. */
    DROP_OLDEST,

    /** It is dropped itself. */
    DROP_NEWEST,

    /** Its caller gets an {@link IllegalStateException}. */
    FAIL
}
