package io.h5sink.jmh;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;

/**
 * The least that a publisher can be: a loop over the records that were requested, on the thread that requests them.
 *
 * @param <T> the records' type
 * @param records how many
 * @param make gives the record with a number
 */
record Source<T>(int records, IntFunction<T> make) implements Publisher<T> {

    /** Records through Reactor's own operators. */
    static Flux<Reading> flux(int records) {
        return Flux.range(0, records).map(Reading::number);
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        subscriber.onSubscribe(new Emission(subscriber));
    }

    private final class Emission implements Subscription {

        private final Subscriber<? super T> subscriber;
        private final AtomicLong requested = new AtomicLong();
        private int next;
        private volatile boolean cancelled;

        Emission(Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (requested.getAndAdd(n) != 0) {
                return; // a call of onNext further up has asked
            }
            long count = n;
            while (count > 0 && !cancelled) {
                emit((int) Math.min(count, records - next));
                if (next == records) {
                    subscriber.onComplete();
                    return;
                }
                count = requested.addAndGet(-count);
            }
        }

        private void emit(int count) {
            int end = next + count;
            for (int i = next; i < end && !cancelled; i++) {
                subscriber.onNext(make.apply(i));
            }
            next = end;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
