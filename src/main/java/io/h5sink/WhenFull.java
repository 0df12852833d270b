package io.h5sink;

/** The fate of a value that a full log cannot take. {@link H5Log#overflows()} counts such values in each case. */
public enum WhenFull {

    /**
     * Its caller waits until the log takes the value. A thread that must not wait, such as those of {@code Schedulers.parallel()}, gets an
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
