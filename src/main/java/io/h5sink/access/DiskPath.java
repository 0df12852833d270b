package io.h5sink.access;

import io.h5sink.storage.driver.FileDriver;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/** Paths of files that HDF5 can open. */
public final class DiskPath {

    private DiskPath() {}

    /** Throws for a path of another file system, such as a zip file: HDF5 would open a file of that name on disk. */
    public static void mustBe(Path file) {
        if (file.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(
                    "file must be on disk, and " + file + " is in another file system (" + file.getFileSystem()
                            + " of " + file.getFileSystem().provider().getScheme()
                            + "); Driver.image gives the bytes of a file away, and H5Source.open takes them");
        }
    }

    /** Throws if the path cannot be that of a file of the driver. */
    public static void mustSuit(Path file, FileDriver access) {
        mustBe(file);
        String refusal = access.refusal(file);
        if (refusal != null) {
            throw new IllegalArgumentException(access + ": " + refusal);
        }
    }
}
