package io.h5sink.sink;

import io.h5sink.WhenFull;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.scheduler.Schedulers;

/**
 * The bounded queue between the threads that log values and the subscriber that writes them. Any number of threads put values; one thread at
 * a time drains the queue, as far as the subscriber has requested. The draining thread is borrowed from an executor while values can be
 * emitted.
 *
 * <p>A thread that waits for a free place has left its value in a second queue, in the order of arrival; the draining thread moves values from
 * there into freed places, so that no later value overtakes. No thread waits in a monitor, so that virtual threads give their carrier back.
 *
 * <pre>
 * OPEN ── close ──► CLOSED ── all emitted, onComplete ──► TERMINATED
 *   └─────────────────┴── the file is complete, or has failed ──► TERMINATED
 * </pre>
 *
 * @param <E> the values
 */
public final class Backlog<E> implements Subscription {

    private enum BacklogState {
        /** The queue accepts values. */
        OPEN,
        /** The queue refuses new values, and still emits those that it holds. */
        CLOSED,
        /** The queue refuses new values and emits none; its values are dropped. */
        TERMINATED
    }

    /** A value for which the queue has no place yet, and the thread that waits in {@link #put} for one. */
    private static final class Waiter<E> {
        final E value;
        final Thread thread = Thread.currentThread();

        /** True once the value is in the queue, false once it was refused; null while the thread waits. */
        volatile @Nullable Boolean taken;

        Waiter(E value) {
            this.value = value;
        }

        void resume(boolean isTaken) {
            taken = isTaken;
            LockSupport.unpark(thread);
        }
    }

    /** Waiting values are admitted when one place in so many is free, lest a thread be woken for each single place. */
    private static final int FREE_PART = 4;

    /** The largest number of values that are removed under one hold of the lock. */
    private static final int MAX_BATCH = 1 << 10;

    private final int capacity;
    private final WhenFull whenFull;
    private final Executor executor;
    private final Subscriber<? super E> subscriber;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();

    // Guarded by the lock.
    private final Deque<E> values = new ArrayDeque<>();
    private final Deque<Waiter<E>> waiters = new ArrayDeque<>();
    private BacklogState state = BacklogState.OPEN;
    private Supplier<? extends RuntimeException> refusal = () -> new IllegalStateException("open");
    private long demand;
    private boolean draining;
    private boolean cancelled;
    private long accepted;
    private long processed;
    private long overflows;

    /**
     * An empty queue.
     *
     * @param capacity the number of values that the queue holds
     * @param whenFull the fate of a value for which the queue has no place
     * @param executor runs the drains
     * @param subscriber receives the values, and onComplete when the queue is closed and empty
     */
    public Backlog(int capacity, WhenFull whenFull, Executor executor, Subscriber<? super E> subscriber) {
        this.capacity = capacity;
        this.whenFull = whenFull;
        this.executor = executor;
        this.subscriber = subscriber;
    }

    /**
     * Adds a value, or does as {@link WhenFull} says if the queue is full. Any thread.
     *
     * @throws IllegalStateException if the queue is full and the calling thread must not wait, or is interrupted while waiting
     * @throws RuntimeException the reason that was given to {@link #close} or {@link #terminate}
     */
    public void put(E value) {
        Waiter<E> waiter = null;
        boolean claimed;
        lock.lock();
        try {
            if (state != BacklogState.OPEN) {
                throw refusal.get();
            }
            if (waiters.isEmpty() && values.size() < capacity) {
                add(value);
            } else {
                overflows++;
                waiter = overflow(value);
            }
            claimed = claimDrain();
        } finally {
            lock.unlock();
        }
        if (claimed) {
            scheduleDrain();
        }
        if (waiter != null) {
            await(waiter);
        }
    }

    private @Nullable Waiter<E> overflow(E value) {
        switch (whenFull) {
            case WAIT -> {
                if (Schedulers.isInNonBlockingThread()) {
                    throw new IllegalStateException(full() + ", and the thread "
                            + Thread.currentThread().getName() + " must not wait");
                }
                Waiter<E> waiter = new Waiter<>(value);
                waiters.add(waiter);
                return waiter;
            }
            case DROP_OLDEST -> {
                values.poll();
                processed++;
                add(value);
            }
            case DROP_NEWEST -> {}
            case FAIL -> throw new IllegalStateException(full());
        }
        return null;
    }

    private String full() {
        return "the log is full: " + capacity + " values wait to be written";
    }

    private void add(E value) {
        values.add(value);
        accepted++;
    }

    private void await(Waiter<E> waiter) {
        boolean interrupted = false;
        while (waiter.taken == null) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                interrupted = true;
                if (isTakenBack(waiter)) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(full() + ", and the thread was interrupted while it waited");
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (Boolean.FALSE.equals(waiter.taken)) {
            throw refusal(); // end() sets the reason before it resumes the waiting threads
        }
    }

    private boolean isTakenBack(Waiter<E> waiter) {
        lock.lock();
        try {
            return waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }

    private RuntimeException refusal() {
        lock.lock();
        try {
            return refusal.get();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses further values; values in the queue are still emitted, and then onComplete. Any thread, any number of times. */
    public void close(Supplier<? extends RuntimeException> why) {
        end(BacklogState.CLOSED, why);
    }

    /** Refuses further values and drops those in the queue. Any thread, any number of times; the last reason counts. */
    public void terminate(Supplier<? extends RuntimeException> why) {
        end(BacklogState.TERMINATED, why);
    }

    private void end(BacklogState end, Supplier<? extends RuntimeException> why) {
        List<Waiter<E>> refused = List.of();
        boolean claimed = false;
        lock.lock();
        try {
            if (state.compareTo(end) < 0 || (end == BacklogState.TERMINATED && state == end)) {
                refused = new ArrayList<>(waiters);
                waiters.clear();
                refusal = why;
                state = end;
                if (end == BacklogState.TERMINATED) {
                    values.clear();
                    progress.signalAll();
                }
                claimed = claimDrain();
            }
        } finally {
            lock.unlock();
        }
        refused.forEach(waiter -> waiter.resume(false));
        if (claimed) {
            scheduleDrain();
        }
    }

    @Override
    public void request(long count) {
        boolean claimed;
        lock.lock();
        try {
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            claimed = claimDrain();
        } finally {
            lock.unlock();
        }
        if (claimed) {
            scheduleDrain();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
        } finally {
            lock.unlock();
        }
    }

    /** True if a drain is due and none runs; the caller, which holds the lock, must then call {@link #scheduleDrain} without it. */
    private boolean claimDrain() {
        boolean due = !cancelled
                && !draining
                && state != BacklogState.TERMINATED
                && (values.isEmpty() ? state == BacklogState.CLOSED : demand > 0);
        draining |= due;
        return due;
    }

    private void scheduleDrain() {
        try {
            executor.execute(this::drain);
        } catch (Throwable e) { // the executor has no thread; the next put or request tries again
            stop();
            throw e;
        }
    }

    private void stop() {
        lock.lock();
        try {
            draining = false;
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        List<E> batch = new ArrayList<>();
        List<Waiter<E>> admitted = new ArrayList<>();
        try {
            while (poll(batch, admitted)) {
                admitted.forEach(waiter -> waiter.resume(true));
                admitted.clear();
                if (batch.isEmpty()) {
                    subscriber.onComplete();
                    return;
                }
                batch.forEach(subscriber::onNext);
            }
        } catch (Throwable e) { // subscribers must not throw: Reactive Streams, rule 2.13
            admitted.forEach(waiter -> waiter.resume(true));
            terminate(() -> new IllegalStateException("the log cannot be emptied: " + e, e));
            throw e;
        }
    }

    /**
     * Counts the last batch as processed, removes the next one from the queue, and moves waiting values into the freed places.
     *
     * @param batch the values that were emitted; on return, those to emit next
     * @param admitted receives the waiting values that are now in the queue
     * @return false if nothing can be emitted; true with an empty batch if onComplete is to be emitted
     */
    private boolean poll(List<E> batch, List<Waiter<E>> admitted) {
        lock.lock();
        try {
            processed += batch.size();
            batch.clear();
            progress.signalAll();
            boolean ends = state == BacklogState.CLOSED && values.isEmpty() && !cancelled;
            int count = cancelled ? 0 : (int) Math.min(Math.min(demand, MAX_BATCH), values.size());
            if (count == 0) {
                draining = false;
                state = ends ? BacklogState.TERMINATED : state;
                return ends;
            }
            demand -= count;
            for (int i = 0; i < count; i++) {
                batch.add(values.remove());
            }
            if (values.size() <= capacity - capacity / FREE_PART) {
                while (values.size() < capacity && !waiters.isEmpty()) {
                    Waiter<E> waiter = waiters.remove();
                    add(waiter.value);
                    admitted.add(waiter);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all values accepted so far were emitted or dropped, or the queue has terminated; then until a condition holds.
     *
     * @param then the condition, evaluated again after each call of {@link #progress()}
     */
    public void awaitProcessed(Supplier<Boolean> then) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long last = accepted;
            while (processed < last && state != BacklogState.TERMINATED) {
                progress.await();
            }
            while (!then.get()) {
                progress.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the threads that wait in {@link #awaitProcessed}, so that they evaluate their conditions. Any thread. */
    public void progress() {
        lock.lock();
        try {
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The number of values that have entered the queue. Any thread. */
    public long accepted() {
        lock.lock();
        try {
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    /** The number of values that found the queue full. Any thread. */
    public long overflows() {
        lock.lock();
        try {
            return overflows;
        } finally {
            lock.unlock();
        }
    }
}
