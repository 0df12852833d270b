package io.h5sink.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one path that stands for a file, whichever of its names is used. */
public final class RealPath {

    private static final int MAX_LINKS = 40;

    private RealPath() {}

    /**
     * Resolves all links of a path, so that two paths to one file become equal. Accesses the disk.
     *
     * @param file a path of a file that exists or is to be created
     * @return the real path; if links cannot be resolved, the absolute path: opening that path reports the reason
     */
    public static Path of(Path file) {
        Path absolute = file.toAbsolutePath();
        try {
            Path target = absolute;
            for (int links = 0; links < MAX_LINKS && !Files.exists(target) && Files.isSymbolicLink(target); links++) {
                // the target is the file that will be created
                target = target.resolveSibling(Files.readSymbolicLink(target));
            }
            Path parent = target.getParent();
            return Files.exists(target) || parent == null
                    ? target.toRealPath()
                    : parent.toRealPath().resolve(target.getFileName());
        } catch (IOException e) {
            return absolute.normalize();
        }
    }
}
