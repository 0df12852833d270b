package io.h5sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The files that sinks of this JVM write to, so that no two write to the same. Any thread. */
final class OpenFiles {

    private static final int MAX_LINKS = 40;

    /** Each with the committed positions, as far as its sink tells them. */
    private static final Map<Path, Optional<Map<String, Long>>> CLAIMED = new ConcurrentHashMap<>();

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
            if (CLAIMED.putIfAbsent(identities.get(i), Optional.empty()) != null) {
                release(identities.subList(0, i));
                return false;
            }
        }
        return true;
    }

    /** Tells the committed positions of files that are claimed. */
    static void tell(List<Path> identities, Map<String, Long> positions) {
        identities.forEach(identity -> CLAIMED.replace(identity, Optional.of(positions)));
    }

    /** The committed positions of a file, or null if no sink of this JVM tells them. */
    static @Nullable Map<String, Long> positions(Path identity) {
        return CLAIMED.getOrDefault(identity, Optional.empty()).orElse(null);
    }

    static void release(List<Path> identities) {
        identities.forEach(CLAIMED::remove);
    }
}
