package io.h5sink;

import io.h5sink.hdf5.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;

/**
 * Batches of the rows of a file that grows, each read on the HDF5 thread when it is requested. Publishes on that thread; nobody else is
 * let in.
 */
final class FollowPublisher<T> implements Publisher<List<Iterable<T>>> {

    private final Followed.Origin<T> origin;
    private final Duration poll;

    FollowPublisher(Followed.Origin<T> origin, Duration poll) {
        this.origin = origin;
        this.poll = poll;
    }

    @Override
    public void subscribe(Subscriber<? super List<Iterable<T>>> subscriber) {
        subscriber.onSubscribe(new Rows<>(new Followed<>(origin), poll, subscriber));
    }

    private static final class Rows<T> implements Subscription {

        private final Followed<T> followed;
        private final Subscriber<? super List<Iterable<T>>> subscriber;
        private final Pauses pauses;
        private final AtomicLong requested = new AtomicLong();

        /** How many calls have asked for work since it began; whoever makes it 1 has it done. */
        private final AtomicInteger asked = new AtomicInteger();

        private volatile boolean cancelled;

        /** Belongs to the HDF5 thread, as what follows. */
        private boolean done;

        /** Until then there is nothing to do; null if there may be. */
        private @Nullable Disposable pause;

        Rows(Followed<T> followed, Duration poll, Subscriber<? super List<Iterable<T>>> subscriber) {
            this.followed = followed;
            this.subscriber = subscriber;
            this.pauses = new Pauses(poll);
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
            } else if (isDue()) {
                look();
            }
            if (isDue() || asked.addAndGet(-seen) > 0) {
                Threads.HDF5.schedule(this::work);
            }
        }

        private boolean isDue() {
            return !done && (cancelled || (pause == null && requested.get() > 0));
        }

        private void look() {
            try {
                List<Iterable<T>> batch = followed.next();
                pauses.over(followed.file());
                if (!batch.isEmpty()) {
                    requested.accumulateAndGet(1, (left, one) -> left == Long.MAX_VALUE ? left : left - one);
                    subscriber.onNext(batch);
                } else if (!followed.isOver()) {
                    pause(pauses.poll());
                }
                if (followed.isOver()) {
                    end();
                    subscriber.onComplete();
                }
            } catch (Followed.Later e) {
                pause(pauses.untilLater(followed.file(), e));
            } catch (StoreException | H5Exception e) {
                long again = pauses.afterFailure(followed.hasChanged());
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
                        ask();
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        }

        private void fail(Throwable e) {
            end();
            subscriber.onError(
                    e instanceof StoreException store ? Failures.reading(Problem.of(store), followed.file()) : e);
        }

        private void end() {
            done = true;
            if (pause != null) {
                pause.dispose();
            }
        }
    }
}
