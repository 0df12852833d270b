package io.h5sink.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a file is called by all who find it in different ways. */
public final class RealPath {

    private static final int MAX_LINKS = 40;

    private RealPath() {}

    /**
     * A file's name with all links resolved, so that two ways to the same file are the same. Asks the disk.
     *
     * @param file a name of a file that is there, or is to be made
     * @return the path itself, made absolute, where that is not possible; opening it will tell why
     */
    public static Path of(Path file) {
        Path absolute = file.toAbsolutePath();
        try {
            Path target = absolute;
            for (int links = 0; links < MAX_LINKS && !Files.exists(target) && Files.isSymbolicLink(target); links++) {
                target = target.resolveSibling(Files.readSymbolicLink(target)); // to the file that will be made
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
