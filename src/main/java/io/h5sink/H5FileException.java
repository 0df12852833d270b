package io.h5sink;

/**
 * The file as a whole cannot be used: it is a directory, not an HDF5 file, truncated, in a directory that does not exist or is
 * read-only, or in use by another sink.
 */
public final class H5FileException extends H5Exception {

    private static final long serialVersionUID = 1L;

    H5FileException(Details details) {
        super(details);
    }
}
