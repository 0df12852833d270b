package io.h5sink;

import java.nio.file.Path;

/** Makes the exception that the outside gets of a problem. */
final class Failures {

    private Failures() {}

    static H5Exception of(Problem problem, Path file, long safeRecords) {
        return switch (problem.kind()) {
            case FILE -> new H5FileException(problem, file, safeRecords);
            case SCHEMA -> new H5SchemaException(problem, file, safeRecords);
            case WRITE -> new H5WriteException(problem, file, safeRecords);
        };
    }
}
