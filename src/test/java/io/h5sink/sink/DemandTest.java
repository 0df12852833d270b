package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.publisher.TestPublisher;

/**
 * The exact numbers that are requested. They follow from {@link io.h5sink.buffer.BlockPlan} and {@link
 * io.h5sink.buffer.MemoryBudget}: where {@code M} is the memory, {@code b} the bytes of a record, {@code S} the slack and {@code W}
 * the bytes that were written, {@code floor((M - S + W) / b)} records may have been requested in all, and before the first
 * record, whose size is not known, one. What was freed is saved up, while records are out, until it is a quarter of what
 * fits.
 *
 * <p>The writer thread works when the test says so.
 */
class DemandTest {

    record One(long value) {}

    record Four(long time, int station, double temperature, double pressure) {}

    record Image(double[][] pixels) {}

    private final HandScheduler hdf5 = new HandScheduler();
    private final MemoryStore store = MemoryStore.counting();
    private final Emitted emitted = new Emitted();
    private final DemandProbe probe = new DemandProbe();
    private long sent;

    @AfterEach
    void nothingIsLeft() {
        assertThat(probe.violations()).isEmpty();
        assertThat(store.misuses()).isEmpty();
        assertThat(hdf5.openWorkers()).isZero();
    }

    @Test
    void firstRequestIsOneAndAnotherComesOnlyWithTheFirstRecord() {
        Session session = session(1 << 20);
        hdf5.work();

        assertThat(probe.requests()).containsExactly(1L);

        send(session, 1, new One(0));
        assertThat(probe.requests()).hasSize(2);
        end(session);
    }

    @Test
    void oneLong() {
        // b = 8. A chunk has 131072 / 8 = 16384 rows, and a block is a chunk: four of them, 524288 bytes, fit into M.
        // S = 2 * 16383 * 8 = 262128. (1048576 - 262128) / 8 = 98306: 1 + 98305.
        Session session = session(1 << 20);
        send(session, 1, new One(0));
        assertThat(probe.requests()).containsExactly(1L, 98_305L);

        // It is time to write when half of M - S is in flight, 393224 bytes or 49153 records, and a block is full: that
        // is
        // the fourth one.
        work();
        send(session, 65_534, new One(0));
        work();
        assertThat(store.rows("/value")).isZero();
        assertThat(probe.requests()).hasSize(2);
        send(session, 1, new One(0));
        work();
        assertThat(store.rows("/value")).isEqualTo(65_536);
        requestsBecome(session, 98_306 + 65_536);
        assertThat(probe.requests()).containsExactly(1L, 98_305L, 65_536L);

        // While nothing is written, nothing more is requested, and the last record that was requested can be sent.
        send(session, 98_306, new One(0));
        assertThat(probe.requests()).hasSize(3);
        assertThat(sent).isEqualTo(probe.requested());

        // The last record leaves no space, so all are written, and there is space for 98306 again.
        work();
        assertThat(store.rows("/value")).isEqualTo(163_842);
        requestsBecome(session, 163_842 + 98_306);
        assertThat(probe.requests()).containsExactly(1L, 98_305L, 65_536L, 98_306L);
        end(session);
    }

    @Test
    void fourComponents() {
        // Chunks have 16384, 32768, 16384 and 16384 rows, of 131072 bytes each: 524288 bytes. No more than M / 4 =
        // 262144
        // may be in blocks, so all of them are halved: 8192, 16384, 8192, 8192 rows of 8, 4, 8, 8 bytes.
        // S = 2 * (3 * 8191 * 8 + 16383 * 4) = 524232. b = 28. floor((1048576 - 524232) / 28) = 18726: 1 + 18725.
        Session session = session(1 << 20);
        send(session, 1, new Four(0, 0, 0, 0));
        assertThat(probe.requests()).containsExactly(1L, 18_725L);
        work();

        // Half of M - S is 262172 bytes. 8192 records fill blocks of three columns, with 229376 bytes in flight; 16384
        // fill
        // all, with 458752. floor((524344 + 458752) / 28) = 35110: 16384 more.
        send(session, 8_191, new Four(0, 0, 0, 0));
        work();
        assertThat(probe.requests()).hasSize(2);
        send(session, 8_192, new Four(0, 0, 0, 0));
        work();
        requestsBecome(session, 35_110);
        assertThat(probe.requests()).containsExactly(1L, 18_725L, 16_384L);

        // All that was requested is sent and written. floor((524344 + 35110 * 28) / 28) = 53836: 18726 more.
        send(session, 18_726, new Four(0, 0, 0, 0));
        work();
        requestsBecome(session, 53_836);
        assertThat(probe.requests()).containsExactly(1L, 18_725L, 16_384L, 18_726L);
        end(session);
    }

    @Test
    void imagesOf32MebibytesOfWhichTwoFit() {
        // b = 2048 * 2048 * 8 = 32 MiB. A block is a row, so that S = 0. 64 / 32 = 2: 1 + 1. Each that is written frees
        // one.
        Image image = new Image(new double[2048][2048]);
        Session session = session(64 << 20);
        send(session, 1, image);
        assertThat(probe.requests()).containsExactly(1L, 1L);

        send(session, 1, image);
        assertThat(probe.requests()).containsExactly(1L, 1L);
        assertThat(session.held()).isEqualTo(64 << 20);

        work();
        requestsBecome(session, 4);
        assertThat(probe.requests()).containsExactly(1L, 1L, 2L);
        end(session);
    }

    @Test
    void imagesOf32MebibytesOfWhichFourFit() {
        // 128 / 32 = 4: 1 + 3. A quarter of four is one.
        Image image = new Image(new double[2048][2048]);
        Session session = session(128 << 20);
        send(session, 1, image);
        assertThat(probe.requests()).containsExactly(1L, 3L);

        work();
        requestsBecome(session, 5);
        send(session, 2, image);
        work();
        requestsBecome(session, 7);
        assertThat(probe.requests()).containsExactly(1L, 3L, 1L, 2L);
        assertThat(session.held()).isLessThanOrEqualTo(128 << 20);
        end(session);
    }

    @Test
    void quantitiesWhoseSizeMayChangeAreRequestedByTheWindow() {
        // An H5Record of one long counts for 16 bytes, its number among them. M is ample, so the window is all out: 64
        // beyond what was received. The next request comes when 16 are out, for as many as were received since.
        Session session = session(1 << 20);
        send(session, 1, H5Record.of("loss", 1L));
        assertThat(probe.requests()).containsExactly(1L, 64L);
        send(session, 47, H5Record.of("loss", 1L));
        assertThat(probe.requests()).containsExactly(1L, 64L);
        send(session, 1, H5Record.of("loss", 1L));
        assertThat(probe.requests()).containsExactly(1L, 64L, 48L);
        end(session);
    }

    @Test
    void theSameNumbersThroughAPublisher() {
        TestPublisher<One> publisher = TestPublisher.create();
        H5Sink<One> sink = SessionKit.on(store).memory(1 << 20).scheduler(hdf5).<One>sink();
        publisher.subscribe(sink);
        publisher.assertMinRequested(1);
        publisher.assertMaxRequested(1);
        publisher.next(new One(0));
        publisher.assertMinRequested(98_305);
        publisher.assertMaxRequested(98_305);
        publisher.complete();
        hdf5.work();
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(1);
    }

    private Session session(long memory) {
        Session session = SessionKit.on(store).memory(memory).scheduler(hdf5).session(emitted);
        session.onSubscribe(probe);
        return session;
    }

    private void send(Session session, int records, Object record) {
        for (int i = 0; i < records; i++) {
            sent++;
            assertThat(sent).as("a record that was not requested").isLessThanOrEqualTo(probe.requested());
            session.onNext(record);
        }
    }

    private void work() {
        hdf5.work();
    }

    private void requestsBecome(Session session, long total) {
        Await.until(total + " are requested, was " + probe.requests(), () -> probe.requested() >= total);
        assertThat(probe.requested())
                .as("requested in all: %s", probe.requests())
                .isEqualTo(total);
        assertThat(session.isTerminated()).isFalse();
    }

    private void end(Session session) {
        session.onComplete();
        hdf5.work();
        assertThat(emitted.summary().records()).isEqualTo(sent);
        assertThat(store.isOpen()).isFalse();
    }
}
