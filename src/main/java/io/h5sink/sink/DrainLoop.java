package io.h5sink.sink;

import io.h5sink.access.Threads;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * Drains a session on threads of a scheduler; the thread that drains is the <i>writer thread</i> of the session. Any thread may schedule a
 * drain; drains are run by one thread at a time, and none is forgotten: each call of {@link #schedule} raises {@link #wip}, and the call that
 * raises {@code wip} from zero schedules a drain.
 *
 * <p>Once the scheduler takes no more work, and may have dropped the drain that was scheduled, a thread of {@link Threads#OUTSIDE} drains,
 * unless the writer thread is draining right now, and goes on itself.
 */
final class DrainLoop {

    /** The task that a drain runs. The draining thread calls all methods but {@link #rejected()}. */
    interface DrainTask {

        /** Processes all signals and records that have arrived. */
        void drain();

        /** Called when the scheduler rejects tasks, by any thread and any number of times; one last drain follows. */
        void rejected();

        /** True once no drain will be needed any more. Any thread. */
        boolean isTerminated();
    }

    private static final long CHECK_NANOS = 500_000_000;

    private final Scheduler scheduler;
    private final Scheduler.Worker worker;
    private final DrainTask work;
    private final AtomicInteger wip = new AtomicInteger();

    /** True while a drain is scheduled and has not begun; the thread that sets the flag to false drains. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private volatile @Nullable RejectedExecutionException rejection;

    private volatile @Nullable Thread drainer;

    /** The time of the last check of the scheduler. Belongs to the thread that calls {@link #checkScheduler}. */
    private long checked = System.nanoTime();

    DrainLoop(Scheduler scheduler, DrainTask work) {
        this.scheduler = scheduler;
        this.worker = scheduler.createWorker();
        this.work = work;
    }

    /** Schedules a drain, unless one is scheduled. Any thread. */
    void schedule() {
        if (wip.getAndIncrement() == 0) {
            scheduled.set(true);
            scheduleTask(this::beginDrain, 0);
        } else if (scheduler.isDisposed()) {
            reject(disposed());
        }
    }

    /** Schedules a task that is not a drain, and that may run beside a drain. Any thread. */
    void scheduleTask(Runnable task, long nanos) {
        try {
            worker.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            reject(e);
        }
    }

    /** The exception with which the scheduler rejected a task, or null. Any thread. */
    @Nullable
    RejectedExecutionException rejection() {
        return rejection;
    }

    /**
     * The exception with which the scheduler rejects tasks now, or null. Submits a task to find out, because a scheduler that is disposed
     * interrupts its threads before any task is rejected. Called by the draining thread.
     */
    @Nullable
    RejectedExecutionException rejectionNow() {
        if (rejection == null) {
            try {
                checkAccepting(scheduler, worker);
            } catch (RejectedExecutionException e) {
                return e;
            }
        }
        return rejection;
    }

    private static void checkAccepting(Scheduler scheduler, Scheduler.Worker worker) {
        if (scheduler.isDisposed()) {
            throw disposed();
        }
        worker.schedule(() -> {}); // an executor that was shut down rejects the task
    }

    /** The draining thread, or null. Any thread. */
    @Nullable
    Thread drainer() {
        return drainer;
    }

    /**
     * Finds out whether the scheduler, or the executor behind it, was disposed and has dropped a scheduled drain; neither signals that. Called
     * periodically, by one thread at a time.
     */
    void checkScheduler() {
        if (rejection != null) {
            return;
        }
        try {
            long now = System.nanoTime();
            if (scheduler.isDisposed() || now - checked >= CHECK_NANOS) {
                checked = now;
                checkAccepting(scheduler, worker);
            }
        } catch (RejectedExecutionException e) {
            Threads.OUTSIDE.execute(() -> reject(e)); // reject cancels the upstream, and cancel may block
        }
    }

    private static RejectedExecutionException disposed() {
        return Exceptions.failWithRejected("it is disposed");
    }

    /** Disposes the worker. Any thread, any number of times. */
    void dispose() {
        worker.dispose();
    }

    private void reject(RejectedExecutionException e) {
        if (work.isTerminated()) {
            return;
        }
        rejection = e;
        work.rejected();
        if (wip.getAndIncrement() == 0) {
            scheduled.set(true);
        }
        Threads.OUTSIDE.execute(this::beginDrain);
    }

    private void beginDrain() {
        if (scheduled.compareAndSet(true, false)) {
            drainOnce();
        }
    }

    private void drainOnce() {
        int seen = wip.get();
        drainer = Thread.currentThread();
        work.drain();
        drainer = null;
        if (wip.addAndGet(-seen) != 0) {
            scheduled.set(true);
            scheduleTask(
                    this::beginDrain,
                    0); // no loop: a stream that never rests must not keep others from the thread, or from their timers
        }
    }
}
