package io.h5sink.access;

import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files that sinks of this JVM write to. No two sinks write to the same file, neither by the same path nor by another name of it, such as a
 * hard link, where the operating system identifies files. Any thread.
 */
public final class OpenFiles {

    private static final Map<Path, OpenFile> CLAIMED = new HashMap<>();

    /** The sinks that are going to claim files, in the order of their subscriptions, and how to find the files' identities. */
    private static final Map<Object, Supplier<List<Path>>> EXPECTED = new LinkedHashMap<>();

    /** A file that a sink writes to. */
    private static final class OpenFile {

        /** The operating system's key of the file; null until the file exists, and where the system has no such keys. */
        private @Nullable Object key;

        /** The committed positions; null until the sink has published them. */
        private @Nullable Map<String, Long> positions;

        OpenFile(@Nullable Object key) {
            this.key = key;
        }

        /** True if the key is that of the file, which may have been created or replaced since the claim. */
        boolean has(Object other, Path path) {
            if (key == null || key.equals(other)) {
                key = key(path);
            }
            return other.equals(key);
        }
    }

    private OpenFiles() {}

    /** Claims files, by their identities; claims none of them and returns false if another sink has claimed one. */
    public static boolean claim(List<Path> identities) {
        synchronized (CLAIMED) {
            if (identities.stream().anyMatch(OpenFiles::isClaimed)) {
                return false;
            }
            identities.forEach(identity -> CLAIMED.put(identity, new OpenFile(key(identity))));
            return true;
        }
    }

    /**
     * Notes that a sink is going to claim files, on whichever thread is free first, so that no sink that subscribes later claims them before.
     *
     * @param identities finds the identities of the files, by reading from the disk
     */
    public static void expect(Object sink, Supplier<List<Path>> identities) {
        synchronized (CLAIMED) {
            EXPECTED.put(sink, identities);
        }
    }

    /** Claims files as {@link #claim(List)} does, also false if a sink is expected that has subscribed earlier and writes to one of them. */
    public static boolean claim(Object sink, List<Path> identities) {
        synchronized (CLAIMED) {
            boolean free = !EXPECTED.containsKey(sink) || isBeforeOthers(sink, identities);
            EXPECTED.remove(sink);
            return free && claim(identities);
        }
    }

    private static boolean isBeforeOthers(Object sink, List<Path> identities) {
        for (Map.Entry<Object, Supplier<List<Path>>> earlier : EXPECTED.entrySet()) {
            if (earlier.getKey() == sink) {
                return true;
            }
            if (meet(identities, earlier.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static boolean meet(List<Path> identities, Supplier<List<Path>> others) {
        try {
            return others.get().stream().anyMatch(other -> identities.stream().anyMatch(mine -> areSame(mine, other)));
        } catch (StorageException e) {
            return false; // the other sink fails for the same reason
        }
    }

    private static boolean areSame(Path one, Path other) {
        if (one.equals(other)) {
            return true;
        }
        Object key = key(one);
        return key != null && key.equals(key(other));
    }

    /** Notes that a sink is not going to claim files any more. */
    public static void forget(Object sink) {
        synchronized (CLAIMED) {
            EXPECTED.remove(sink);
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
            return null; // the file does not exist yet
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
