package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.access.Failures;
import io.h5sink.access.Problem;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;

/**
 * A file to read, open or not.
 *
 * @param stored the file with its driver
 * @param failures makes the exceptions of the public API
 */
public record FileOrigin(StoredFile stored, Failures failures) {

    /** The path. */
    public Path path() {
        return stored.path();
    }

    /** The exception of the public API for a failure of the file. */
    H5Exception failure(StorageException e) {
        return failures.reading(Problem.of(e), path());
    }
}
