package io.h5sink.access;

import io.h5sink.H5Exception;
import io.h5sink.H5SchemaException;
import java.nio.file.Path;

/** Makes the exceptions of the public API. Implemented by the public package, because their constructors are visible only there. */
public interface Failures {

    /** The exception that a stream of records fails with. */
    H5Exception of(Problem problem, Path file, long safeRecords);

    /** The exception that the handler of bad records receives with the record that is left out. */
    H5SchemaException badRecord(Problem problem, Path file, long safeRecords);

    /** The exception that reading a file fails with. */
    H5Exception reading(Problem problem, Path file);
}
