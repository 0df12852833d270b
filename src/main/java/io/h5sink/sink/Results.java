package io.h5sink.sink;

import io.h5sink.Commit;
import io.h5sink.WriteSummary;
import io.h5sink.access.Threads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Emits a session's results to its listener, in order, on a thread where the listener may block without holding up the writing. Called by
 * the writer thread.
 */
public final class Results {

    /** Receives the results of a session. Called on threads of {@link Threads#RESULTS}, one call after the other. */
    public interface Listener {
        void committed(Commit commit);

        void completed(WriteSummary summary);

        void failed(Throwable error);
    }

    /** While so many commits wait for a listener that blocks, further commits are dropped; the next emitted commit includes their records. */
    private static final int MAX_WAITING = 1 << 10;

    private final Listener listener;
    private final Scheduler.Worker outside = Threads.RESULTS.createWorker();
    private final AtomicInteger waiting = new AtomicInteger();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile CountDownLatch handedOver = new CountDownLatch(0);

    /** The thread that is calling the listener or a receiver, or null. */
    private volatile @Nullable Thread emitting;

    /** The error of {@link #handOver}, or null. Belongs to the threads of the results. */
    private @Nullable Throwable undelivered;

    Results(Listener listener) {
        this.listener = listener;
    }

    void committed(Commit commit) {
        if (waiting.get() < MAX_WAITING) {
            waiting.incrementAndGet();
            emit(() -> {
                waiting.decrementAndGet();
                if (undelivered == null) {
                    listener.committed(commit);
                }
            });
        }
    }

    /**
     * Runs a delivery before all results that are emitted later. If the delivery fails, neither commits nor the completion are emitted any more.
     *
     * @param delivery may block
     * @param failed makes the error of the session from the exception of the delivery
     */
    void handOver(Runnable delivery, Function<Throwable, Throwable> failed) {
        CountDownLatch done = new CountDownLatch(1);
        handedOver = done;
        emit(() -> {
            try {
                delivery.run();
            } catch (Throwable e) {
                undelivered = failed.apply(e);
            } finally {
                done.countDown();
            }
        });
    }

    void completed(WriteSummary summary) {
        terminate(() -> {
            if (undelivered == null) {
                listener.completed(summary);
            } else {
                listener.failed(undelivered);
            }
        });
    }

    void failed(Throwable error) {
        terminate(() -> {
            if (undelivered == null) {
                listener.failed(error);
            } else {
                undelivered.addSuppressed(error);
                listener.failed(undelivered);
            }
        });
    }

    private void terminate(Runnable last) {
        terminated.countDown();
        emit(last);
    }

    private void emit(Runnable task) {
        outside.schedule(() -> {
            emitting = Thread.currentThread();
            try {
                task.run();
            } finally {
                emitting = null;
            }
        });
    }

    /** True if the calling thread is emitting a result, so that no later result is emitted before the caller returns. */
    boolean isEmitting() {
        return Thread.currentThread().equals(emitting);
    }

    boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    boolean awaitTermination(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        return terminated.await(nanos, TimeUnit.NANOSECONDS)
                && handedOver.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
