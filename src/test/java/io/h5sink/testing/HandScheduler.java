package io.h5sink.testing;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * A scheduler that does nothing until the test says so, on the test's thread, and whose time goes on when the test says so.
 */
public final class HandScheduler implements Scheduler {

    private record Task(Runnable run, long due, long number, AtomicBoolean cancelled) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    private long now;
    private long number;
    private boolean disposed;
    private int openWorkers;

    /** Does what is due. */
    public void work() {
        workFor(Duration.ZERO);
    }

    /** Lets time pass, and does what becomes due. */
    public void workFor(Duration time) {
        long end = now + time.toNanos();
        for (Task task = next(end); task != null; task = next(end)) {
            if (!task.cancelled.get()) {
                task.run.run();
            }
        }
    }

    private synchronized Task next(long end) {
        Task task = tasks.peek();
        if (task == null || task.due > end) {
            now = end;
            return null;
        }
        now = Math.max(now, task.due);
        return tasks.poll();
    }

    /** Drops what was scheduled, and refuses more. */
    @Override
    public synchronized void dispose() {
        disposed = true;
        tasks.clear();
    }

    /** Refuses more, but does what was scheduled. */
    public synchronized void refuse() {
        disposed = true;
    }

    /** Refuses no more. */
    public synchronized void acceptAgain() {
        disposed = false;
    }

    public synchronized int openWorkers() {
        return openWorkers;
    }

    @Override
    public synchronized boolean isDisposed() {
        return disposed;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return add(task, 0, new AtomicBoolean());
    }

    private synchronized Disposable add(Runnable task, long nanos, AtomicBoolean cancelled) {
        if (disposed) {
            throw Exceptions.failWithRejected();
        }
        long due = nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
        tasks.add(new Task(task, due, number++, cancelled));
        return Disposables.single();
    }

    @Override
    public synchronized Worker createWorker() {
        openWorkers++;
        return new Worker() {
            private final AtomicBoolean over = new AtomicBoolean();

            @Override
            public Disposable schedule(Runnable task) {
                return schedule(task, 0, TimeUnit.NANOSECONDS);
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                if (over.get()) {
                    throw Exceptions.failWithRejected();
                }
                return add(task, unit.toNanos(delay), over);
            }

            @Override
            public void dispose() {
                if (over.compareAndSet(false, true)) {
                    synchronized (HandScheduler.this) {
                        openWorkers--;
                    }
                }
            }

            @Override
            public boolean isDisposed() {
                return over.get();
            }
        };
    }
}
