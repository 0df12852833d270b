package io.h5sink.sink;

import io.h5sink.access.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Terminates the running sessions when the JVM shuts down. The shutdown hook first waits for streams to terminate by themselves, because their
 * publishers may have hooks, too, and still emit records that they have accepted; then disposes the remaining sessions, and waits for all files
 * to be completed, for a limited time.
 */
public final class Shutdown {

    /** A session or log that needs time to complete its file. */
    public interface Running {

        /** Starts to terminate the session, and returns at once. */
        void dispose();

        /** True if the stream has terminated, so that only the file remains to be completed. */
        boolean isTerminating();

        /** True if the session was disposed. */
        boolean isDisposed();

        /** Waits until the file is complete; false after a timeout. */
        boolean awaitTermination(long nanos) throws InterruptedException;

        /** True if {@link #dispose} loses no value, so that the hook disposes the session as soon as no thread can feed it. */
        default boolean drains() {
            return false;
        }

        /** The file that is to be completed. */
        Path file();

        /** The number of received records. */
        long received();

        /** The number of committed records. */
        long safe();

        /** The call of HDF5 that has not returned, in words, or null. */
        @Nullable
        String underway();
    }

    /**
     * The longest delays of the JVM's shutdown, all counted from its start.
     *
     * @param alone the time for streams to terminate by themselves, if only daemon threads are left to feed them
     * @param grace the same while another thread runs, such as the shutdown hook of a container that drains
     * @param total the time for files to be completed
     */
    record ShutdownTimes(Duration alone, Duration grace, Duration total) {

        /** A fifth of the total for streams that no thread seems to feed, and a fifth for the files. */
        static ShutdownTimes of(Duration total) {
            return new ShutdownTimes(total.dividedBy(5), total.dividedBy(5).multipliedBy(4), total);
        }
    }

    /** The system property of the longest delay of the JVM's shutdown, in seconds; Docker sends SIGKILL 10 seconds after SIGTERM. */
    private static final String SECONDS = "h5sink.shutdown.seconds";

    /** The id of the thread that called {@code main}, and that may wait for ever. */
    private static final long MAIN = 1;

    /** The class on the stack of the thread that shuts the JVM down, and that waits for all hooks. */
    private static final String ENDING = "java.lang.Shutdown";

    private static final long LOOK_NANOS = 100_000_000;
    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");
    private static final Set<Running> RUNNING = ConcurrentHashMap.newKeySet();

    /** The hook; null while no session runs, so that the JVM does not keep this class for ever. Guarded by the class. */
    private static @Nullable Thread hook;

    private final Set<Running> running;
    private final ShutdownTimes times;
    private final long start = System.nanoTime();

    /** All sessions that have run since the start of the shutdown; further sessions may begin meanwhile. */
    private final Set<Running> met = new LinkedHashSet<>();

    private Shutdown(Set<Running> running, ShutdownTimes times) {
        this.running = running;
        this.times = times;
    }

    /** Adds a session, which the JVM's end waits for. Any thread. */
    public static synchronized void add(Running session) {
        RUNNING.add(session);
        if (hook == null) {
            Thread thread = new Thread(null, Shutdown::endAll, "h5sink-shutdown", 0, false);
            try {
                Runtime.getRuntime().addShutdownHook(thread);
                hook = thread;
            } catch (IllegalStateException e) {
                LOG.debug("the JVM ends already; sessions that start now are not waited for", e);
            }
        }
    }

    private static void endAll() {
        end(RUNNING, ShutdownTimes.of(Duration.ofSeconds(Math.max(0, Long.getLong(SECONDS, 10)))));
    }

    /** Removes a session that has terminated. Any thread, any number of times. */
    public static synchronized void remove(Running session) {
        if (RUNNING.remove(session) && RUNNING.isEmpty() && hook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
                hook = null;
            } catch (IllegalStateException e) {
                LOG.trace("the hook runs", e);
            }
        }
    }

    public static boolean isRunning(Running session) {
        return RUNNING.contains(session);
    }

    /** Terminates running sessions, also those that begin meanwhile, and waits for their files. */
    static void end(Set<Running> running, ShutdownTimes times) {
        try {
            new Shutdown(running, times).end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() throws InterruptedException {
        if (running.stream().anyMatch(Running::drains) && !isFed()) {
            running.stream().filter(Running::drains).forEach(Running::dispose);
        }
        boolean over = awaitAll(times.alone());
        while (!over && left(times.grace()) > 0 && isFed()) {
            over = awaitAll(soon(times.grace()));
        }
        if (!over) {
            cutOff();
        }
    }

    /** Waits until all sessions have terminated, up to a time since the start of the shutdown; false after that time. */
    private boolean awaitAll(Duration until) throws InterruptedException {
        met.addAll(running);
        do {
            for (Running session : met) {
                if (!session.awaitTermination(left(until))) {
                    return false;
                }
            }
        } while (met.addAll(running));
        return true;
    }

    private long left(Duration until) {
        return until.toNanos() - (System.nanoTime() - start);
    }

    private Duration soon(Duration atMost) {
        return atMost.minusNanos(Math.max(0, left(atMost) - LOOK_NANOS));
    }

    /**
     * Disposes sessions that have not terminated, also those that begin meanwhile, and waits for their files. A session whose stream has
     * terminated by itself is disposed, too: that ends its waits for free space on the disk.
     */
    private void cutOff() throws InterruptedException {
        Set<Running> disposed = new LinkedHashSet<>();
        Set<Running> cut = new LinkedHashSet<>();
        do {
            for (Running session : met) {
                if (!session.awaitTermination(0) && disposed.add(session)) {
                    if (!session.isTerminating() && !session.drains()) {
                        cut.add(session);
                    }
                    // on a thread of its own, so that a publisher that blocks when it is cancelled harms no other file
                    Threads.OUTSIDE.execute(session::dispose);
                }
            }
        } while (!awaitAll(soon(times.total())) && left(times.total()) > 0);
        for (Running session : disposed) {
            boolean over = session.awaitTermination(0);
            if (!over || (cut.contains(session) && session.isDisposed())) {
                report(session, over);
            }
        }
    }

    private void report(Running session, boolean over) {
        String records = session.received() + " records were received, " + session.safe() + " are safe in the file";
        if (over) {
            LOG.warn("{}: the JVM's end has cut the stream off: {}", session.file(), records);
            return;
        }
        String call = session.underway();
        LOG.error(
                "{}: not completed within {} of the JVM's end{}: {}",
                session.file(),
                times.total(),
                call == null ? "" : ", waiting for " + call,
                records);
    }

    /** True if a thread runs for which the JVM would have waited: another hook, or a thread that works for one. */
    private static boolean isFed() {
        return Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(entry -> isAtWork(entry.getKey(), entry.getValue()));
    }

    private static boolean isAtWork(Thread thread, StackTraceElement[] calls) {
        return !thread.isDaemon()
                && thread.getId() != MAIN
                && thread != Thread.currentThread()
                && Stream.of(calls).noneMatch(call -> call.getClassName().equals(ENDING));
    }
}
