package io.h5sink;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The files that sinks of this JVM write to, so that no two write to the same. Any thread. */
final class OpenFiles {

    /** Each with the committed positions, as far as its sink tells them. */
    private static final Map<Path, Optional<Map<String, Long>>> CLAIMED = new ConcurrentHashMap<>();

    private OpenFiles() {}

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
