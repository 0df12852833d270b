package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.access.Limits;
import io.h5sink.access.Watchdog;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.Logged;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.StalledStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A call that does not return is reported; all later work waits for it, but no caller waits for ever. */
@Timeout(60)
class StuckCallTest {

    record One(long value) {}

    private static final Path FILE = Path.of("no-such-directory", "stuck.h5");

    /** So short that a test can wait for it; calls are looked at ten times a second. */
    private static final Limits SHORT = Limits.DEFAULT.withCall(Duration.ofMillis(200));

    @Test
    void aStuckWriteIsReportedWhileThePublisherIsHeldAndDisposeReturns() {
        StalledStore disk = new StalledStore(MemoryStore.counting(), 3);
        H5Sink<One> sink = SessionKit.on(disk)
                .file(FILE)
                .memory(1 << 16)
                .commitEvery(1000)
                .limits(SHORT)
                .sink();
        AtomicLong emitted = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        sink.result().subscribe(summary -> done.set(true), error -> {});
        Scheduler emitting = Schedulers.newSingle("publisher");
        try (Logged logged = new Logged()) {
            Flux.<One>generate(next -> next.next(new One(emitted.incrementAndGet())))
                    .subscribeOn(emitting)
                    .subscribe(sink);
            disk.awaitStall();
            Await.until(
                    "the call is reported",
                    () -> logged.about(FILE).stream()
                            .anyMatch(
                                    line -> line.startsWith("ERROR write /value is stuck: it has not returned for PT0.")
                                            && line.contains(", and the thread h5sink-writer-")));
            assertThat(emitted.get()).as("records, of 8 bytes").isLessThanOrEqualTo(1 << 13);
            assertThat(sink.calls().get("write").calls()).isEqualTo(2);
            assertThat(Watchdog.isLookingAt(FILE)).isTrue();

            sink.dispose();
            assertThat(sink.isDisposed()).isTrue();
            assertThat(done).isFalse();
            disk.release();
            Await.until("the result", done::get);
            assertThat(logged.about(FILE)).last().asString().startsWith("WARN write /value has returned after PT");
        } finally {
            disk.release();
            emitting.dispose();
        }
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(emitted.get());
        assertThat(Watchdog.isLookingAt(FILE)).as("looks at what is over").isFalse();
    }

    @Test
    void theJvmsEndWaitsForAStuckCallAndForAPublisherThatBlocksButNotForEver() {
        StalledStore disk = new StalledStore(MemoryStore.counting(), 1);
        MemoryStore healthy = MemoryStore.keeping();
        Emitted stuckReported = new Emitted();
        Emitted blockedReported = new Emitted();
        Scheduler own = Schedulers.newSingle(task -> new Thread(task, "own"));
        Session stuck = SessionKit.on(disk).file(FILE).scheduler(own).session(stuckReported);
        Session blocked = SessionKit.on(healthy).session(blockedReported);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Logged logged = new Logged()) {
            stuck.onSubscribe(new DemandProbe());
            stuck.onNext(new One(1));
            blocked.onSubscribe(new Subscription() {
                @Override
                public void request(long records) {}

                @Override
                public void cancel() {
                    Await.reached("the test goes on", goOn);
                }
            });
            blocked.onNext(new One(2));

            Shutdown.end(
                    Set.of(stuck, blocked),
                    new Shutdown.ShutdownTimes(Duration.ZERO, Duration.ZERO, Duration.ofMillis(300)));

            disk.awaitStall();
            assertThat(logged.about(FILE))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "ERROR not completed within PT0.3S of the JVM's end, waiting for write /value for PT0.");
        } finally {
            goOn.countDown();
            disk.release();
            stuckReported.await();
            own.dispose();
        }
        assertThat(blockedReported.summary().records()).isEqualTo(1);
        assertThat(healthy.longs("/value")).containsExactly(2);
    }

    @Test
    void withoutALimitNobodyLooks() {
        H5Sink<One> sink = SessionKit.on(MemoryStore.keeping())
                .file(FILE)
                .limits(Limits.DEFAULT.withCall(Duration.ZERO))
                .sink();
        Flux.just(new One(1)).concatWith(Flux.never()).subscribe(sink);
        Await.until("the file is opened", () -> sink.calls().containsKey("open"));
        assertThat(Watchdog.isLookingAt(FILE)).isFalse();
        sink.disposeGracefully().block(Await.LIMIT);
    }

    @Test
    void theCallsOfAFileAreTimed(@TempDir Path directory) {
        H5Sink<H5Record> sink = H5Sink.to(
                directory.resolve("data.h5"),
                writer -> writer.commitEvery(10).watchdog(Duration.ofMinutes(1)).attribute("/", "title", "timed"));
        assertThat(sink.calls()).isEmpty();
        Flux.range(0, 100).map(i -> H5Record.of("a", i)).subscribe(sink);
        sink.result().block(Await.LIMIT);

        assertThat(sink.calls()).containsKeys("open", "find", "describe", "write", "commit");
        assertThat(sink.calls().get("write").calls()).isEqualTo(10);
        assertThat(sink.calls().get("commit").calls()).isGreaterThanOrEqualTo(10);
        assertThat(sink.calls()).allSatisfy((kind, times) -> {
            assertThat(times.mean()).as(kind).isPositive().isLessThanOrEqualTo(times.longest());
            assertThat(times.last()).as(kind).isPositive().isLessThanOrEqualTo(times.longest());
        });
    }
}
