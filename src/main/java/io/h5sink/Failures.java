package io.h5sink;

import java.nio.file.Path;

/** From what went wrong to the exception that the user sees. */
final class Failures {

    private Failures() {}

    static H5Exception of(Problem problem, Path file, long safeRecords) {
        return switch (problem.kind()) {
            case FILE -> new H5FileException(problem, file, safeRecords);
            case SCHEMA -> new H5SchemaException(problem, file, safeRecords);
            case WRITE -> new H5WriteException(problem, file, safeRecords);
        };
    }

    /** What ended a stream, for one more who is to be told; each gets an exception with a stack of its own. */
    static H5Exception again(Throwable ended, Path file, long safeRecords) {
        if (ended instanceof H5FileException first) {
            return new H5FileException(first);
        } else if (ended instanceof H5SchemaException first) {
            return new H5SchemaException(first);
        } else if (ended instanceof H5WriteException first) {
            return new H5WriteException(first);
        }
        return of(Problem.ended(ended), file, safeRecords);
    }

    /** The same, for one who reads. */
    static H5Exception reading(Problem problem, Path file) {
        return switch (problem.kind()) {
            case FILE -> new H5FileException(problem, file);
            case SCHEMA -> new H5SchemaException(problem, file);
            case WRITE -> new H5ReadException(problem, file);
        };
    }
}
