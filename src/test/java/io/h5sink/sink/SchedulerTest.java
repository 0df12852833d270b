package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Exception;
import io.h5sink.H5Sink;
import io.h5sink.H5WriteException;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.StoreProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The scheduler that a user gives: used, not disposed, and survived. */
@Timeout(60)
class SchedulerTest {

    record One(long value) {}

    private final MemoryStore store = MemoryStore.keeping();
    private final HandScheduler hdf5 = new HandScheduler();
    private final DemandProbe probe = new DemandProbe();
    private final Emitted emitted = new Emitted();
    private final Session session = SessionKit.on(store).scheduler(hdf5).session(emitted);

    @Test
    void theFileIsTouchedOnTheGivenSchedulerOnlyAndItIsNotDisposed() {
        Scheduler given = Schedulers.newSingle(SchedulerTest::mine);
        try {
            List<String> threads = new CopyOnWriteArrayList<>();
            StoreProbe watched = new StoreProbe(store) {
                @Override
                public void before(Call call) {
                    threads.add(Thread.currentThread().getName());
                }
            };
            H5Sink<One> sink = SessionKit.on(watched).scheduler(given).sink();
            Flux.range(0, 100_000).map(One::new).subscribe(sink);
            sink.result().block(Await.LIMIT);
            assertThat(threads).isNotEmpty().allMatch(name -> name.startsWith("mine"));
            assertThat(given.isDisposed()).isFalse();
        } finally {
            given.dispose();
        }
    }

    @Test
    void twoFilesAreWrittenAtTheSameTime() {
        CountDownLatch both = new CountDownLatch(2);
        List<H5Sink<One>> sinks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            AtomicBoolean first = new AtomicBoolean(true);
            StoreProbe meeting = new StoreProbe(MemoryStore.keeping()) {
                @Override
                public void before(Call call) {
                    if (call == Call.WRITE && first.getAndSet(false)) {
                        both.countDown();
                        Await.reached("the other file is being written", both);
                    }
                }
            };
            H5Sink<One> sink = SessionKit.on(meeting).sink();
            Flux.range(0, 1000).map(One::new).subscribe(sink);
            sinks.add(sink);
        }
        for (H5Sink<One> sink : sinks) {
            assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(1000);
        }
    }

    @Test
    void theWorkerIsGivenBackAtTheEnd() {
        session.onSubscribe(probe);
        assertThat(hdf5.openWorkers()).isEqualTo(1);
        session.onComplete();
        hdf5.work();
        assertThat(hdf5.openWorkers()).isZero();
        assertThat(hdf5.isDisposed()).isFalse();
    }

    @Test
    void aDisposedSchedulerFailsTheResult() {
        hdf5.dispose();
        session.onSubscribe(probe);
        failsOnce();
    }

    @Test
    void aSchedulerWithoutATimerFailsTheResult() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Session untimed = SessionKit.on(store)
                    .scheduler(Schedulers.fromExecutor(executor))
                    .session(emitted);
            untimed.onSubscribe(probe);
            failsOnce();
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void aSchedulerThatIsDisposedBetweenRecords() {
        session.onSubscribe(probe);
        session.onNext(new One(0));
        hdf5.work();
        hdf5.dispose();
        session.onComplete();
        failsOnce();
    }

    @Test
    void aSchedulerThatIsDisposedWithWorkInItsQueue() {
        session.onSubscribe(probe);
        session.onNext(new One(0));
        hdf5.dispose();
        session.onComplete();
        failsOnce();
    }

    @Test
    void aSchedulerThatIsDisposedWithWorkInItsQueueAndThenTheSinkIs() {
        session.onSubscribe(probe);
        session.onNext(new One(0));
        hdf5.dispose();
        session.dispose();
        failsOnce();
    }

    @Test
    void aSchedulerThatTakesNoMoreWorkButDoesWhatItHas() {
        session.onSubscribe(probe);
        session.onNext(new One(0));
        hdf5.refuse();
        session.onComplete();
        hdf5.work();
        assertThat(emitted.await().ends()).hasSize(1);
        Await.until("the upstream is cancelled", probe::cancelled);
        assertThat(store.isOpen()).isFalse();
        assertThat(store.misuses()).isEmpty();
    }

    @Test
    void aSchedulerThatIsDisposedWhileAFileIsBusy() {
        FailingStore busy = new FailingStore(
                store, StoreProbe.Call.OPEN, 1, 1_000_000, () -> StorageException.busy("a reader", null));
        Session waiting = SessionKit.on(busy).scheduler(hdf5).session(emitted);
        waiting.onSubscribe(probe);
        hdf5.refuse();
        hdf5.work();
        failsOnce();
    }

    @Test
    void aSchedulerThatRejectsOnceEndsTheSessionAsOneThatAlwaysDoes() {
        Session unlucky = SessionKit.on(store).scheduler(hdf5).commitEvery(1).session(emitted);
        unlucky.onSubscribe(probe);
        unlucky.onNext(new One(0));
        hdf5.work();
        hdf5.refuse();
        unlucky.onNext(new One(1));
        hdf5.acceptAgain();
        unlucky.onNext(new One(2));
        failsOnce();
        assertThat(((H5Exception) emitted.error()).safeRecords()).isEqualTo(1);
        assertThat(store.longs("/value")).containsExactly(0);
    }

    @Test
    void aBoundedElasticSchedulerThatIsDisposed() {
        Scheduler gone = Schedulers.newBoundedElastic(1, 10, "gone");
        gone.dispose();
        Session session = SessionKit.on(store).scheduler(gone).session(emitted);
        session.onSubscribe(probe);
        failsOnce();
    }

    /** Real executors drop their queue and interrupt their thread when they are disposed. */
    @Test
    void aSchedulerThatIsDisposedAtAnyMoment() {
        for (int i = 0; i < 300; i++) {
            Scheduler mine = Schedulers.newSingle(SchedulerTest::mine);
            MemoryStore memory = MemoryStore.counting();
            Emitted end = new Emitted();
            AtomicInteger sent = new AtomicInteger();
            int disposeAt = i * 7;
            Session victim = SessionKit.on(memory)
                    .scheduler(mine)
                    .memory(1 << 12)
                    .commitEvery(Duration.ofMillis(1))
                    .session(end);
            Flux.fromStream(() -> LongStream.range(0, 10_000).mapToObj(One::new))
                    .doOnNext(one -> {
                        if (sent.incrementAndGet() == disposeAt) {
                            mine.dispose();
                        }
                    })
                    .subscribe(new SessionSubscriber(victim));
            // Whether the session notices depends on whether anybody notifies it.
            Await.until(
                    "the scheduler is disposed or all is written", () -> mine.isDisposed() || victim.isTerminated());
            mine.dispose();
            victim.dispose();
            assertThat(end.await().ends()).hasSize(1);
            assertThat(memory.misuses()).isEmpty();
            assertThat(memory.isOpen()).isFalse();
        }
    }

    @Test
    void severalThreadsBehindASchedulerAreUsedOneAtATime() {
        ExecutorService pool = Executors.newScheduledThreadPool(4);
        Scheduler many = Schedulers.fromExecutorService(pool);
        try {
            H5Sink<One> sink = SessionKit.on(store)
                    .scheduler(many)
                    .memory(1 << 16)
                    .commitEvery(Duration.ofNanos(100_000))
                    .sink();
            Flux.range(0, 200_000).map(One::new).subscribe(sink);
            assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(200_000);
            assertThat(store.misuses()).isEmpty();
            assertThat(store.longs("/value"))
                    .isEqualTo(LongStream.range(0, 200_000).toArray());
        } finally {
            many.dispose();
            pool.shutdown();
        }
    }

    /** A thread that may block, which those are not that Reactor makes by name. */
    private static Thread mine(Runnable work) {
        Thread thread = new Thread(work, "mine");
        thread.setDaemon(true);
        return thread;
    }

    private void failsOnce() {
        assertThat(emitted.error()).isInstanceOf(H5WriteException.class);
        assertThat(emitted.ends()).hasSize(1);
        assertThat(probe.cancelled()).isTrue();
        assertThat(store.isOpen()).isFalse();
        assertThat(store.misuses()).isEmpty();
    }
}
