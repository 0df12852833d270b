package io.h5sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files that sinks of this JVM write to, so that no two write to the same. Any thread. */
final class OpenFiles {

    private static final int MAX_LINKS = 40;
    private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

    private OpenFiles() {}

    /**
     * A file's name with all links resolved, so that two ways to the same file are the same.
     *
     * @return the path itself, made absolute, where that is not possible; opening it will tell why
     */
    static Path identity(Path file) {
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

    /** Claims a file; false if another sink has it. */
    static boolean claim(Path identity) {
        return CLAIMED.add(identity);
    }

    static void release(Path identity) {
        CLAIMED.remove(identity);
    }
}
