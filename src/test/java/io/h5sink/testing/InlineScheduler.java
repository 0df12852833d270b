package io.h5sink.testing;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * A scheduler that does everything at once on the thread that asks, so that the threads of a race do the writer thread's work
 * too, and anything that relied on one thread breaks. What is for later is done when the test calls {@link #ring}.
 */
public final class InlineScheduler implements Scheduler, Executor {

    private final ConcurrentLinkedQueue<Runnable> later = new ConcurrentLinkedQueue<>();

    /** Does one thing that was for later; any thread, several at a time. */
    public void ring() {
        Runnable task = later.poll();
        if (task != null) {
            task.run();
        }
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Disposable schedule(Runnable task) {
        task.run();
        return Disposables.disposed();
    }

    @Override
    public Worker createWorker() {
        AtomicBoolean over = new AtomicBoolean();
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task) {
                return schedule(task, 0, TimeUnit.NANOSECONDS);
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                if (over.get()) {
                    throw Exceptions.failWithRejected();
                }
                if (delay == 0) {
                    task.run();
                } else {
                    later.add(task);
                }
                return Disposables.disposed();
            }

            @Override
            public void dispose() {
                over.set(true);
            }
        };
    }
}
