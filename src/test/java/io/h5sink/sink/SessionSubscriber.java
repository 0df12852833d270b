package io.h5sink.sink;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Lets a publisher speak to a session without a sink. */
record SessionSubscriber(Session session) implements CoreSubscriber<Object> {

    @Override
    public void onSubscribe(Subscription subscription) {
        session.onSubscribe(subscription);
    }

    @Override
    public void onNext(Object record) {
        session.onNext(record);
    }

    @Override
    public void onError(Throwable error) {
        session.onError(error);
    }

    @Override
    public void onComplete() {
        session.onComplete();
    }
}
