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
 * Ends the sessions that run when the JVM ends: first waits for their streams to end by themselves, because whoever feeds them may have
 * hooks, too, and be busy with what it has accepted; then cuts off those that have not, and waits for their files, but not for ever.
 */
public final class Shutdown {

    /** Something that must be given the time to end. */
    public interface Running {

        /** Begins to end, and returns at once. */
        void dispose();

        /** Whether its stream has ended, so that only its file is to be completed. */
        boolean isTerminating();

        /** Whether its stream was ended from outside. */
        boolean isDisposed();

        /** Waits for the end; false if it did not come in time. */
        boolean awaitTermination(long nanos) throws InterruptedException;

        /** Whether disposing it loses nothing, so that it need not be waited for when nobody feeds it any more. */
        default boolean drains() {
            return false;
        }

        /** The file that is to be completed. */
        Path file();

        /** The records that were received. */
        long received();

        /** The records that are safe. */
        long safe();

        /** The call that it waits for, in words, or null. */
        @Nullable
        String underway();
    }

    /**
     * How long the JVM's end is held up, at most.
     *
     * @param alone for streams to end by themselves, if only daemon threads are left to feed them
     * @param grace the same, while any other thread runs, such as the hook of a container that drains
     * @param total until files are complete, from the beginning
     */
    record ShutdownTimes(Duration alone, Duration grace, Duration total) {

        /** A fifth of the total for streams that nobody seems to feed, and a fifth for the files. */
        static ShutdownTimes of(Duration total) {
            return new ShutdownTimes(total.dividedBy(5), total.dividedBy(5).multipliedBy(4), total);
        }
    }

    /** How long the JVM's end is held up, in seconds; 10 are what Docker gives between SIGTERM and SIGKILL. */
    private static final String SECONDS = "h5sink.shutdown.seconds";

    /** The number of the thread that has called {@code main}, and may wait for ever. */
    private static final long MAIN = 1;

    /** Where the thread is that ends the JVM, and waits for all hooks. */
    private static final String ENDING = "java.lang.Shutdown";

    private static final long LOOK_NANOS = 100_000_000;
    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");
    private static final Set<Running> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> end(
                                    RUNNING,
                                    ShutdownTimes.of(Duration.ofSeconds(Math.max(0, Long.getLong(SECONDS, 10))))),
                            "h5sink-shutdown"));
        } catch (IllegalStateException e) {
            LOG.debug("the JVM ends already; sessions that start now are not waited for", e);
        }
    }

    private final Set<Running> running;
    private final ShutdownTimes times;
    private final long start = System.nanoTime();

    /** All that have run since the start; others may begin meanwhile. */
    private final Set<Running> met = new LinkedHashSet<>();

    private Shutdown(Set<Running> running, ShutdownTimes times) {
        this.running = running;
        this.times = times;
    }

    public static void add(Running session) {
        RUNNING.add(session);
    }

    public static void remove(Running session) {
        RUNNING.remove(session);
    }

    public static boolean isRunning(Running session) {
        return RUNNING.contains(session);
    }

    /** Ends what runs, also what begins meanwhile, and waits for it. */
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

    /** Waits until all are over, until a time since the start; false if they were not. */
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
     * Cuts off what is not over, also what begins then, and waits for the files; those whose streams have ended by themselves get no more
     * than to know that there is no time to wait for room or for another program.
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

    /** Whether a thread is left that the JVM would have waited for: a hook, or who works for one; not those of timers. */
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
