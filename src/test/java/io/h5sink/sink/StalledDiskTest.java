package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.testing.Await;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.StalledStore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** While the disk stalls, the publisher is held, and no more than {@code memory(…)} is in blocks. */
@Timeout(60)
class StalledDiskTest {

    record One(long value) {}

    record Note(long number, String text) {}

    record Image(double[][] pixels) {}

    private static Arguments stream(String name, LongFunction<?> record) {
        return Arguments.of(name, record);
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                stream("longs", One::new),
                stream("texts that become shorter", i -> new Note(i, "y".repeat(i < 2_000 ? 20_000 : 5))),
                stream(
                        "texts by name that become shorter",
                        i -> H5Record.of("message", "z".repeat(i < 2_000 ? 20_000 : 5))),
                stream("short texts", i -> new Note(i, "note " + i)),
                stream("long texts", i -> new Note(i, "x".repeat(5_000))),
                stream("texts of changing length", i -> new Note(i, "y".repeat((int) (i % 5_000)))),
                stream("texts that become longer", i -> new Note(i, "y".repeat((int) Math.min(i, 50_000)))),
                stream(
                        "numbers and arrays by name",
                        i -> H5Record.of("loss", i * 0.5).and("image", new double[20][30])),
                stream("texts by name", i -> H5Record.of("message", "z".repeat(1_000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void aPublisherThatCouldEmitForEverIsHeldAndGoesOn(String name, LongFunction<?> records) {
        long memory = 4 << 20;
        StalledStore disk = new StalledStore(MemoryStore.counting(), 200);
        AtomicLong sent = new AtomicLong();
        AtomicLong most = new AtomicLong();
        Emitted emitted = new Emitted();
        Session session = SessionKit.on(disk).memory(memory).session(emitted);
        Scheduler emitting = Schedulers.newSingle("publisher");
        try {
            Flux.generate(() -> 0L, (Long i, reactor.core.publisher.SynchronousSink<Object> next) -> {
                        sent.incrementAndGet();
                        next.next(records.apply(i));
                        most.accumulateAndGet(session.held(), Math::max);
                        return i + 1;
                    })
                    .subscribeOn(emitting)
                    .subscribe(new SessionSubscriber(session));
            disk.awaitStall();
            long held = standsStill(sent);
            assertThat(session.buffered()).as("records in blocks").isPositive();

            disk.release();
            Await.until("the publisher goes on", () -> sent.get() > 4 * held);
        } finally {
            disk.release();
            session.dispose();
            emitted.await();
            emitting.dispose();
        }
        assertThat(emitted.summary().records()).isPositive();
        assertThat(most.get()).as("the most bytes in blocks").isLessThanOrEqualTo(memory);
    }

    @Test
    void imagesOf32MebibytesDoNotPileUp() {
        StalledStore disk = new StalledStore(MemoryStore.counting(), 1);
        Image image = new Image(new double[2048][2048]);
        AtomicLong emitted = new AtomicLong();
        H5Sink<Image> sink = SessionKit.on(disk).memory(64 << 20).sink();
        Flux.<Image>generate(next -> next.next(image))
                .doOnNext(next -> emitted.incrementAndGet())
                .subscribe(sink);
        disk.awaitStall();
        assertThat(standsStill(emitted)).isEqualTo(2);

        disk.release();
        Await.until("more images are written", () -> emitted.get() > 6);
        sink.dispose();
        assertThat(sink.result().block(Await.LIMIT).records()).isGreaterThan(4);
    }

    /** What the number is once nobody has raised it for a while. */
    private static long standsStill(AtomicLong number) {
        long[] seen = new long[2];
        Await.until("the publisher is held", () -> {
            long now = number.get();
            seen[1] = now == seen[0] ? seen[1] + 1 : 0;
            seen[0] = now;
            return seen[1] > 200;
        });
        return seen[0];
    }
}
