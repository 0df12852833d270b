package io.h5sink.storage.driver;

import io.h5sink.format.DriverInfo;
import io.h5sink.format.Superblock;
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
public record StoredFile(Path path, FileDriver access) {

    /** The file on disk that has the superblock. */
    public Path head() {
        return access.files(path).get(0);
    }

    /** As {@link FileDriver#files}. */
    public List<Path> parts() {
        return access.files(path);
    }

    /**
     * As {@link FileDriver#identities}.
     *
     * @return real paths
     */
    public List<Path> identities() {
        return access.identities(path);
    }

    /** As {@link FileDriver#others}. */
    public List<Path> others() {
        return access.others(path);
    }

    /** As {@link FileDriver#addresses}. */
    public Map<Long, Path> addresses() {
        return access.addresses(path);
    }

    /** What a part is called in messages. */
    public String name(Path part) {
        return FileDriver.name(path, part);
    }

    /** As {@link FileDriver#check}. */
    public void check(Superblock superblock, @Nullable DriverInfo info) throws IOException {
        access.check(path, superblock, info);
    }
}
