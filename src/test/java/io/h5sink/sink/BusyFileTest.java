package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.access.Limits;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.Logged;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.StoreProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file that another program keeps is waited for with growing pauses, up to a limit, in the time of the scheduler. */
@Timeout(60)
class BusyFileTest {

    record One(long value) {}

    private static final int FOR_EVER = 1_000_000;

    private final Path file = Path.of("no-such-directory", "busy-" + UUID.randomUUID() + ".h5");
    private final MemoryStore store = MemoryStore.keeping();
    private final HandScheduler hdf5 = new HandScheduler();
    private final Emitted emitted = new Emitted();
    private final List<Duration> tries = new ArrayList<>();
    private final Logged logged = new Logged();
    private Duration now = Duration.ZERO;

    @AfterEach
    void theStoreIsClosedAndWasUsedWell() {
        logged.close();
        assertThat(store.misuses()).isEmpty();
        assertThat(store.isOpen()).isFalse();
        assertThat(hdf5.openWorkers()).isZero();
    }

    /** A session that finds its file busy from the given opening on. */
    private Session session(int from, int count, Duration patience, Duration interval) {
        FailingStore busy = new FailingStore(store, StoreProbe.Call.OPEN, from, count, () -> {
            tries.add(now);
            return StorageException.busy("another program has it", null);
        });
        return SessionKit.on(busy)
                .file(file)
                .scheduler(hdf5)
                .memory(1 << 12)
                .commitEvery(interval)
                .limits(Limits.DEFAULT.withBusy(patience))
                .session(emitted);
    }

    private void pass(Duration time) {
        for (Duration end = now.plus(time); now.compareTo(end) < 0; ) {
            now = now.plusMillis(1);
            hdf5.workFor(Duration.ofMillis(1));
        }
    }

    /** With two records, the first of which is committed, at time 1 s; the second is due at 2 s. */
    private Session waiting(int count, Duration patience) {
        Session session = session(4, count, patience, Duration.ofSeconds(1));
        session.onSubscribe(new DemandProbe());
        hdf5.work();
        session.onNext(new One(1));
        hdf5.work();
        pass(Duration.ofSeconds(1));
        assertThat(store.longs("/value")).containsExactly(1);
        session.onNext(new One(2));
        pass(Duration.ofSeconds(1));
        assertThat(tries).containsExactly(Duration.ofSeconds(2));
        return session;
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    void thePausesGrowAndTheLimitIsExact() {
        waiting(FOR_EVER, Duration.ofSeconds(10));
        pass(millis(9_999));
        assertThat(emitted.ends()).isEmpty();
        pass(millis(1));

        assertThat(emitted.error())
                .isExactlyInstanceOf(H5FileException.class)
                .hasMessage(file + ": another program has it; given up after PT10S; 1 record is safe in the file");
        assertThat(((H5Exception) emitted.error()).safeRecords()).isEqualTo(1);
        assertThat(store.longs("/value")).containsExactly(1);
        List<Duration> pauses = new ArrayList<>();
        for (int i = 1; i < tries.size(); i++) {
            pauses.add(tries.get(i).minus(tries.get(i - 1)));
        }
        assertThat(pauses)
                .startsWith(millis(5), millis(10), millis(20), millis(40), millis(80), millis(160), millis(250))
                .hasSize(6 + 38 + 1)
                .endsWith(millis(250), millis(10_000 - 315 - 38 * 250));
    }

    @Test
    void theWaitIsReportedOnceAndSoIsItsEnd() {
        Session session = waiting(20, Duration.ofSeconds(10));
        pass(millis(300));
        assertThat(logged.about(file)).as("a reader may take a moment").isEmpty();
        pass(Duration.ofSeconds(8));

        assertThat(logged.about(file))
                .containsExactly(
                        "WARN waiting for up to PT10S, because another program has it", "WARN going on after PT3.815S");
        assertThat(store.longs("/value")).containsExactly(1, 2);
        session.onComplete();
        hdf5.work();
        assertThat(emitted.summary().records()).isEqualTo(2);
    }

    @Test
    void eachWaitHasTheWholeLimit() {
        FailingStore again = new FailingStore(
                store, StoreProbe.Call.CLOSE, 4, 10, () -> StorageException.busy("another program has it", null));
        FailingStore busy = new FailingStore(
                again, StoreProbe.Call.OPEN, 3, 10, () -> StorageException.busy("another program has it", null));
        Session session = SessionKit.on(busy)
                .file(file)
                .scheduler(hdf5)
                .commitEvery(Duration.ofSeconds(4))
                .limits(Limits.DEFAULT.withBusy(Duration.ofSeconds(2)))
                .session(emitted);
        session.onSubscribe(new DemandProbe());
        hdf5.work();
        for (int i = 0; i < 3; i++) {
            session.onNext(new One(i));
            pass(Duration.ofSeconds(8));
        }
        session.onComplete();
        hdf5.work();
        assertThat(emitted.summary().records()).isEqualTo(3);
        assertThat(busy.calls()).isGreaterThan(12);
        assertThat(again.calls()).isGreaterThan(13);
    }

    @Test
    void neitherTimersNorThePublisherShortenThePauses() {
        Session session = session(3, FOR_EVER, Duration.ofSeconds(10), millis(1));
        AtomicLong requested = new AtomicLong();
        session.onSubscribe(new DemandProbe() {
            @Override
            public void onRequest(long n, long total) {
                requested.set(total);
            }
        });
        session.onNext(new One(0));
        hdf5.work();
        Await.until(
                "there is space for more",
                () -> requested.get() > 1); // asked for by a thread that knows no virtual time
        AtomicLong sent = new AtomicLong(1);
        Runnable send = () -> {
            while (sent.get() < requested.get()) {
                session.onNext(new One(sent.getAndIncrement()));
            }
        };
        for (int i = 0; i < 2_000; i++) {
            if (tries.isEmpty()) { // there is always space for more, and a commit of it is to find the file busy
                Await.until("there is space for more", () -> requested.get() > sent.get());
            }
            send.run();
            pass(millis(1));
        }
        assertThat(tries).as("in two seconds").hasSizeBetween(10, 14);
        long safe = store.rows("/value");
        Await.until("the space is filled", () -> {
            send.run();
            return sent.get() - safe >= 100;
        });
        assertThat(sent.get() - safe).as("records of 8 bytes, in 4096 bytes").isLessThanOrEqualTo(512);

        session.dispose();
        pass(Duration.ofSeconds(10));
        assertThat(((H5Exception) emitted.error()).safeRecords()).isEqualTo(safe);
    }

    @Test
    void whatWasHeldBackGoesOn() {
        Session session = session(3, 15, Duration.ofSeconds(10), millis(10));
        DemandProbe probe = new DemandProbe();
        session.onSubscribe(probe);
        session.onNext(new One(0));
        hdf5.work();
        Await.until(
                "there is space for more",
                () -> probe.requested() > 1); // asked for by a thread that knows no virtual time
        AtomicLong sent = new AtomicLong(1);
        BooleanSupplier send = () -> {
            while (sent.get() < Math.min(probe.requested(), 5_000)) {
                session.onNext(new One(sent.getAndIncrement()));
            }
            return sent.get() - store.rows("/value") >= 100;
        };
        long held = 0;
        for (int i = 0; i < 4_000 && sent.get() < 5_000; i++) {
            send.getAsBoolean();
            if (i == 1_000) {
                Await.until("there is space for more, which is asked for", send);
                held = sent.get() - store.rows("/value");
            }
            pass(millis(1));
        }
        assertThat(held).as("records of 8 bytes, in 4096 bytes").isBetween(100L, 512L);
        assertThat(probe.violations()).isEmpty();
        long last = sent.get();
        Await.until("more is requested", () -> probe.requested() > last || last == 5_000);
        session.onComplete();
        pass(millis(500));
        assertThat(emitted.summary().records()).isEqualTo(last).isGreaterThan(held);
    }

    @Test
    void aSessionThatIsDisposedMeanwhileWritesWhenItCan() {
        Session session = waiting(8, Duration.ofSeconds(10));
        pass(millis(100));
        session.dispose();
        assertThat(emitted.ends()).isEmpty();
        pass(Duration.ofSeconds(2));

        assertThat(emitted.summary().records()).isEqualTo(2);
        assertThat(store.longs("/value")).containsExactly(1, 2);
    }

    @Test
    void withoutPatienceItFailsAtOnce() {
        waiting(FOR_EVER, Duration.ZERO);

        assertThat(emitted.error()).hasMessageContaining("another program has it; given up after PT0S");
        assertThat(logged.about(file)).isEmpty();
    }

    @Test
    void atFirstItWaitsForASecond() {
        Session session = session(1, FOR_EVER, Duration.ofSeconds(10), Duration.ofSeconds(100));
        session.onSubscribe(new DemandProbe());
        pass(millis(999));
        assertThat(emitted.ends()).isEmpty();
        pass(millis(1));

        assertThat(emitted.error())
                .isExactlyInstanceOf(H5FileException.class)
                .hasMessageContaining("given up after PT1S");
    }
}
