package io.h5sink;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.Scheduler;

/**
 * Passes a session's results to its listener, in order, on a thread where the listener may block without holding up the
 * writing. Called by the HDF5 thread.
 */
final class Results {

    /** What the outside hears. Called on threads of {@link Threads#RESULTS}, one call after the other. */
    interface Listener {
        void committed(Commit commit);

        void completed(WriteSummary summary);

        void failed(Throwable error);
    }

    /** While so many commits wait for a listener that blocks, later ones are not told; the next one stands for them. */
    private static final int MAX_WAITING = 1 << 10;

    private final Listener listener;
    private final Scheduler.Worker outside = Threads.RESULTS.createWorker();
    private final AtomicInteger waiting = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    Results(Listener listener) {
        this.listener = listener;
    }

    void committed(Commit commit) {
        if (waiting.get() < MAX_WAITING) {
            waiting.incrementAndGet();
            outside.schedule(() -> {
                waiting.decrementAndGet();
                listener.committed(commit);
            });
        }
    }

    void completed(WriteSummary summary) {
        over(() -> listener.completed(summary));
    }

    void failed(Throwable error) {
        over(() -> listener.failed(error));
    }

    private void over(Runnable last) {
        over.countDown();
        outside.schedule(last);
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    boolean awaitOver(long nanos) throws InterruptedException {
        return over.await(nanos, TimeUnit.NANOSECONDS);
    }
}
