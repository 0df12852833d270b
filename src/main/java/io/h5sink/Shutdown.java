package io.h5sink;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
        Set<Running> running = Set.copyOf(RUNNING);
        running.forEach(Running::dispose);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Running session : running) {
            try {
                if (!session.awaitOver(deadline - System.nanoTime())) {
                    LOG.error("h5sink: a file could not be completed within {} of the JVM's end", PATIENCE);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
