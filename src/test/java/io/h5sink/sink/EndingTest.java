package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.h5sink.H5FileException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5WriteException;
import io.h5sink.WriteSummary;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.OnDemand;
import io.h5sink.testing.StoreProbe;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** How a stream ends, and what is in the file then. */
@Timeout(60)
class EndingTest {

    record One(long value) {}

    /** A record that fails in a way that Reactor calls fatal. */
    record Fatal(long value) {
        @Override
        public long value() {
            throw new NoClassDefFoundError("boom");
        }
    }

    private final MemoryStore store = MemoryStore.keeping();
    private final TestPublisher<One> publisher = TestPublisher.create();
    private int sent;
    private final H5Sink<One> sink = awaited(SessionKit.on(store).sink());

    @AfterEach
    void theFileIsClosedAndTheHooksAreReset() {
        Hooks.resetOnNextDropped();
        Hooks.resetOnErrorDropped();
        assertThat(store.isOpen()).isFalse();
        assertThat(store.opens()).isEqualTo(store.closes());
        assertThat(store.misuses()).isEmpty();
    }

    @Test
    void completionWritesTheLastPartialBlockAndClosesTheFileBeforeTheResult() {
        AtomicReference<Boolean> openAtResult = new AtomicReference<>();
        Mono<WriteSummary> result = sink.result().doOnNext(summary -> openAtResult.set(store.isOpen()));
        publisher.subscribe(sink);
        emit(3);
        publisher.complete();

        WriteSummary summary = result.block(Await.LIMIT);
        assertThat(openAtResult).hasValue(false);
        assertThat(summary.records()).isEqualTo(3);
        assertThat(summary.rows()).isEqualTo(Map.of("/value", 3L));
        assertThat(summary.bytes()).isEqualTo(24);
        assertThat(store.longs("/value")).containsExactly(0, 1, 2);
        assertThat(sink.isDisposed()).isTrue();
    }

    @Test
    void aStreamWithoutRecordsLeavesAnEmptyFile() {
        publisher.subscribe(sink);
        publisher.complete();
        assertThat(sink.result().block(Await.LIMIT).records()).isZero();
        assertThat(store.opens()).isEqualTo(1);
        assertThat(store.rows()).isEmpty();
    }

    @Test
    void anUpstreamErrorComesAfterWhatWasReceivedAndIsTheSame() {
        Exception error = new Exception("upstream");
        publisher.subscribe(sink);
        emit(5);
        publisher.error(error);

        assertThat(failure(sink)).isSameAs(error);
        assertThat(store.longs("/value")).containsExactly(0, 1, 2, 3, 4);
        StepVerifier.create(sink.commits())
                .expectNextCount(1)
                .expectErrorSatisfies(e -> assertThat(e).isSameAs(error))
                .verify(Await.LIMIT);
    }

    @Test
    void disposeBeforeTheSubscriptionLeavesTheFileAlone() {
        sink.dispose();
        assertThat(sink.result().block(Await.LIMIT).records()).isZero();
        assertThat(sink.isDisposed()).isTrue();
        publisher.subscribe(sink);
        publisher.assertCancelled();
        assertThat(store.opens()).isZero();
    }

    @Test
    void disposeBeforeTheFirstRecord() {
        publisher.subscribe(sink);
        sink.dispose();
        publisher.assertCancelled();
        assertThat(sink.result().block(Await.LIMIT).records()).isZero();
    }

    @Test
    void disposeInTheMiddleWritesWhatWasReceived() {
        publisher.subscribe(sink);
        emit(7);
        sink.disposeGracefully().block(Await.LIMIT);
        publisher.assertCancelled();
        assertThat(store.longs("/value")).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(7);
    }

    @Test
    void disposeAfterCompletionChangesNothing() {
        publisher.subscribe(sink);
        emit(2);
        publisher.complete();
        sink.dispose();
        sink.disposeGracefully().block(Await.LIMIT);
        publisher.assertNotCancelled();
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(2);
    }

    @Test
    void disposeTwiceIsDisposeOnce() {
        publisher.subscribe(sink);
        emit(2);
        sink.dispose();
        sink.dispose();
        sink.disposeGracefully().block(Await.LIMIT);
        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(store.rows("/value")).isEqualTo(2);
    }

    @Test
    void disposeGracefullyDoesNothingBeforeItIsSubscribed() {
        publisher.subscribe(sink);
        Mono<Void> disposal = sink.disposeGracefully();
        assertThat(sink.isDisposed()).isFalse();
        publisher.assertNotCancelled();
        disposal.block(Await.LIMIT);
        assertThat(sink.isDisposed()).isTrue();
    }

    @Test
    void aSecondSubscriptionIsCancelledAndTheFirstGoesOn() {
        TestPublisher<One> second = TestPublisher.create();
        publisher.subscribe(sink);
        emit(1);
        second.subscribe(sink);
        second.assertCancelled();
        publisher.assertNotCancelled();
        emit(1);
        publisher.complete();
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(2);

        TestPublisher<One> third = TestPublisher.create();
        third.subscribe(sink);
        third.assertCancelled();
    }

    @Test
    void whatComesAfterTheEndGoesToTheHooks() {
        List<Object> dropped = new CopyOnWriteArrayList<>();
        Hooks.onNextDropped(dropped::add);
        Hooks.onErrorDropped(dropped::add);
        sink.onSubscribe(new DemandProbe());
        sink.onNext(new One(0));
        sink.dispose();
        One late = new One(1);
        Exception error = new Exception("late");
        sink.onNext(late);
        sink.onError(error);
        sink.result().block(Await.LIMIT);
        sink.onNext(late);
        sink.onComplete();

        assertThat(dropped).containsExactly(late, error, late);
        assertThat(store.longs("/value")).containsExactly(0);
    }

    @Test
    void aFileThatCannotBeOpenedCancelsTheUpstream() {
        FailingStore failing =
                new FailingStore(store, StoreProbe.Call.OPEN, 1, 1, () -> StorageException.file("no file", null));
        H5Sink<One> failed = awaited(SessionKit.on(failing).sink());
        publisher.subscribe(failed);
        assertThat(failure(failed)).isInstanceOf(H5FileException.class).hasMessageContaining("no file");
        Await.until("the upstream is cancelled", publisher::wasCancelled);
    }

    @Test
    void aWriteThatFailsTellsWhatIsSafe() {
        FailingStore failing = new FailingStore(
                store, StoreProbe.Call.WRITE, 2, 1, () -> StorageException.write("/value", "disk full", null));
        H5Sink<One> failed = awaited(SessionKit.on(failing).commitEvery(2).sink());
        publisher.subscribe(failed);
        emit(4);
        assertThat(failure(failed))
                .isInstanceOfSatisfying(
                        H5WriteException.class, e -> assertThat(e.safeRecords()).isEqualTo(2))
                .hasMessageContaining("disk full");
        Await.until("the upstream is cancelled", publisher::wasCancelled);
    }

    @Test
    void aWriteThatFailsAfterTheUpstreamsErrorKeepsBoth() {
        Exception error = new Exception("upstream");
        FailingStore failing = new FailingStore(
                store, StoreProbe.Call.WRITE, 1, 1, () -> StorageException.write("/value", "disk full", null));
        H5Sink<One> failed = awaited(SessionKit.on(failing).sink());
        publisher.subscribe(failed);
        emit(1);
        publisher.error(error);
        assertThat(failure(failed)).isInstanceOf(H5WriteException.class).hasSuppressedException(error);
    }

    @Test
    void anUnforeseenErrorInTheStoreEndsTheSession() {
        FailingStore writing =
                new FailingStore(store, StoreProbe.Call.WRITE, 1, 1, () -> new UnsatisfiedLinkError("no write"));
        FailingStore closing =
                new FailingStore(writing, StoreProbe.Call.CLOSE, 1, 1, () -> new UnsatisfiedLinkError("no close"));
        HandScheduler hdf5 = new HandScheduler();
        H5Sink<One> failed = awaited(SessionKit.on(closing).scheduler(hdf5).sink());
        publisher.subscribe(failed);
        emit(1);
        publisher.complete();
        hdf5.work();
        assertThat(failure(failed)).isInstanceOf(H5WriteException.class).hasMessageContaining("no write");
        store.close();
    }

    @Test
    void aFileThatIsBusyForAWhileIsWaitedFor() {
        FailingStore busy =
                new FailingStore(store, StoreProbe.Call.OPEN, 1, 3, () -> StorageException.busy("a reader", null));
        H5Sink<One> patient = awaited(SessionKit.on(busy).sink());
        publisher.subscribe(patient);
        emit(3);
        publisher.complete();
        assertThat(patient.result().block(Await.LIMIT).records()).isEqualTo(3);
        assertThat(busy.calls()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void aRecordThatCannotBeReadEndsTheSessionAfterThoseBeforeIt() {
        TestPublisher<Object> mixed = TestPublisher.create();
        H5Sink<Object> failed = awaited(SessionKit.on(store).sink());
        mixed.subscribe(failed);
        OnDemand.emit(mixed, new One(1));
        OnDemand.emit(mixed, "not a record");
        mixed.assertCancelled();
        assertThat(failure(failed)).isInstanceOf(H5SchemaException.class);
        assertThat(store.longs("/value")).containsExactly(1);
    }

    @Test
    void anErrorThatIsFatalToReactorEndsTheSessionToo() {
        DemandProbe probe = new DemandProbe();
        Emitted emitted = new Emitted();
        Session session = SessionKit.on(store).session(emitted);
        session.onSubscribe(probe);
        assertThatThrownBy(() -> session.onNext(new Fatal(1))).isInstanceOf(NoClassDefFoundError.class);
        assertThat(emitted.error()).isInstanceOf(H5SchemaException.class).hasMessageContaining("boom");
        assertThat(probe.cancelled()).isTrue();
    }

    @Test
    void nothingIsHeldAfterTheEnd() {
        Emitted emitted = new Emitted();
        Session session = SessionKit.on(store).memory(1 << 16).session(emitted);
        Flux.range(0, 50_000).map(One::new).subscribe(new SessionSubscriber(session));
        assertThat(emitted.summary().records()).isEqualTo(50_000);
        Await.until("the blocks are given up", () -> session.held() <= 1 << 14);
    }

    @Test
    void aSinkThatFailedWithAnUpstreamErrorIsTerminatedForItsObservers() {
        CountDownLatch reported = new CountDownLatch(1);
        sink.result().subscribe(summary -> {}, error -> reported.countDown());
        publisher.subscribe(sink);
        publisher.error(new Exception("upstream"));
        Await.reached("the result fails", reported);
        assertThat(sink.scan(reactor.core.Scannable.Attr.TERMINATED)).isTrue();
        assertThat(sink.scan(reactor.core.Scannable.Attr.CANCELLED)).isFalse();
    }

    private void emit(int records) {
        for (int i = 0; i < records; i++) {
            OnDemand.emit(publisher, new One(sent++));
        }
    }

    /** A sink of which somebody awaits the result, so that a failure is not logged. */
    private static <T> H5Sink<T> awaited(H5Sink<T> sink) {
        sink.result().subscribe(summary -> {}, error -> {});
        return sink;
    }

    private static Throwable failure(H5Sink<?> sink) {
        return Exceptions.unwrap(catchThrowable(() -> sink.result().block(Await.LIMIT)));
    }
}
