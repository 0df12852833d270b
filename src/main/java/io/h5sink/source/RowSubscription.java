package io.h5sink.source;

import io.h5sink.access.Threads;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * A subscription to batches of rows. Each drain reads one requested batch on the HDF5 thread, so that sinks can use that thread between two
 * batches. Any thread may request and cancel; all other methods belong to the HDF5 thread.
 */
abstract class RowSubscription implements Subscription {

    private final AtomicLong requested = new AtomicLong();

    /** The number of calls of {@link #schedule} since the last drain began; the call that raises the counter from zero schedules a drain. */
    private final AtomicInteger wip = new AtomicInteger();

    private volatile boolean cancelled;

    /** True once no batch will be emitted any more. */
    boolean done;

    @Override
    public final void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            schedule();
        }
    }

    @Override
    public final void cancel() {
        cancelled = true;
        schedule();
    }

    final void schedule() {
        if (wip.getAndIncrement() == 0) {
            Threads.HDF5.schedule(this::drain);
        }
    }

    /** Reads and emits one batch; schedules another drain if a further batch is due. */
    private void drain() {
        int seen = wip.get();
        if (cancelled) {
            end();
        } else if (isDue()) {
            publish();
        }
        if (isDue() || wip.addAndGet(-seen) > 0) {
            Threads.HDF5.schedule(this::drain);
        }
    }

    private boolean isDue() {
        return !done && (cancelled || (isReady() && requested.get() > 0));
    }

    /** Counts a batch that is about to be emitted against the demand. */
    final void published() {
        requested.accumulateAndGet(1, (left, one) -> left == Long.MAX_VALUE ? left : left - one);
    }

    /** True if a batch may be available. */
    abstract boolean isReady();

    /** Emits a batch, onComplete or onError. */
    abstract void publish();

    /** Closes all that is open. Called once or more often. */
    abstract void end();
}
