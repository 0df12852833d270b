package io.h5sink;

import java.nio.file.Path;

/**
 * A record cannot be stored, or an object that is in the file already does not fit it. The records before it are in the file.
 */
public final class H5SchemaException extends H5Exception {

    private static final long serialVersionUID = 1L;

    H5SchemaException(Problem problem, Path file, long safeRecords) {
        super(problem, file, safeRecords);
    }

    H5SchemaException(Problem problem, Path file) {
        super(problem, file);
    }

    H5SchemaException(H5SchemaException first) {
        super(first);
    }
}
