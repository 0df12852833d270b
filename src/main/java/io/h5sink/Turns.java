package io.h5sink;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * Gives a session its turns on the HDF5 thread: work that is asked for by any thread, run by one thread at a time, and never
 * forgotten. Whoever asks raises {@link #wip}, and the one that raises it from zero schedules a turn.
 *
 * <p>Once the scheduler takes no more work, which may have dropped what it had, the turns are run by a thread outside,
 * unless the HDF5 thread is at work right now, and does it itself.
 */
final class Turns {

    /** What is done in a turn. Its methods are called by the thread whose turn it is, but for {@link #rejected()}. */
    interface Work {

        /** Does all there is to do. */
        void turn();

        /** There will be one more turn, and no others. Called by the thread that found out, any number of times. */
        void rejected();

        /** Whether there is nothing left to do, ever. Any thread. */
        boolean isOver();
    }

    private static final long ASK_NANOS = 500_000_000;

    private final Scheduler scheduler;
    private final Scheduler.Worker worker;
    private final Work work;
    private final AtomicInteger wip = new AtomicInteger();

    /** Whether a turn is scheduled and has not begun; whoever lowers it begins. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private volatile @Nullable RejectedExecutionException rejection;

    private volatile @Nullable Thread taker;

    /** When the scheduler was last asked whether it works. Belongs to whoever looks. */
    private long asked = System.nanoTime();

    Turns(Scheduler scheduler, Work work) {
        this.scheduler = scheduler;
        this.worker = scheduler.createWorker();
        this.work = work;
    }

    /** Asks for a turn. Any thread. */
    void ask() {
        if (wip.getAndIncrement() == 0) {
            scheduled.set(true);
            later(this::begin, 0);
        } else if (scheduler.isDisposed()) {
            reject(disposed());
        }
    }

    /** Takes a turn now, unless one is asked for anyway. On the HDF5 thread. */
    void take() {
        if (wip.getAndIncrement() == 0) {
            drain();
        }
    }

    /** Lets the HDF5 thread do something that is not a turn. Any thread. */
    void later(Runnable task, long nanos) {
        try {
            worker.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            reject(e);
        }
    }

    /** Why the scheduler was found to take no more work, or null. Any thread. */
    @Nullable
    RejectedExecutionException rejection() {
        return rejection;
    }

    /**
     * Why the scheduler takes no more work, or null if it does: asks it, because a disposed one interrupts its threads before anybody
     * finds out. By the thread whose turn it is.
     */
    @Nullable
    RejectedExecutionException rejectionNow() {
        if (rejection == null) {
            try {
                ask(scheduler, worker);
            } catch (RejectedExecutionException e) {
                return e;
            }
        }
        return rejection;
    }

    private static void ask(Scheduler scheduler, Scheduler.Worker worker) {
        if (scheduler.isDisposed()) {
            throw disposed();
        }
        worker.schedule(() -> {}); // which an executor rejects that was shut down
    }

    /** The thread whose turn it is, or null. Any thread. */
    @Nullable
    Thread taker() {
        return taker;
    }

    /**
     * Finds out whether the scheduler has been disposed, or what is behind it, and has dropped what was to be done: nobody tells. By one
     * thread at a time, again and again.
     */
    void look() {
        if (rejection != null) {
            return;
        }
        try {
            long now = System.nanoTime();
            if (scheduler.isDisposed() || now - asked >= ASK_NANOS) {
                asked = now;
                ask(scheduler, worker);
            }
        } catch (RejectedExecutionException e) {
            Threads.OUTSIDE.execute(() -> reject(e)); // it cancels the upstream, who may block
        }
    }

    private static RejectedExecutionException disposed() {
        return Exceptions.failWithRejected("it is disposed");
    }

    /** Gives the worker back. Any thread, any number of times. */
    void dispose() {
        worker.dispose();
    }

    private void reject(RejectedExecutionException e) {
        if (work.isOver()) {
            return;
        }
        rejection = e;
        work.rejected();
        if (wip.getAndIncrement() == 0) {
            scheduled.set(true);
        }
        Threads.OUTSIDE.execute(this::begin);
    }

    private void begin() {
        if (scheduled.compareAndSet(true, false)) {
            drain();
        }
    }

    private void drain() {
        int seen = wip.get();
        taker = Thread.currentThread();
        work.turn();
        taker = null;
        if (wip.addAndGet(-seen) != 0) {
            scheduled.set(true);
            later(
                    this::begin,
                    0); // no loop: a stream that never rests must not keep others from the thread, or from their timers
        }
    }
}
