package io.h5sink;

/** A dataset cannot be read: its chunks are damaged or went through a filter that is missing, or the disk fails. */
public final class H5ReadException extends H5Exception {

    private static final long serialVersionUID = 1L;

    H5ReadException(Details details) {
        super(details);
    }
}
