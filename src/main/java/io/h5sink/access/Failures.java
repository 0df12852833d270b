package io.h5sink.access;

import io.h5sink.H5Exception;
import io.h5sink.H5SchemaException;
import java.nio.file.Path;

/** Makes the exceptions that the user sees. Handed down by the face, since nobody else can make them. */
public interface Failures {

    /** What ends a stream that is written. */
    H5Exception of(Problem problem, Path file, long safeRecords);

    /** What is wrong with a record that is left out. */
    H5SchemaException badRecord(Problem problem, Path file, long safeRecords);

    /** What ends reading, where no record is at stake. */
    H5Exception reading(Problem problem, Path file);
}
