package io.h5sink.storage.driver;

import io.h5sink.format.DriverInfo;
import io.h5sink.format.Superblock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The path and the driver of a file, which together determine the files on disk that the file consists of.
 *
 * @param path the path that the file was given
 * @param access the driver
 */
public record StoredFile(Path path, FileDriver access) {

    /** The file on disk that has the superblock. */
    public Path head() {
        return access.files(path).get(0);
    }

    /** The files on disk that this file always consists of, as {@link FileDriver#files} has them. */
    public List<Path> parts() {
        return access.files(path);
    }

    /**
     * The files on disk that only one sink may have at a time, as {@link FileDriver#identities} has them.
     *
     * @return real paths
     */
    public List<Path> identities() {
        return access.identities(path);
    }

    /** The other existing files on disk, as {@link FileDriver#others} has them. */
    public List<Path> others() {
        return access.others(path);
    }

    /** The files on disk by the address of their first byte, as {@link FileDriver#addresses} has them. */
    public Map<Long, Path> addresses() {
        return access.addresses(path);
    }

    /** The name of a part in messages. */
    public String name(Path part) {
        return FileDriver.name(path, part);
    }

    /** Throws if the file does not fit its superblock, as {@link FileDriver#check} does. */
    public void check(Superblock superblock, @Nullable DriverInfo info) throws IOException {
        access.check(path, superblock, info);
    }
}
