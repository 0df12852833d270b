package io.h5sink.testing;

import reactor.test.publisher.TestPublisher;

/** Emits through a test's publisher as a good publisher would: when it was requested, which may be on another thread. */
public final class OnDemand {

    private OnDemand() {}

    @SafeVarargs
    public static <T> void emit(TestPublisher<T> publisher, T... records) {
        for (T record : records) {
            Await.until("a record is requested", () -> isRequested(publisher));
            publisher.next(record);
        }
    }

    private static boolean isRequested(TestPublisher<?> publisher) {
        try {
            publisher.assertMinRequested(1);
            return true;
        } catch (AssertionError notYet) {
            return false;
        }
    }
}
