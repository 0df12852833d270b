package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a file lies, and by which file driver, which tells what files on disk it is made of.
 *
 * @param path the name that the file was given
 * @param access the driver
 */
public record StoredFile(Path path, Access access) {

    /** The file on disk that has the superblock. */
    Path head() {
        return access.files(path).get(0);
    }

    /** As {@link Access#files}. */
    List<Path> parts() {
        return access.files(path);
    }

    /**
     * As {@link Access#identities}.
     *
     * @return real paths
     */
    public List<Path> identities() {
        return access.identities(path);
    }

    /** As {@link Access#others}. */
    List<Path> others() {
        return access.others(path);
    }

    /** As {@link Access#addresses}. */
    Map<Long, Path> addresses() {
        return access.addresses(path);
    }

    /** What a part is called in messages. */
    String name(Path part) {
        return Access.name(path, part);
    }

    /** As {@link Access#check}. */
    void check(Superblock superblock, @Nullable DriverInfo info) throws IOException {
        access.check(path, superblock, info);
    }
}
