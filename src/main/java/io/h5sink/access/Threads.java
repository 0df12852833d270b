package io.h5sink.access;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads of all sinks in the JVM: daemons that end when they have been idle for {@link #IDLE}, so that no thread keeps a class loader
 * alive. They are made from plain executors, because threads that Reactor makes by name refuse to block, which files do, and because a
 * virtual-time test must not take them over.
 */
public final class Threads {

    private static final Duration IDLE = Duration.ofSeconds(2);

    /**
     * The writer threads, as many as processors: each drain of a session runs on one of them, and no session has two drains at a time, so
     * that files are written at the same time as each other. A sink may be given a scheduler of its own.
     */
    public static final Scheduler WRITERS = Schedulers.fromExecutorService(
            timed(Math.max(2, Runtime.getRuntime().availableProcessors()), numbered("h5sink-writer-")),
            "h5sink-writers");

    /** The HDF5 thread: the one thread that reads, because the C library does one thing at a time. */
    public static final Scheduler HDF5 = Schedulers.fromExecutorService(timed(1, Hdf5Thread::new), "h5sink");

    /** Threads that call the publisher's {@code request}, where it may emit, and the users' subscribers, who may block. */
    public static final ExecutorService OUTSIDE = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE.toNanos(),
            TimeUnit.NANOSECONDS,
            new SynchronousQueue<>(),
            numbered("h5sink-io-"));

    /** {@link #OUTSIDE}; each worker runs its tasks one after the other. */
    public static final Scheduler RESULTS = Schedulers.fromExecutor(OUTSIDE, true);

    /** Monitors the calls of the other threads; never runs code of a user, except for a logger. */
    static final ScheduledExecutorService WATCHDOG = timed(1, named("h5sink-watchdog"));

    private static final class Hdf5Thread extends Thread {
        Hdf5Thread(Runnable task) {
            super(null, task, "h5sink", 0, false);
            prepare(this);
        }
    }

    private Threads() {}

    /** True on the thread of {@link #HDF5}. */
    public static boolean isHdf5() {
        return Thread.currentThread() instanceof Hdf5Thread;
    }

    private static ScheduledExecutorService timed(int threads, ThreadFactory factory) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, factory);
        executor.setRemoveOnCancelPolicy(true); // the timers of a session that has ended would keep the session
        executor.setKeepAliveTime(IDLE.toNanos(), TimeUnit.NANOSECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static ThreadFactory named(String name) {
        return task -> daemon(task, name);
    }

    private static ThreadFactory numbered(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> daemon(task, prefix + count.incrementAndGet());
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 0, false);
        prepare(thread);
        return thread;
    }

    /** Makes a thread a daemon that has nothing of the thread that happens to start it. */
    private static void prepare(Thread thread) {
        thread.setDaemon(true);
        thread.setContextClassLoader(Threads.class.getClassLoader());
    }
}
