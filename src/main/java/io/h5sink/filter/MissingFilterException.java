package io.h5sink.filter;

/** Neither Java nor the {@link FilterLibrary} has a filter of a dataset. The message says what the user can do. */
public final class MissingFilterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Filter filter;

    public MissingFilterException(Filter filter, String remedy) {
        super(remedy);
        this.filter = filter;
    }

    /** The filter, as the dataset has the filter. */
    public Filter filter() {
        return filter;
    }
}
