package io.h5sink;

/**
 * A record cannot be stored, or an object that is in the file already does not fit it. The records before it are in the file.
 */
public final class H5SchemaException extends H5Exception {

    private static final long serialVersionUID = 1L;

    H5SchemaException(Details details) {
        super(details);
    }
}
