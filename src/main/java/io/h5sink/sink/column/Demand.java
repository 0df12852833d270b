package io.h5sink.sink.column;

import io.h5sink.buffer.MemoryBudget;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * Turns room into demand: requests records as room becomes free, never more than there is room for. Any thread may call any
 * method; calls of {@link Subscription#request} are serial (Reactive Streams, rule 2.7), and none is nested in another.
 */
public final class Demand {

    private final MemoryBudget budget;
    private final AtomicInteger wip = new AtomicInteger();
    private volatile @Nullable Subscription upstream;
    private volatile long requested;

    /** In records as they are requested, with those that are left out. */
    private volatile long low;

    public Demand(MemoryBudget budget) {
        this.budget = budget;
    }

    /** How many records there is room for. */
    public MemoryBudget budget() {
        return budget;
    }

    /** Begins, with room for one record. */
    public void start(Subscription subscription) {
        upstream = subscription;
        replenish();
    }

    /** Requests nothing more. */
    public void stop() {
        upstream = null;
    }

    /** Whether so few records are still to come that the publisher's thread should ask for more. */
    public boolean isLow(long received) {
        return received >= low();
    }

    /**
     * The record from which on {@link #isLow}, not counting those that were left out. May rise at any moment; falls only while it
     * is below what is requested, and when a record is left out. For the publisher's thread.
     */
    public long low() {
        return low - budget.skipped();
    }

    /** Requests what there is room for, on the calling thread. */
    public void replenish() {
        if (wip.getAndIncrement() == 0) {
            drain();
        }
    }

    /** Requests what there is room for, on another thread, where a publisher may emit for as long as it likes. */
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
            // Small requests are saved up while others are out.
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
