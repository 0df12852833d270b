package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/** Emits what was requested, never more, on the test's thread, and looks at the demand on every occasion. */
final class FaithfulPublisher extends DemandProbe {

    /** Receives the numbers of requested and received records; throws if too many are requested. */
    interface Check {
        void outstanding(long requested, long received);
    }

    private final LongFunction<?> records;
    private final Check check;
    private volatile long emitted;

    FaithfulPublisher(LongFunction<?> records, Check check) {
        this.records = records;
        this.check = check;
    }

    @Override
    public void onRequest(long n, long total) {
        try {
            check.outstanding(total, emitted);
        } catch (AssertionError e) {
            violations().add("at request(" + n + "): " + e.getMessage());
        }
    }

    /** Emits until the number is reached; fails if nothing is requested for too long. */
    void emit(Session session, long upTo) {
        emitWhile(session, upTo, next -> {
            Await.until("record " + next + " is requested", () -> requested() >= next);
            return true;
        });
    }

    /** Emits until there is no demand. */
    void emitAllRequested(Session session) {
        emitWhile(session, Long.MAX_VALUE, next -> requested() >= next);
    }

    private void emitWhile(Session session, long upTo, LongPredicate mayEmit) {
        while (emitted < upTo && mayEmit.test(emitted + 1)) {
            Object record = records.apply(emitted);
            emitted++;
            session.onNext(record);
            check.outstanding(requested(), emitted);
        }
    }

    long emitted() {
        return emitted;
    }

    void assertObeyed() {
        assertThat(violations()).isEmpty();
        assertThat(threads()).as("threads that requested").noneMatch(name -> name.startsWith("h5sink-writer"));
    }
}
