package io.h5sink.sink;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Wraps a subscriber of results. An exception that the subscriber throws, against rule 2.13 of Reactive Streams, goes to Reactor's hook for
 * dropped errors and cancels that subscriber's subscription; other subscribers and the writing go on.
 */
public final class SafeSubscriber<T> implements CoreSubscriber<T> {

    private final CoreSubscriber<? super T> subscriber;

    /** Null once the subscriber has thrown an exception. */
    private volatile @Nullable Subscription upstream = Operators.emptySubscription();

    private SafeSubscriber(CoreSubscriber<? super T> subscriber) {
        this.subscriber = subscriber;
    }

    /** Wraps each subscriber of a publisher. */
    public static <T> Publisher<T> each(Publisher<T> results) {
        return Operators.<T, T>lift((source, subscriber) -> new SafeSubscriber<>(subscriber))
                .apply(results);
    }

    private void guard(Runnable signal) {
        Subscription subscription = upstream;
        if (subscription == null) {
            return;
        }
        try {
            signal.run();
        } catch (Throwable e) {
            upstream = null;
            subscription.cancel();
            Operators.onErrorDropped(e, currentContext());
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        guard(() -> subscriber.onSubscribe(subscription));
    }

    @Override
    public void onNext(T value) {
        guard(() -> subscriber.onNext(value));
    }

    @Override
    public void onError(Throwable error) {
        guard(() -> subscriber.onError(error));
    }

    @Override
    public void onComplete() {
        guard(subscriber::onComplete);
    }

    @Override
    public Context currentContext() {
        return subscriber.currentContext();
    }
}
