package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.access.Threads;
import io.h5sink.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.Disposable;

/**
 * Publishes batches of the rows of a growing file, each read on the HDF5 thread when it is requested. Signals are emitted on the HDF5 thread:
 * code of a user must subscribe behind {@code publishOn}.
 */
public final class FollowPublisher<T> implements Publisher<List<Iterable<T>>> {

    private final FileFollower.Origin<T> origin;
    private final Duration poll;

    public FollowPublisher(FileFollower.Origin<T> origin, Duration poll) {
        this.origin = origin;
        this.poll = poll;
    }

    @Override
    public void subscribe(Subscriber<? super List<Iterable<T>>> subscriber) {
        subscriber.onSubscribe(new FollowedRows<>(new FileFollower<>(origin), poll, subscriber));
    }

    private static final class FollowedRows<T> extends RowSubscription {

        private final FileFollower<T> followed;
        private final Subscriber<? super List<Iterable<T>>> subscriber;
        private final Backoff backoff;

        /** The timer of the next attempt; null if no pause is under way. */
        private @Nullable Disposable pause;

        FollowedRows(FileFollower<T> followed, Duration poll, Subscriber<? super List<Iterable<T>>> subscriber) {
            this.followed = followed;
            this.subscriber = subscriber;
            this.backoff = new Backoff(poll);
        }

        @Override
        boolean isReady() {
            return pause == null;
        }

        @Override
        void publish() {
            try {
                List<Iterable<T>> batch = followed.next();
                backoff.reset(followed.file());
                if (!batch.isEmpty()) {
                    published();
                    subscriber.onNext(batch);
                } else if (!followed.isComplete()) {
                    pause(backoff.poll());
                }
                if (followed.isComplete()) {
                    end();
                    subscriber.onComplete();
                }
            } catch (FileFollower.NotReadyException e) {
                pause(backoff.afterNotReady(followed.file(), e));
            } catch (StorageException | H5Exception e) {
                long again = backoff.afterFailure(followed.hasChanged());
                if (again < 0) {
                    fail(e);
                } else {
                    pause(again);
                }
            } catch (Throwable e) {
                fail(e);
            }
        }

        private void pause(long nanos) {
            pause = Threads.HDF5.schedule(
                    () -> {
                        pause = null;
                        schedule();
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        }

        private void fail(Throwable e) {
            end();
            subscriber.onError(e instanceof StorageException store ? followed.failure(store) : e);
        }

        @Override
        void end() {
            done = true;
            if (pause != null) {
                pause.dispose();
            }
        }
    }
}
