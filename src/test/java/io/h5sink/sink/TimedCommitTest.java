package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.FaceInternals;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.OnDemand;
import io.h5sink.testing.StoreProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A record is in the file within {@code commitEvery(…)}, and the file is closed again. */
@Timeout(60)
class TimedCommitTest {

    record One(long value) {}

    record Pair(long left, double right) {}

    private final MemoryStore store = MemoryStore.keeping();
    private final HandScheduler hdf5 = new HandScheduler();
    private final DemandProbe probe = new DemandProbe();
    private final Emitted emitted = new Emitted();
    private final Session session = SessionKit.on(store)
            .scheduler(hdf5)
            .commitEvery(Duration.ofSeconds(1))
            .session(emitted);

    @AfterEach
    void end() {
        session.dispose();
        hdf5.work();
        emitted.await();
        assertThat(store.misuses()).isEmpty();
        assertThat(store.isOpen()).isFalse();
        assertThat(hdf5.openWorkers()).isZero();
    }

    @Test
    void aRecordIsCommittedAtTheIntervalAndNotBefore() {
        session.onSubscribe(probe);
        hdf5.workFor(Duration.ofMillis(400));
        session.onNext(new One(7));
        hdf5.workFor(Duration.ofMillis(599));
        assertThat(store.rows("/value")).isZero();
        assertThat(store.isOpen()).as("open between commits").isFalse();

        hdf5.workFor(Duration.ofMillis(1));
        assertThat(store.longs("/value")).containsExactly(7);
        assertThat(store.isOpen()).as("open between commits").isFalse();
        Await.until("the commit is reported", () -> emitted.commits().size() == 1);
        assertThat(emitted.commits().get(0).records()).isEqualTo(1);
        assertThat(emitted.commits().get(0).rows()).isEqualTo(Map.of("/value", 1L));
    }

    @Test
    void aTrickleIsCommittedOnceAnInterval() {
        session.onSubscribe(probe);
        for (int i = 0; i < 35; i++) {
            session.onNext(new One(i));
            hdf5.workFor(Duration.ofMillis(100));
            // All that was there when the last full second struck.
            assertThat(store.rows("/value")).isEqualTo((i + 1) / 10 * 10);
        }
        Await.until("the commits are reported", () -> emitted.commits().size() == 3);
        assertThat(emitted.commits()).extracting(Commit::records).containsExactly(10L, 20L, 30L);
        assertThat(emitted.commits()).extracting(Commit::number).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anIdleStreamDoesNotTouchTheFile() {
        session.onSubscribe(probe);
        session.onNext(new One(0));
        hdf5.workFor(Duration.ofSeconds(1));
        int opens = store.opens();
        hdf5.workFor(Duration.ofHours(1));
        assertThat(store.opens()).isEqualTo(opens);
        Await.until("the commit is reported", () -> emitted.commits().size() == 1);
    }

    /** At every moment, no record that is older than the interval is missing from the file. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1_000, 5_000})
    void noRecordStaysUncommittedForLongerThanTheIntervalWhateverTheRate(int recordsPerMilli) {
        Session flooded = SessionKit.on(store)
                .memory(1 << 16)
                .scheduler(hdf5)
                .commitEvery(Duration.ofSeconds(1))
                .commitEvery(100_003)
                .session(emitted);
        DemandProbe asked = new DemandProbe();
        flooded.onSubscribe(asked);
        long sent = 0;
        long[] sentBy = new long[3_500];
        for (int milli = 0; milli < sentBy.length; milli++) {
            for (int i = 0; i < recordsPerMilli && sent < asked.requested(); i++) {
                flooded.onNext(new One(sent++));
            }
            sentBy[milli] = sent;
            hdf5.workFor(Duration.ofMillis(1));
            if (milli >= 1_000) {
                assertThat(store.rows("/value"))
                        .as("rows at %d ms", milli)
                        .isGreaterThanOrEqualTo(sentBy[milli - 1_000]);
            }
        }
        assertThat(sent).isGreaterThan(1_000);
        flooded.onComplete();
        hdf5.work();
        assertThat(emitted.summary().records()).isEqualTo(sent);
        session.onSubscribe(new DemandProbe());
    }

    @Test
    void aBurstThatTakesHalfOfTheSpaceIsCommittedAtOnceWithAllColumnsToTheSameRow() {
        Session narrow = SessionKit.on(store)
                .memory(1 << 20)
                .scheduler(hdf5)
                .commitEvery(Duration.ofSeconds(1))
                .session(emitted);
        narrow.onSubscribe(probe);
        narrow.onNext(new Pair(0, 0));
        hdf5.work();
        // Blocks have 16384 rows of 8 bytes, two columns: S = 524256, and half of M - S is 262160 bytes. One block of
        // each
        // column holds 262144, two hold 524288.
        for (int i = 1; i < 32_767; i++) {
            narrow.onNext(new Pair(i, i));
        }
        hdf5.work();
        assertThat(store.rows().values()).containsOnly(0L);
        narrow.onNext(new Pair(32_767, 32_767));
        hdf5.work();
        assertThat(store.rows()).isEqualTo(Map.of("/left", 32_768L, "/right", 32_768L));
        assertThat(store.isOpen()).isFalse();
        Await.until("the commit is reported", () -> emitted.commits().size() == 1);
        assertThat(emitted.commits().get(0).records()).isEqualTo(32_768);
        narrow.onComplete();
        hdf5.work();
        session.onSubscribe(new DemandProbe());
    }

    @Test
    void aCommitThatFindsTheFileBusyComesWhenItIsFree() {
        FailingStore busy =
                new FailingStore(store, StoreProbe.Call.OPEN, 3, 4, () -> StorageException.busy("a reader", null));
        Session waiting = SessionKit.on(busy)
                .scheduler(hdf5)
                .commitEvery(Duration.ofSeconds(1))
                .session(emitted);
        waiting.onSubscribe(probe);
        hdf5.work();
        waiting.onNext(new One(0));
        hdf5.work();
        // Opened to look, and to bind the column; the commit is the third time.
        assertThat(busy.calls()).isEqualTo(2);
        hdf5.workFor(Duration.ofSeconds(1));
        assertThat(store.rows("/value")).isZero();
        hdf5.workFor(Duration.ofMillis(100));
        assertThat(store.rows("/value")).isEqualTo(1);
        waiting.onComplete();
        hdf5.work();
        assertThat(emitted.summary().commits()).isEqualTo(1);
        session.onSubscribe(new DemandProbe());
    }

    @Test
    void commitsByCountAreExactWhateverIsInTheBlocks() {
        Session counted = SessionKit.on(store).scheduler(hdf5).commitEvery(7).session(emitted);
        counted.onSubscribe(probe);
        for (int i = 0; i < 30; i++) {
            counted.onNext(new Pair(i, i));
            if (i % 11 == 0) {
                hdf5.work();
            }
        }
        counted.onComplete();
        hdf5.work();
        emitted.summary();
        assertThat(emitted.commits()).extracting(Commit::records).containsExactly(7L, 14L, 21L, 28L, 30L);
        assertThat(store.closedWith())
                .filteredOn(rows -> !rows.isEmpty())
                .allSatisfy(rows -> assertThat(List.copyOf(rows.values())).containsOnly(rows.get("/left")));
        session.onSubscribe(new DemandProbe());
    }

    @Test
    void virtualTimeDrivesTheCommits() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        TestPublisher<One> publisher = TestPublisher.create();
        H5Sink<One> sink = SessionKit.on(store)
                .scheduler(time)
                .commitEvery(Duration.ofMinutes(1))
                .sink();
        publisher.subscribe(sink);
        OnDemand.emit(publisher, new One(3));
        time.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(store.rows("/value")).isZero();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(store.rows("/value")).isEqualTo(1);
        publisher.complete();
        time.advanceTime();
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(1);
    }

    @Test
    void anIntervalForEverIsOneForVirtualTimeToo() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        H5Sink<One> sink = FaceInternals.wrap(H5Writer.<One>to("no-such-directory/for-ever.h5"), file -> store)
                .scheduler(time)
                .commitEvery(Duration.ofSeconds(Long.MAX_VALUE))
                .build()
                .sink();
        sink.onSubscribe(new DemandProbe());
        time.advanceTimeBy(Duration.ofDays(1000));
        sink.dispose();
        time.advanceTime();
        assertThat(sink.result().block(Await.LIMIT).records()).isZero();
    }
}
