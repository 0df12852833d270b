package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.MemoryStore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.publisher.TestPublisher;

/**
 * The exact numbers that are requested when records are skipped: each of them is requested anew, and space stays what the
 * others leave of it. The writer thread works when the test says so.
 */
class SkippedDemandTest {

    record One(long value) {
        @Override
        public long value() {
            if (value < 0) {
                throw new IllegalArgumentException("negative");
            }
            return value;
        }
    }

    private static final One GOOD = new One(1);
    private static final One BAD = new One(-1);

    private final HandScheduler hdf5 = new HandScheduler();
    private final MemoryStore store = MemoryStore.counting();
    private final Emitted emitted = new Emitted();
    private final DemandProbe probe = new DemandProbe();
    private final AtomicLong skipped = new AtomicLong();

    @AfterEach
    void nothingIsLeft() {
        assertThat(probe.violations()).isEmpty();
        assertThat(store.misuses()).isEmpty();
        assertThat(hdf5.openWorkers()).isZero();
    }

    @Test
    void badFirstRecordsAreRequestedAnewOneByOne() {
        Session session = session(1 << 20);
        send(session, 3, BAD);
        hdf5.work();
        assertThat(probe.requests()).containsExactly(1L, 1L, 1L, 1L);

        // As in DemandTest.oneLong: space for 98306 in all.
        send(session, 1, GOOD);
        assertThat(probe.requests()).containsExactly(1L, 1L, 1L, 1L, 98_305L);
        end(session, 1);
    }

    @Test
    void thoseThatWereSkippedAreRequestedWhenTheLastOneIsThere() {
        Session session = session(1 << 20);
        send(session, 1, GOOD);
        send(session, 98_304, BAD);
        assertThat(probe.requests()).containsExactly(1L, 98_305L);
        send(session, 1, BAD);
        assertThat(probe.requests()).containsExactly(1L, 98_305L, 98_305L);

        // A record takes space, and those that are skipped do not.
        send(session, 98_304, GOOD);
        send(session, 1, BAD);
        assertThat(probe.requests()).containsExactly(1L, 98_305L, 98_305L, 1L);

        // The last space is taken: nothing comes before some is written.
        send(session, 1, GOOD);
        assertThat(probe.requests()).hasSize(4);
        hdf5.work();
        assertThat(store.rows("/value")).isEqualTo(98_306);
        Await.until("all space is requested", () -> probe.requests().size() == 5);
        assertThat(probe.requests()).endsWith(98_306L);
        end(session, 98_306);
    }

    @Test
    void aBadRecordThatIsTheLastRequestedFindsNoSpaceAndAsksForSome() {
        Session session = session(1 << 12);
        send(session, 1, GOOD);
        long space = probe.requested();
        send(session, (int) space - 1, GOOD);
        assertThat(probe.requested()).isEqualTo(space);
        hdf5.work();
        Await.until("what was written is requested", () -> probe.requested() == 2 * space);

        for (int i = 0; i < 3 * space; i++) {
            send(session, 1, BAD);
            assertThat(probe.requested() - skipped.get()).isLessThanOrEqualTo(2 * space);
        }
        assertThat(probe.requested() - skipped.get()).isGreaterThan(space);
        end(session, space);
    }

    @Test
    void theWindowOfNamesIsOutForGoodRecords() {
        // As in DemandTest: 64 beyond what was received, and the next request when 16 are out.
        Session session = session(1 << 20);
        send(session, 1, H5Record.of("loss", 1L));
        assertThat(probe.requests()).containsExactly(1L, 64L);
        send(session, 47, H5Record.of("loss", "bad"));
        assertThat(probe.requests()).containsExactly(1L, 64L);
        send(session, 1, H5Record.of("loss", "bad"));
        assertThat(probe.requests()).containsExactly(1L, 64L, 48L);
        end(session, 1);
    }

    @Test
    void theSameNumbersThroughAPublisher() {
        TestPublisher<Object> publisher = TestPublisher.create();
        H5Sink<Object> sink = SessionKit.on(store)
                .memory(1 << 20)
                .scheduler(hdf5)
                .onBadRecord((record, why) -> skipped.incrementAndGet())
                .<Object>sink();
        publisher.subscribe(sink);
        publisher.next("bad");
        publisher.assertMinRequested(1);
        publisher.assertMaxRequested(1);
        publisher.next(GOOD);
        publisher.assertMinRequested(98_305);
        publisher.assertMaxRequested(98_305);
        publisher.next(BAD, BAD, BAD);
        publisher.assertMaxRequested(98_302);
        publisher.complete();
        hdf5.work();
        WriteSummary summary = sink.result().block(Await.LIMIT);
        assertThat(summary.records()).isEqualTo(1);
        assertThat(summary.skipped()).isEqualTo(4).isEqualTo(skipped.get());
    }

    private Session session(long memory) {
        Session session = SessionKit.on(store)
                .memory(memory)
                .scheduler(hdf5)
                .onBadRecord((record, why) -> skipped.incrementAndGet())
                .session(emitted);
        session.onSubscribe(probe);
        return session;
    }

    private long sent;

    private void send(Session session, int records, Object record) {
        for (int i = 0; i < records; i++) {
            sent++;
            assertThat(sent).as("a record that was not requested").isLessThanOrEqualTo(probe.requested());
            session.onNext(record);
        }
    }

    private void end(Session session, long records) {
        session.onComplete();
        hdf5.work();
        assertThat(emitted.summary().records()).isEqualTo(records);
        assertThat(emitted.summary().skipped()).isEqualTo(skipped.get()).isEqualTo(sent - records);
        assertThat(store.isOpen()).isFalse();
    }
}
