package io.h5sink.access;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at what may have stopped without a word, ten times a second, and at nothing when no session runs. */
public final class Watchdog {

    /** Something to look at. */
    public interface Watched {

        /** Tells of what is wrong, if anything is. By one thread at a time; must not throw. */
        void look();

        /** The file that it is about. */
        Path file();
    }

    private static final long PERIOD_MILLIS = 100;
    private static final Set<Watched> ALL = ConcurrentHashMap.newKeySet();

    private static @Nullable Future<?> looking;

    private Watchdog() {}

    /** Looks at something from now on. Any thread. */
    public static synchronized void add(Watched watched) {
        if (ALL.add(watched) && looking == null) {
            looking = Threads.WATCHDOG.scheduleWithFixedDelay(
                    Watchdog::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Looks no more at something. Any thread, any number of times. */
    public static synchronized void remove(Watched watched) {
        Future<?> task = looking;
        if (ALL.remove(watched) && ALL.isEmpty() && task != null) {
            task.cancel(false);
            looking = null;
        }
    }

    /** Whether it looks at anything about a file. Any thread. */
    public static boolean isLookingAt(Path file) {
        return ALL.stream().anyMatch(watched -> watched.file().equals(file));
    }

    private static void look() {
        ALL.forEach(Watched::look);
    }
}
