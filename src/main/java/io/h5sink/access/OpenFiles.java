package io.h5sink.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that sinks of this JVM write to, so that no two write to the same: neither by the same path nor by another name of the same
 * file, a hard link for example, where the system tells which file a name is of. Any thread.
 */
public final class OpenFiles {

    private static final Map<Path, OpenFile> CLAIMED = new HashMap<>();

    /** A file that a sink writes to. */
    private static final class OpenFile {

        /** What the system knows it by; null until it is there, and where the system does not tell. */
        private @Nullable Object key;

        /** The committed positions; null as long as its sink has not published them. */
        private @Nullable Map<String, Long> positions;

        OpenFile(@Nullable Object key) {
            this.key = key;
        }

        /** Whether a key is that of the file, which may have been made, or have been replaced, since it was claimed. */
        boolean has(Object other, Path path) {
            if (key == null || key.equals(other)) {
                key = key(path);
            }
            return other.equals(key);
        }
    }

    private OpenFiles() {}

    /** Claims files, by their identities; none, and false, if another sink has one of them. */
    public static boolean claim(List<Path> identities) {
        synchronized (CLAIMED) {
            if (identities.stream().anyMatch(OpenFiles::isClaimed)) {
                return false;
            }
            identities.forEach(identity -> CLAIMED.put(identity, new OpenFile(key(identity))));
            return true;
        }
    }

    private static boolean isClaimed(Path identity) {
        if (CLAIMED.containsKey(identity)) {
            return true;
        }
        Object key = key(identity);
        return key != null
                && CLAIMED.entrySet().stream().anyMatch(open -> open.getValue().has(key, open.getKey()));
    }

    private static @Nullable Object key(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null; // as long as it is not there
        }
    }

    /** Publishes the committed positions of files that are claimed. */
    public static void publish(List<Path> identities, Map<String, Long> positions) {
        synchronized (CLAIMED) {
            for (Path identity : identities) {
                OpenFile open = CLAIMED.get(identity);
                if (open != null) {
                    open.positions = positions;
                }
            }
        }
    }

    /** The committed positions of a file, or null if no sink of this JVM has published them. */
    public static @Nullable Map<String, Long> positions(Path identity) {
        synchronized (CLAIMED) {
            OpenFile open = CLAIMED.get(identity);
            return open == null ? null : open.positions;
        }
    }

    public static void release(List<Path> identities) {
        synchronized (CLAIMED) {
            identities.forEach(CLAIMED::remove);
        }
    }
}
