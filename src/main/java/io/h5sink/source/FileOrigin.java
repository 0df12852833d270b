package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.access.Failures;
import io.h5sink.access.Problem;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;

/**
 * A file to read, open or not.
 *
 * @param file the path
 * @param access the HDF5 file driver
 * @param failures makes the exceptions of the public API
 */
public record FileOrigin(Path file, FileDriver access, Failures failures) {

    /** The path with its driver. */
    StoredFile stored() {
        return new StoredFile(file, access);
    }

    /** The exception of the public API for a failure of the file. */
    H5Exception failure(StorageException e) {
        return failures.reading(Problem.of(e), file);
    }
}
