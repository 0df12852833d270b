package io.h5sink.sink.column;

import io.h5sink.buffer.MemoryBudget;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * Requests records from the upstream as the memory budget becomes free, never more than the budget admits. Any thread may call any method;
 * calls of {@link Subscription#request} are serial (Reactive Streams, rule 2.7), and none is nested in another.
 */
public final class Demand {

    private final MemoryBudget budget;
    private final AtomicInteger wip = new AtomicInteger();
    private volatile @Nullable Subscription upstream;
    private volatile long requested;

    /** The number of requested records in total, with those that are left out. */
    private volatile long low;

    public Demand(MemoryBudget budget) {
        this.budget = budget;
    }

    /** The memory budget that bounds the requests. */
    public MemoryBudget budget() {
        return budget;
    }

    /** Starts with a request of one record. */
    public void start(Subscription subscription) {
        upstream = subscription;
        replenish();
    }

    /** Requests nothing more. */
    public void stop() {
        upstream = null;
    }

    /** True if so few requested records are outstanding that the publisher's thread should call {@link #replenish}. */
    public boolean isLow(long received) {
        return received >= low();
    }

    /**
     * The number of the record from which on {@link #isLow} is true, without records that were left out. Other threads may raise the number at
     * any moment; it falls only while it is below the number of requested records, and when a record is left out. For the publisher's thread.
     */
    public long low() {
        return low - budget.skipped();
    }

    /** Requests as many records as the budget admits, on the calling thread. */
    public void replenish() {
        if (wip.getAndIncrement() == 0) {
            drain();
        }
    }

    /** Requests as many records as the budget admits, on another thread, where the publisher may emit for any time. */
    public void replenishOn(Executor executor) {
        // What was written must be seen before the received records are counted, or else each of the two threads that
        // come
        // here may miss what the other one did, and nobody asks.
        VarHandle.fullFence();
        if (budget.limit() + budget.skipped() > requested && wip.getAndIncrement() == 0) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        int missed = 1;
        do {
            Subscription subscription = upstream;
            long skipped = budget.skipped();
            long count = budget.limit() + skipped - requested;
            // While requests are outstanding, further ones wait until they are a quarter of the capacity.
            if (subscription != null
                    && count > 0
                    && (requested <= budget.received() + skipped || count >= budget.capacity() / 4)) {
                long total = requested + count;
                requested = total;
                low = total - budget.reserve();
                subscription.request(count);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }
}
