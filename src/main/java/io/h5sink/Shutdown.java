package io.h5sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Disposes the sessions that run when the JVM ends, and waits for their files, but not for ever. */
final class Shutdown {

    /** Something that must be given the time to end. */
    interface Running {

        /** Begins to end, and returns at once. */
        void dispose();

        /** Waits for the end; false if it did not come in time. */
        boolean awaitOver(long nanos) throws InterruptedException;

        /** The file that is to be completed. */
        Path file();

        /** The call that it waits for, in words, or null. */
        @Nullable
        String underway();
    }

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");
    private static final Set<Running> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::disposeAll, "h5sink-shutdown"));
        } catch (IllegalStateException e) {
            LOG.debug("the JVM ends already; sessions that start now are not waited for", e);
        }
    }

    private Shutdown() {}

    static void add(Running session) {
        RUNNING.add(session);
    }

    static void remove(Running session) {
        RUNNING.remove(session);
    }

    static boolean isRunning(Running session) {
        return RUNNING.contains(session);
    }

    private static void disposeAll() {
        disposeAll(Set.copyOf(RUNNING), PATIENCE);
    }

    /** Disposes each on a thread of its own, so that a publisher that blocks when it is cancelled harms no other file. */
    static void disposeAll(Set<Running> running, Duration patience) {
        running.forEach(session -> Threads.OUTSIDE.execute(session::dispose));
        long deadline = System.nanoTime() + patience.toNanos();
        for (Running session : running) {
            try {
                if (!session.awaitOver(deadline - System.nanoTime())) {
                    String call = session.underway();
                    LOG.error(
                            "{}: not completed within {} of the JVM's end{}",
                            session.file(),
                            patience,
                            call == null ? "" : ", waiting for " + call);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
