package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.access.Failures;
import io.h5sink.access.Problem;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;

/**
 * A file that is read, open or not.
 *
 * @param file its path
 * @param access how HDF5 keeps it
 * @param failures makes the exceptions that the user sees
 */
public record FileOrigin(Path file, FileDriver access, Failures failures) {

    /** The file as the rooms below know it. */
    StoredFile stored() {
        return new StoredFile(file, access);
    }

    /** What the user sees of what the file has refused. */
    H5Exception failure(StorageException e) {
        return failures.reading(Problem.of(e), file);
    }
}
