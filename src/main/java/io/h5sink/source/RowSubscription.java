package io.h5sink.source;

import io.h5sink.access.Threads;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * Batches of rows that are read on the HDF5 thread when they are requested, one each time, so that sinks come in between. Any thread may
 * request and cancel; all else belongs to the HDF5 thread.
 */
abstract class RowSubscription implements Subscription {

    private final AtomicLong requested = new AtomicLong();

    /** How many calls have asked for work since it began; whoever makes it 1 has it done. */
    private final AtomicInteger asked = new AtomicInteger();

    private volatile boolean cancelled;

    /** Whether there is nothing to do any more. */
    boolean done;

    @Override
    public final void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            ask();
        }
    }

    @Override
    public final void cancel() {
        cancelled = true;
        ask();
    }

    final void ask() {
        if (asked.getAndIncrement() == 0) {
            Threads.HDF5.schedule(this::work);
        }
    }

    /** One batch; then again if there is more to do. */
    private void work() {
        int seen = asked.get();
        if (cancelled) {
            end();
        } else if (isDue()) {
            publish();
        }
        if (isDue() || asked.addAndGet(-seen) > 0) {
            Threads.HDF5.schedule(this::work);
        }
    }

    private boolean isDue() {
        return !done && (cancelled || (isReady() && requested.get() > 0));
    }

    /** Notes that a batch is about to be published. */
    final void published() {
        requested.accumulateAndGet(1, (left, one) -> left == Long.MAX_VALUE ? left : left - one);
    }

    /** Whether there may be a batch. */
    abstract boolean isReady();

    /** Publishes a batch, or how it ended. */
    abstract void publish();

    /** Lets go of all, once or more often. */
    abstract void end();
}
