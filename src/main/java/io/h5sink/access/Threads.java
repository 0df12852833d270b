package io.h5sink.access;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads of all sinks in the JVM, all daemons. They are made from plain executors, because threads that Reactor makes by
 * name refuse to block, which the C library does, and because a virtual-time test must not take them over.
 */
public final class Threads {

    /** The HDF5 thread: the one thread that calls the C library, unless a sink is given a scheduler of its own. */
    public static final Scheduler HDF5 =
            Schedulers.fromExecutorService(Executors.newSingleThreadScheduledExecutor(Hdf5Thread::new), "h5sink");

    /** Threads that call the publisher's {@code request}, where it may emit, and the users' subscribers, who may block. */
    public static final ExecutorService OUTSIDE = Executors.newCachedThreadPool(numbered("h5sink-io-"));

    /** {@link #OUTSIDE}; each worker runs its tasks one after the other. */
    public static final Scheduler RESULTS = Schedulers.fromExecutor(OUTSIDE, true);

    /** Monitors the calls of the other threads; never runs code of a user, except for a logger. */
    static final ScheduledExecutorService WATCHDOG =
            Executors.newSingleThreadScheduledExecutor(named("h5sink-watchdog"));

    private static final class Hdf5Thread extends Thread {
        Hdf5Thread(Runnable task) {
            super(task, "h5sink");
            setDaemon(true);
        }
    }

    private Threads() {}

    /** True on the thread of {@link #HDF5}, where users' declarations of columns are called, too. */
    public static boolean isHdf5() {
        return Thread.currentThread() instanceof Hdf5Thread;
    }

    private static ThreadFactory named(String name) {
        return task -> daemon(task, name);
    }

    private static ThreadFactory numbered(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> daemon(task, prefix + count.incrementAndGet());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
