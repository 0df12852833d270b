package io.h5sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** Claims files, by their identities; none, and false, if another sink has one of them. */
    static boolean claim(List<Path> identities) {
        for (int i = 0; i < identities.size(); i++) {
            if (!CLAIMED.add(identities.get(i))) {
                release(identities.subList(0, i));
                return false;
            }
        }
        return true;
    }

    static void release(List<Path> identities) {
        identities.forEach(CLAIMED::remove);
    }
}
