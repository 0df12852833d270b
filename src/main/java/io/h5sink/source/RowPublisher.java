package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.storage.StorageException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * Publishes batches of rows, each read on the HDF5 thread when it is requested. Signals are emitted on the HDF5 thread: code of a user must
 * subscribe behind {@code publishOn}.
 */
public final class RowPublisher<T> implements Publisher<Iterable<T>> {

    private final SourceHandle reading;
    private final Supplier<RowCursor<T>> opening;

    /**
     * A publisher of a cursor's batches.
     *
     * @param opening opens the cursor, on the HDF5 thread
     */
    public RowPublisher(SourceHandle reading, Supplier<RowCursor<T>> opening) {
        this.reading = reading;
        this.opening = opening;
    }

    @Override
    public void subscribe(Subscriber<? super Iterable<T>> subscriber) {
        subscriber.onSubscribe(new PublishedRows<>(reading, opening, subscriber));
    }

    private static final class PublishedRows<T> extends RowSubscription {

        private final SourceHandle reading;
        private final Supplier<RowCursor<T>> opening;
        private final Subscriber<? super Iterable<T>> subscriber;
        private @Nullable RowCursor<T> cursor;

        PublishedRows(
                SourceHandle reading, Supplier<RowCursor<T>> opening, Subscriber<? super Iterable<T>> subscriber) {
            this.reading = reading;
            this.opening = opening;
            this.subscriber = subscriber;
        }

        @Override
        boolean isReady() {
            return true;
        }

        @Override
        void publish() {
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
                published();
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
            subscriber.onError(e instanceof StorageException store ? reading.origin.failure(store) : e);
        }

        @Override
        void end() {
            done = true;
            RowCursor<T> open = cursor;
            cursor = null;
            if (open != null) {
                reading.close(open);
            }
        }
    }
}
