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
 * What was logged and is not yet in the sink: a bounded queue that any number of threads fill, and that is emptied as far as there is
 * demand, by one thread at a time, which is borrowed from an executor as long as there is something to do.
 *
 * <p>Whoever waits for room has left its value in a second queue, from which the thread that makes room takes it: first come, first served,
 * and whoever comes later cannot overtake. No thread waits in a monitor, so that virtual threads give their carrier back.
 *
 * <pre>
 * OPEN ── close ──► CLOSED ── all emitted, onComplete ──► OVER
 *   └─────────────────┴── the file is complete, or has failed ──► OVER
 * </pre>
 *
 * @param <E> the values
 */
public final class Backlog<E> implements Subscription {

    private enum BacklogState {
        /** Takes values. */
        OPEN,
        /** Takes none, and emits those that it has. */
        CLOSED,
        /** Emits none. */
        OVER
    }

    /** A value that waits for room, and whose it is. */
    private static final class Waiter<E> {
        final E value;
        final Thread thread = Thread.currentThread();

        /** True if it was taken, false if it was refused; null as long as it waits. */
        volatile @Nullable Boolean taken;

        Waiter(E value) {
            this.value = value;
        }

        void tell(boolean whether) {
            taken = whether;
            LockSupport.unpark(thread);
        }
    }

    /** Nobody is let in before so large a part is free, lest threads be woken to put one value each. */
    private static final int ROOM = 4;

    /** So many values are taken out at a time, at most. */
    private static final int TURN = 1 << 10;

    private final int capacity;
    private final WhenFull whenFull;
    private final Executor executor;
    private final Subscriber<? super E> outlet;

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
    private long gone;
    private long overflows;

    /**
     * An empty one.
     *
     * @param capacity how many values it holds
     * @param whenFull what becomes of others
     * @param executor lends threads
     * @param outlet gets the values, and their end
     */
    public Backlog(int capacity, WhenFull whenFull, Executor executor, Subscriber<? super E> outlet) {
        this.capacity = capacity;
        this.whenFull = whenFull;
        this.executor = executor;
        this.outlet = outlet;
    }

    /**
     * Takes a value, or does what is to be done if there is no room. Any thread.
     *
     * @throws IllegalStateException if there is no room and nobody may wait, or who waits is interrupted
     * @throws RuntimeException what {@link #close} or {@link #over} was given
     */
    public void put(E value) {
        Waiter<E> waiter = null;
        boolean wake;
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
            wake = begins();
        } finally {
            lock.unlock();
        }
        if (wake) {
            begin();
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
                            + Thread.currentThread().getName() + " must not wait for room");
                }
                Waiter<E> waiter = new Waiter<>(value);
                waiters.add(waiter);
                return waiter;
            }
            case DROP_OLDEST -> {
                values.poll();
                gone++;
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
                    throw new IllegalStateException(full() + ", and the thread was interrupted before there was room");
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (Boolean.FALSE.equals(waiter.taken)) {
            throw refusal(); // which was set before
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

    /** Takes no more; what is there is still emitted, and then the end. Any thread, any number of times. */
    public void close(Supplier<? extends RuntimeException> why) {
        end(BacklogState.CLOSED, why);
    }

    /** Takes and emits no more. Any thread, any number of times; the last reason counts. */
    public void over(Supplier<? extends RuntimeException> why) {
        end(BacklogState.OVER, why);
    }

    private void end(BacklogState end, Supplier<? extends RuntimeException> why) {
        List<Waiter<E>> refused = List.of();
        boolean wake = false;
        lock.lock();
        try {
            if (state.compareTo(end) < 0 || (end == BacklogState.OVER && state == end)) {
                refused = new ArrayList<>(waiters);
                waiters.clear();
                refusal = why;
                state = end;
                if (end == BacklogState.OVER) {
                    values.clear();
                    progress.signalAll();
                }
                wake = begins();
            }
        } finally {
            lock.unlock();
        }
        refused.forEach(waiter -> waiter.tell(false));
        if (wake) {
            begin();
        }
    }

    @Override
    public void request(long count) {
        boolean wake;
        lock.lock();
        try {
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
            wake = begins();
        } finally {
            lock.unlock();
        }
        if (wake) {
            begin();
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

    /** Whether there is something to do that nobody does, and whoever asks must have it done. */
    private boolean begins() {
        boolean due = !cancelled
                && !draining
                && state != BacklogState.OVER
                && (values.isEmpty() ? state == BacklogState.CLOSED : demand > 0);
        draining |= due;
        return due;
    }

    private void begin() {
        try {
            executor.execute(this::drain);
        } catch (Throwable e) { // there is no thread; the next who comes tries again
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
        List<E> turn = new ArrayList<>();
        List<Waiter<E>> admitted = new ArrayList<>();
        try {
            while (take(turn, admitted)) {
                admitted.forEach(waiter -> waiter.tell(true));
                admitted.clear();
                if (turn.isEmpty()) {
                    outlet.onComplete();
                    return;
                }
                turn.forEach(outlet::onNext);
            }
        } catch (Throwable e) { // which a subscriber must not throw
            admitted.forEach(waiter -> waiter.tell(true));
            over(() -> new IllegalStateException("the log cannot be emptied: " + e, e));
            throw e;
        }
    }

    /**
     * Takes the next values, and lets as many in that wait; those before are where they belong.
     *
     * @return false if there is nothing to do; true without values if the end was reached
     */
    private boolean take(List<E> turn, List<Waiter<E>> admitted) {
        lock.lock();
        try {
            gone += turn.size();
            turn.clear();
            progress.signalAll();
            boolean ends = state == BacklogState.CLOSED && values.isEmpty() && !cancelled;
            int count = cancelled ? 0 : (int) Math.min(Math.min(demand, TURN), values.size());
            if (count == 0) {
                draining = false;
                state = ends ? BacklogState.OVER : state;
                return ends;
            }
            demand -= count;
            for (int i = 0; i < count; i++) {
                turn.add(values.remove());
            }
            if (values.size() <= capacity - capacity / ROOM) {
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
     * Waits until all that was taken before is where it belongs, and until something holds; or until it is over.
     *
     * @param then asked each time that {@link #progress()} tells of something
     */
    public void awaitGone(Supplier<Boolean> then) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long last = accepted;
            while (gone < last && state != BacklogState.OVER) {
                progress.await();
            }
            while (!then.get()) {
                progress.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has those look who wait in {@link #awaitGone}. Any thread. */
    public void progress() {
        lock.lock();
        try {
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many values were taken. Any thread. */
    public long accepted() {
        lock.lock();
        try {
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    /** How often there was no room. Any thread. */
    public long overflows() {
        lock.lock();
        try {
            return overflows;
        } finally {
            lock.unlock();
        }
    }
}
