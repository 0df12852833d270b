package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.FaceInternals;
import io.h5sink.H5FileException;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.OnDemand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** {@code append} and {@code write} as parts of a reactive chain, and users who block where they are notified. */
@Timeout(60)
class WriterFlowTest {

    record One(long value) {}

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path file = Path.of("no-such-directory", "flow-" + NUMBER.incrementAndGet() + ".h5");
    private final List<MemoryStore> stores = new CopyOnWriteArrayList<>();
    private final HandScheduler hdf5 = new HandScheduler();

    private H5Writer.Builder<One> builder() {
        return FaceInternals.wrap(H5Writer.<One>to(file).commitEvery(SessionKit.NEVER), file -> {
            MemoryStore store = MemoryStore.keeping();
            stores.add(store);
            return store;
        });
    }

    @AfterEach
    void everyFileIsClosed() {
        Await.until("every file is closed", () -> stores.stream().noneMatch(MemoryStore::isOpen));
        assertThat(stores).allSatisfy(store -> assertThat(store.misuses()).isEmpty());
    }

    @Test
    void appendEmitsEachCommitAndThenCompletes() {
        TestPublisher<One> publisher = TestPublisher.create();
        H5Writer<One> writer =
                builder().scheduler(hdf5).commitEvery(Duration.ofSeconds(1)).build();
        StepVerifier.create(publisher.flux().as(writer::append).map(Commit::records))
                .then(() -> OnDemand.emit(publisher, new One(1)))
                .then(() -> hdf5.workFor(Duration.ofSeconds(1)))
                .expectNext(1L)
                .then(() -> OnDemand.emit(publisher, new One(2), new One(3)))
                .then(() -> hdf5.workFor(Duration.ofSeconds(1)))
                .expectNext(3L)
                .then(() -> hdf5.workFor(Duration.ofSeconds(10)))
                .then(() -> OnDemand.emit(publisher, new One(4)))
                .then(publisher::complete)
                .then(hdf5::work)
                .expectNext(4L)
                .expectComplete()
                .verify(Await.LIMIT);
    }

    @Test
    void commitsThatAreNotRequestedAreReplacedByLaterOnes() {
        H5Writer<One> writer = builder().commitEvery(10).build();
        StepVerifier.create(Flux.range(0, 1000).map(One::new).as(writer::append).map(Commit::records), 0)
                .expectSubscription()
                .then(() -> Await.until(
                        "all is written",
                        () -> stores.size() == 1
                                && stores.get(0).rows("/value") == 1000
                                && !stores.get(0).isOpen()))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(records -> records < 1000)
                .expectNext(1000L)
                .expectComplete()
                .verify(Await.LIMIT);
    }

    @Test
    void writeEmitsTheSummary() {
        StepVerifier.create(Flux.range(0, 100).map(One::new).as(builder().build()::write))
                .assertNext(summary -> assertThat(summary.records()).isEqualTo(100))
                .expectComplete()
                .verify(Await.LIMIT);
    }

    @Test
    void cancellingAppendCancelsTheRecordsAndWritesWhatWasReceived() {
        cancellingWritesWhatWasReceived(records -> Flux.from(builder().build().append(records)));
    }

    @Test
    void cancellingWriteCancelsTheRecordsAndWritesWhatWasReceived() {
        cancellingWritesWhatWasReceived(records -> Flux.from(builder().build().write(records)));
    }

    private void cancellingWritesWhatWasReceived(java.util.function.Function<Flux<One>, Flux<?>> write) {
        TestPublisher<One> publisher = TestPublisher.create();
        Disposable running = write.apply(publisher.flux()).subscribe();
        OnDemand.emit(publisher, new One(1));
        running.dispose();
        publisher.assertCancelled();
        Await.until(
                "the file is closed",
                () -> !stores.isEmpty()
                        && stores.get(0).rows("/value") == 1
                        && !stores.get(0).isOpen());
        assertThat(stores.get(0).misuses()).isEmpty();
    }

    @Test
    void anUpstreamErrorPassesThrough() {
        IllegalStateException error = new IllegalStateException("upstream");
        Flux<One> failing = Flux.concat(Mono.just(new One(1)), Mono.error(error));
        StepVerifier.create(failing.as(builder().build()::write))
                .expectErrorSatisfies(e -> assertThat(e).isSameAs(error))
                .verify(Await.LIMIT);
        StepVerifier.create(failing.as(builder().build()::append))
                .expectNextCount(1)
                .expectErrorSatisfies(e -> assertThat(e).isSameAs(error))
                .verify(Await.LIMIT);
        assertThat(stores).hasSize(2).allMatch(store -> store.rows("/value") == 1 && !store.isOpen());
    }

    @Test
    void eachSubscriptionIsASessionOfItsOwn() {
        AtomicInteger subscriptions = new AtomicInteger();
        Flux<One> records = Flux.range(0, 5).map(One::new).doOnSubscribe(s -> subscriptions.incrementAndGet());
        Mono<WriteSummary> done = records.as(builder().build()::write);
        assertThat(stores).isEmpty();
        StepVerifier.create(done.repeat(2).map(WriteSummary::records))
                .expectNext(5L, 5L, 5L)
                .expectComplete()
                .verify(Await.LIMIT);
        assertThat(stores).hasSize(3);
        assertThat(subscriptions).hasValue(3);
    }

    @Test
    void theRecordsSeeTheContextOfTheSubscriber() {
        Flux<One> records = Flux.deferContextual(context -> Flux.just(new One(context.get("number"))));
        StepVerifier.create(records.as(builder().build()::write).contextWrite(context -> context.put("number", 41L)))
                .expectNextCount(1)
                .expectComplete()
                .verify(Await.LIMIT);
        StepVerifier.create(records.as(builder().build()::append).contextWrite(context -> context.put("number", 42L)))
                .expectNextCount(1)
                .expectComplete()
                .verify(Await.LIMIT);
        assertThat(stores).extracting(store -> store.longs("/value")[0]).containsExactly(41L, 42L);
    }

    @Test
    void aSecondWriterOnTheFileFailsAtOnceAndTheFirstGoesOn() {
        TestPublisher<One> publisher = TestPublisher.create();
        H5Sink<One> first = builder().build().sink();
        publisher.subscribe(first);
        Await.until(
                "the first has the file",
                () -> !stores.isEmpty() && stores.get(0).opens() > 0);
        StepVerifier.create(Flux.just(new One(1)).as(builder().build()::write))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(H5FileException.class)
                        .hasMessageContaining(file.toString())
                        .hasMessageContaining("another sink"))
                .verify(Await.LIMIT);
        OnDemand.emit(publisher, new One(1));
        publisher.complete();
        assertThat(first.result().block(Await.LIMIT).records()).isEqualTo(1);
        StepVerifier.create(Flux.just(new One(1)).as(builder().build()::write))
                .expectNextCount(1)
                .expectComplete()
                .verify(Await.LIMIT);
    }

    @Test
    void aUserWhoBlocksInCommitsHoldsUpNobody() {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Commit> last = new AtomicReference<>();
        H5Sink<One> sink = builder().commitEvery(10).build().sink();
        sink.commits().subscribe(commit -> {
            blocked.countDown();
            Await.reached("the test lets the user go on", goOn);
            last.set(commit);
        });
        try {
            Flux.range(0, 10_000).map(One::new).subscribe(sink);
            Await.reached("the user blocks", blocked);
            Await.until(
                    "all is written while the user blocks",
                    () -> !stores.isEmpty()
                            && stores.get(0).rows("/value") == 10_000
                            && !stores.get(0).isOpen());

            H5Sink<One> other = SessionKit.on(MemoryStore.counting()).sink();
            Flux.range(0, 1000).map(One::new).subscribe(other);
            assertThat(other.result().block(Await.LIMIT).records()).isEqualTo(1000);
        } finally {
            goOn.countDown();
        }
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(10_000);
        Await.until(
                "the user hears the last commit",
                () -> last.get() != null && last.get().records() == 10_000);
    }

    @Test
    void aUserWhoBlocksInTheResultHoldsUpNoOtherSink() {
        CountDownLatch goOn = new CountDownLatch(1);
        H5Sink<One> sink = builder().build().sink();
        AtomicInteger reported = new AtomicInteger();
        sink.result().subscribe(summary -> {
            // As in a callback that starts the next file, and waits for it.
            H5Sink<One> next = SessionKit.on(MemoryStore.counting()).sink();
            Flux.range(0, 100).map(One::new).subscribe(next);
            next.result().block(Await.LIMIT);
            reported.incrementAndGet();
            Await.reached("the test lets the user go on", goOn);
        });
        Flux.range(0, 10).map(One::new).subscribe(sink);
        Await.until("the next file is written inside the callback", () -> reported.get() == 1);
        goOn.countDown();
    }

    @Test
    void aUserWhoBlocksDownstreamOfAppendHoldsUpNoWriting() {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Flux.range(0, 10_000)
                .map(One::new)
                .as(builder().commitEvery(10).build()::append)
                .doOnNext(commit -> Await.reached("the test lets the user go on", goOn))
                .doFinally(signal -> done.countDown())
                .subscribe();
        Await.until(
                "all is written while the user blocks",
                () -> !stores.isEmpty()
                        && stores.get(0).rows("/value") == 10_000
                        && !stores.get(0).isOpen());
        goOn.countDown();
        Await.reached("the flow ends", done);
    }

    @Test
    void disposingInACallbackIsSafe() {
        H5Sink<One> sink = builder().memory(1 << 14).commitEvery(100).build().sink();
        sink.commits().subscribe(commit -> sink.dispose());
        Flux.range(0, Integer.MAX_VALUE).map(One::new).subscribe(sink);
        assertThat(sink.result().block(Await.LIMIT).records()).isPositive();
    }

    @Test
    void requestsAreSerialAndNeverOnAWriterThread() {
        List<String> violations = new CopyOnWriteArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        H5Sink<One> sink = builder().memory(1 << 14).commitEvery(100).build().sink();
        Flux.range(0, 100_000)
                .map(One::new)
                .doOnRequest(n -> {
                    if (inside.getAndIncrement() != 0) {
                        violations.add("two at a time");
                    }
                    if (Thread.currentThread().getName().startsWith("h5sink-writer")) {
                        violations.add("on the writer thread");
                    }
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                })
                .subscribe(sink);
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(100_000);
        assertThat(violations).isEmpty();
    }
}
