package io.h5sink;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at the calls of all sessions that run, ten times a second, and at nothing when none does. */
final class Watchdog {

    private static final long PERIOD_MILLIS = 100;
    private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();

    private static @Nullable Future<?> looking;

    private Watchdog() {}

    /** Looks at the calls of a session that begins. Any thread. */
    static synchronized void add(Watch watch) {
        if (watch.hasLimit() && WATCHES.add(watch) && looking == null) {
            looking = Threads.WATCHDOG.scheduleWithFixedDelay(
                    Watchdog::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Looks no more at the calls of a session that is over. Any thread, any number of times. */
    static synchronized void remove(Watch watch) {
        Future<?> task = looking;
        if (WATCHES.remove(watch) && WATCHES.isEmpty() && task != null) {
            task.cancel(false);
            looking = null;
        }
    }

    /** Whether it looks at the calls on a file. Any thread. */
    static boolean isLookingAt(Path file) {
        return WATCHES.stream().anyMatch(watch -> watch.file().equals(file));
    }

    private static void look() {
        WATCHES.forEach(Watch::look);
    }
}
