package io.h5sink;

import java.nio.file.Path;

/**
 * Rows could not be written, or the file could not be completed. The records of the last commit are in the file.
 */
public final class H5WriteException extends H5Exception {

    private static final long serialVersionUID = 1L;

    H5WriteException(Problem problem, Path file, long safeRecords) {
        super(problem, file, safeRecords);
    }

    H5WriteException(H5WriteException first) {
        super(first);
    }
}
