package io.h5sink;

import io.h5sink.H5Exception.Details;
import io.h5sink.access.Failures;
import io.h5sink.access.Problem;
import java.nio.file.Path;

/** Converts a {@link Problem} to the exception that the user sees, as no other class does. */
final class H5Failures implements Failures {

    static final Failures FAILURES = new H5Failures();

    private H5Failures() {}

    @Override
    public H5Exception of(Problem problem, Path file, long safeRecords) {
        Details details = stream(problem, file, safeRecords);
        return switch (problem.kind()) {
            case FILE, BUSY -> new H5FileException(details);
            case SCHEMA -> new H5SchemaException(details);
            case FULL, WRITE -> new H5WriteException(details);
        };
    }

    @Override
    public H5SchemaException badRecord(Problem problem, Path file, long safeRecords) {
        return new H5SchemaException(stream(problem, file, safeRecords));
    }

    @Override
    public H5Exception reading(Problem problem, Path file) {
        Details details = details(problem, file, problem.message(), 0);
        return switch (problem.kind()) {
            case FILE, BUSY -> new H5FileException(details);
            case SCHEMA -> new H5SchemaException(details);
            case FULL, WRITE -> new H5ReadException(details);
        };
    }

    /** The failure that ended a stream, for one more caller, as a new exception with a stack of its own. */
    static H5Exception again(Throwable ended, Path file, long safeRecords) {
        if (ended instanceof H5FileException first) {
            return new H5FileException(same(first));
        } else if (ended instanceof H5SchemaException first) {
            return new H5SchemaException(same(first));
        } else if (ended instanceof H5WriteException first) {
            return new H5WriteException(same(first));
        }
        return FAILURES.of(Problem.ended(ended), file, safeRecords);
    }

    private static Details stream(Problem problem, Path file, long safeRecords) {
        String safe = safeRecords == 1 ? "1 record is" : safeRecords + " records are";
        return details(problem, file, problem.message() + "; " + safe + " safe in the file", safeRecords);
    }

    private static Details details(Problem problem, Path file, String message, long safeRecords) {
        return new Details(
                file + ": " + message,
                problem.cause(),
                file,
                problem.object(),
                problem.expected(),
                problem.actual(),
                safeRecords);
    }

    private static Details same(H5Exception first) {
        return new Details(
                String.valueOf(first.getMessage()),
                first,
                first.file(),
                first.object(),
                first.expected(),
                first.actual(),
                first.safeRecords());
    }
}
