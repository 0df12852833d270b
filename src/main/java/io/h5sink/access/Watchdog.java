package io.h5sink.access;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Checks calls and schedulers that may have stopped without a signal, ten times a second; idle when no session runs. */
public final class Watchdog {

    /** A call or a scheduler that may stop without a signal. */
    public interface Watched {

        /** Reports a fault, if one is found. Called by one thread at a time; must not throw. */
        void look();

        /** The file of the session. */
        Path file();
    }

    private static final long PERIOD_MILLIS = 100;
    private static final Set<Watched> ALL = ConcurrentHashMap.newKeySet();

    private static @Nullable Future<?> looking;

    private Watchdog() {}

    /** Starts checking an object. Any thread. */
    public static synchronized void add(Watched watched) {
        if (ALL.add(watched) && looking == null) {
            looking = Threads.WATCHDOG.scheduleWithFixedDelay(
                    Watchdog::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Stops checking an object. Any thread, any number of times. */
    public static synchronized void remove(Watched watched) {
        Future<?> task = looking;
        if (ALL.remove(watched) && ALL.isEmpty() && task != null) {
            task.cancel(false);
            looking = null;
        }
    }

    /** True if an object of a session on the file is checked. Any thread. */
    public static boolean isLookingAt(Path file) {
        return ALL.stream().anyMatch(watched -> watched.file().equals(file));
    }

    private static void look() {
        ALL.forEach(Watched::look);
    }
}
