package io.h5sink;

import io.h5sink.hdf5.StoreException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/** Batches of rows, each read on the HDF5 thread when it is requested. Publishes on that thread; nobody else is let in. */
final class RowPublisher<T> implements Publisher<Iterable<T>> {

    private final Reading reading;
    private final Supplier<RowCursor<T>> opening;

    /**
     * Batches of a cursor.
     *
     * @param opening opens the cursor, on the HDF5 thread
     */
    RowPublisher(Reading reading, Supplier<RowCursor<T>> opening) {
        this.reading = reading;
        this.opening = opening;
    }

    @Override
    public void subscribe(Subscriber<? super Iterable<T>> subscriber) {
        subscriber.onSubscribe(new Rows<>(reading, opening, subscriber));
    }

    private static final class Rows<T> implements Subscription {

        private final Reading reading;
        private final Supplier<RowCursor<T>> opening;
        private final Subscriber<? super Iterable<T>> subscriber;
        private final AtomicLong requested = new AtomicLong();

        /** How many calls have asked for work since it began; whoever makes it 1 has it done. */
        private final AtomicInteger asked = new AtomicInteger();

        private volatile boolean cancelled;

        /** Belongs to the HDF5 thread. */
        private @Nullable RowCursor<T> cursor;

        /** Belongs to the HDF5 thread. */
        private boolean done;

        Rows(Reading reading, Supplier<RowCursor<T>> opening, Subscriber<? super Iterable<T>> subscriber) {
            this.reading = reading;
            this.opening = opening;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                requested.accumulateAndGet(n, Operators::addCap);
                ask();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            ask();
        }

        private void ask() {
            if (asked.getAndIncrement() == 0) {
                Threads.HDF5.schedule(this::work);
            }
        }

        /** One batch, so that sinks come in between; then again if there is more to do. */
        private void work() {
            int seen = asked.get();
            if (cancelled) {
                end();
            } else if (!done && requested.get() > 0) {
                publish();
            }
            boolean more = !done && (cancelled || requested.get() > 0);
            if (more || asked.addAndGet(-seen) > 0) {
                Threads.HDF5.schedule(this::work);
            }
        }

        private void publish() {
            Iterable<T> batch;
            try {
                if (cursor == null) {
                    cursor = reading.keep(opening.get());
                }
                batch = cursor.next();
            } catch (Throwable e) {
                fail(e);
                return;
            }
            if (batch != null) {
                requested.accumulateAndGet(1, (left, one) -> left == Long.MAX_VALUE ? left : left - one);
                subscriber.onNext(batch);
                return;
            }
            try {
                end();
                subscriber.onComplete();
            } catch (H5Exception e) {
                subscriber.onError(e);
            }
        }

        private void fail(Throwable e) {
            try {
                end();
            } catch (H5Exception closing) {
                e.addSuppressed(closing);
            }
            subscriber.onError(
                    e instanceof StoreException store ? Failures.reading(Problem.of(store), reading.path) : e);
        }

        private void end() {
            done = true;
            RowCursor<T> open = cursor;
            cursor = null;
            if (open != null) {
                reading.close(open);
            }
        }
    }
}
