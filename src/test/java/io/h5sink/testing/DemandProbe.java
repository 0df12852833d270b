package io.h5sink.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;

/** A subscription that notes each request, who made it, and whether two were made at a time. */
public class DemandProbe implements Subscription {

    private final List<Long> requests = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger cancels = new AtomicInteger();

    @Override
    public void request(long n) {
        if (inside.getAndIncrement() != 0) {
            violations.add("two requests at a time");
        }
        if (n <= 0) {
            violations.add("request(" + n + ")");
        }
        requests.add(n);
        threads.add(Thread.currentThread().getName());
        long total = requested.addAndGet(n);
        onRequest(n, total);
        inside.decrementAndGet();
    }

    /** For those who want to look, or to emit. */
    public void onRequest(long n, long total) {}

    @Override
    public void cancel() {
        cancels.incrementAndGet();
    }

    public List<Long> requests() {
        return requests;
    }

    /** The names of the threads that requested. */
    public List<String> threads() {
        return threads;
    }

    public List<String> violations() {
        return violations;
    }

    public long requested() {
        return requested.get();
    }

    public boolean cancelled() {
        return cancels.get() > 0;
    }

    public int cancels() {
        return cancels.get();
    }
}
