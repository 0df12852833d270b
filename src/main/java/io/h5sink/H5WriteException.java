package io.h5sink;

/**
 * Rows could not be written, or the file could not be completed. The records of the last commit are in the file.
 */
public final class H5WriteException extends H5Exception {

    private static final long serialVersionUID = 1L;

    H5WriteException(Details details) {
        super(details);
    }
}
