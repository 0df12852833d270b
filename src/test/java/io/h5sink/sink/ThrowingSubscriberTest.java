package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.FaceInternals;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import io.h5sink.testing.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Sinks;

/** An exception of a subscriber of results ends that subscription only. */
@Timeout(60)
class ThrowingSubscriberTest {

    record One(long value) {}

    /** What is thrown, of which Reactor takes some for fatal. */
    enum Thrown {
        EXCEPTION(() -> new IllegalStateException("thrown")),
        ERROR(() -> new AssertionError("thrown")),
        FATAL(() -> new StackOverflowError("thrown"));

        private final Supplier<Throwable> make;

        Thrown(Supplier<Throwable> make) {
            this.make = make;
        }

        @SuppressWarnings("unchecked")
        private <E extends Throwable> void raise() throws E {
            throw (E) make.get();
        }
    }

    /** Throws whenever it can; with no operator in between that would catch it. */
    private static class Thrower<T> implements CoreSubscriber<T> {

        private final Thrown thrown;
        final List<Object> signals = new CopyOnWriteArrayList<>();

        Thrower(Thrown thrown) {
            this.thrown = thrown;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T value) {
            signals.add(value);
            thrown.raise();
        }

        @Override
        public void onError(Throwable error) {
            signals.add(error);
            thrown.raise();
        }

        @Override
        public void onComplete() {
            signals.add("complete");
            thrown.raise();
        }
    }

    private final MemoryStore store = MemoryStore.keeping();
    private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    private final Sinks.Many<One> source = Sinks.many().unicast().onBackpressureBuffer();
    private final H5Sink<One> sink = SessionKit.on(store).commitEvery(1).sink();

    @BeforeEach
    void hook() {
        Hooks.onErrorDropped(dropped::add);
    }

    @AfterEach
    void unhook() {
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
        assertThat(store.isOpen()).isFalse();
        assertThat(store.misuses()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theWritingAndTheOthersGoOn(Thrown thrown) {
        Thrower<Commit> first = new Thrower<>(thrown);
        List<Long> seen = new CopyOnWriteArrayList<>();
        List<String> ends = new CopyOnWriteArrayList<>();
        sink.commits().subscribe(first);
        sink.commits().subscribe(commit -> seen.add(commit.records()), error -> {}, () -> ends.add("complete"));
        source.asFlux().subscribe(sink);
        for (long i = 1; i <= 5; i++) {
            long records = i;
            source.tryEmitNext(new One(i)).orThrow();
            Await.until("the other hears of it", () -> seen.contains(records));
        }
        Thrower<WriteSummary> late = new Thrower<>(thrown);
        sink.result().subscribe(late);
        source.tryEmitComplete().orThrow();

        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(5);
        Await.until("the other hears of the end", () -> !ends.isEmpty());
        assertThat(store.longs("/value")).containsExactly(1, 2, 3, 4, 5);
        assertThat(first.signals).as("its subscription ended").hasSize(1);
        Await.until("both are dropped", () -> dropped.size() == 2);
        assertThat(dropped).allSatisfy(error -> assertThat(error).hasMessage("thrown"));
    }

    @ParameterizedTest
    @EnumSource
    void anErrorReachesTheOthers(Thrown thrown) {
        sink.result().subscribe(new Thrower<>(thrown));
        sink.commits().subscribe(new Thrower<>(thrown));
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        sink.result().subscribe(summary -> {}, errors::add);
        sink.commits().subscribe(commit -> {}, errors::add);
        Exception upstream = new Exception("upstream");
        source.asFlux().subscribe(sink);
        source.tryEmitError(upstream).orThrow();

        Await.until("the others hear of it", () -> errors.size() == 2);
        assertThat(errors).containsExactly(upstream, upstream);
        Await.until("both are dropped", () -> dropped.size() == 2);
    }

    @Test
    void aConsumerThatThrowsLosesItsSubscriptionOnly() {
        List<Long> seen = new CopyOnWriteArrayList<>();
        sink.commits().subscribe(commit -> {
            seen.add(commit.records());
            throw new IllegalStateException("thrown");
        });
        source.asFlux().subscribe(sink);
        source.tryEmitNext(new One(1)).orThrow();
        Await.until("it throws", () -> dropped.size() == 1);
        source.tryEmitNext(new One(2)).orThrow();
        source.tryEmitComplete().orThrow();

        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(2);
        assertThat(seen).containsExactly(1L);
    }

    @ParameterizedTest
    @EnumSource
    void whoThrowsInAnAppendCancelsIt(Thrown thrown) {
        Thrower<Commit> thrower = new Thrower<>(thrown);
        MemoryStore own = MemoryStore.keeping();
        H5Writer<One> writer = FaceInternals.wrap(
                        H5Writer.<One>to("no-such-directory/append-" + thrown + ".h5"), file -> own)
                .commitEvery(Duration.ofMillis(1))
                .build();
        List<Long> emitted = new CopyOnWriteArrayList<>();
        List<Object> late = new CopyOnWriteArrayList<>();
        Hooks.onNextDropped(late::add);
        List<String> cancelled = new CopyOnWriteArrayList<>();
        writer.append(Flux.range(0, 10)
                        .map(One::new)
                        .doOnNext(one -> emitted.add(one.value()))
                        .concatWith(Flux.never())
                        .doOnCancel(() -> cancelled.add("cancelled")))
                .subscribe(thrower);

        Await.until("the records are cancelled", () -> !cancelled.isEmpty());
        Await.until(
                "all is written that was taken, and the file closed",
                () -> own.rows("/value") > 0 && own.rows("/value") + late.size() == emitted.size() && !own.isOpen());
        assertThat(thrower.signals).hasSize(1);
        Await.until("it is dropped", () -> dropped.size() == 1);
    }
}
