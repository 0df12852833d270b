package io.h5sink;

import io.h5sink.hdf5.Access;
import io.h5sink.hdf5.StoreException;
import io.h5sink.hdf5.StoredFile;
import java.nio.file.Path;

/**
 * A file that is read, open or not.
 *
 * @param file its path
 * @param access how HDF5 keeps it
 * @param failures makes the exceptions that the user sees
 */
record FileOrigin(Path file, Access access, Failures failures) {

    /** The file as the rooms below know it. */
    StoredFile stored() {
        return new StoredFile(file, access);
    }

    /** What the user sees of what the file has refused. */
    H5Exception failure(StoreException e) {
        return failures.reading(Problem.of(e), file);
    }
}
