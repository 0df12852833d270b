package io.h5sink.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.h5sink.H5Exception;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5WriteException;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A scheduler that the application disposes under a stream: the stream fails soon, with the reason, and the file is in order. */
@Timeout(120)
class DisposedSchedulerTest {

    record Row(long number, String text) {
        static Row of(long number) {
            return new Row(number, "row " + number);
        }
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    /** Reactor's own threads by name must not block. */
    private static Thread mine(Runnable work) {
        Thread thread = new Thread(work, "mine");
        thread.setDaemon(true);
        return thread;
    }

    private H5Sink<Row> sink(Scheduler scheduler, Duration commitEvery) {
        return H5Sink.to(file, writer -> writer.scheduler(scheduler).commitEvery(commitEvery));
    }

    private H5Exception failed(Future<WriteSummary> result) {
        Throwable error = catchThrowable(() -> result.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertThat(error).isInstanceOf(ExecutionException.class).cause().isInstanceOf(H5WriteException.class);
        H5Exception failure = (H5Exception) error.getCause();
        assertThat(failure).hasCauseInstanceOf(RejectedExecutionException.class);
        assertThat(failure)
                .message()
                .startsWith(file + ": the scheduler takes no more work: ")
                .endsWith(
                        failure.safeRecords() == 1
                                ? "; 1 record is safe in the file"
                                : "; " + failure.safeRecords() + " records are safe in the file");
        return failure;
    }

    /** The rows that are safe are in the file, which is in order, and the next session goes on behind them. */
    private void assertInOrder(long safe) {
        assertThat(Run.write(H5Writer.to(file), Flux.just(Row.of(safe))).records())
                .isEqualTo(1);
        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset("/number").read(long[].class))
                    .isEqualTo(LongStream.rangeClosed(0, safe).toArray());
            assertThat(source.dataset("/text").size()).isEqualTo(safe + 1);
        }
    }

    @Test
    void withNothingBufferedAndNothingThatArrives() {
        Scheduler scheduler = Schedulers.newSingle(DisposedSchedulerTest::mine);
        AtomicBoolean cancelled = new AtomicBoolean();
        H5Sink<Row> sink = sink(scheduler, Duration.ofMillis(1));
        Future<WriteSummary> result = sink.result().toFuture();
        Flux.just(Row.of(0), Row.of(1))
                .concatWith(Flux.never())
                .doOnCancel(() -> cancelled.set(true))
                .subscribe(sink);
        sink.commits().filter(commit -> commit.records() == 2).blockFirst(Await.LIMIT);

        scheduler.dispose();

        assertThat(failed(result).safeRecords()).isEqualTo(2);
        assertThat(cancelled).isTrue();
        assertInOrder(2);
    }

    @Test
    void withAnExecutorThatIsShutDownBehindIt() {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(DisposedSchedulerTest::mine);
        H5Sink<Row> sink = sink(Schedulers.fromExecutorService(executor), Duration.ofMillis(1));
        Future<WriteSummary> result = sink.result().toFuture();
        Flux.just(Row.of(0), Row.of(1)).concatWith(Flux.never()).subscribe(sink);
        sink.commits().filter(commit -> commit.records() == 2).blockFirst(Await.LIMIT);

        executor.shutdownNow();

        assertThat(failed(result).safeRecords()).isEqualTo(2);
        assertInOrder(2);
    }

    @Test
    void beforeTheFirstRecord() {
        Scheduler scheduler = Schedulers.newSingle(DisposedSchedulerTest::mine);
        H5Sink<Row> sink = sink(scheduler, Duration.ofSeconds(1));
        Future<WriteSummary> result = sink.result().toFuture();
        Flux.<Row>never().subscribe(sink);

        scheduler.dispose();

        assertThat(failed(result).safeRecords()).isZero();
    }

    @Test
    void atAnyMomentOfACommit() {
        Random random = new Random(16);
        for (int i = 0; i < 20; i++) {
            file = directory.resolve("data" + i + ".h5");
            Scheduler scheduler = Schedulers.newSingle(DisposedSchedulerTest::mine);
            H5Sink<Row> sink = H5Sink.to(
                    file,
                    writer -> writer.scheduler(scheduler)
                            .commitEvery(Duration.ofNanos(100_000))
                            .memory(1 << 14));
            Future<WriteSummary> result = sink.result().toFuture();
            int last = 1_000 + random.nextInt(20_000);
            Flux.<Row, Long>generate(() -> 0L, (number, next) -> {
                        if (number == last) {
                            scheduler.dispose();
                        }
                        next.next(Row.of(number));
                        return number + 1;
                    })
                    .subscribeOn(Schedulers.boundedElastic())
                    .subscribe(sink);

            long safe = failed(result).safeRecords();
            assertThat(safe).isBetween(1L, last + 1_000L);
            assertThat(file.resolveSibling(file.getFileName() + ".journal"))
                    .as("nothing is left half done")
                    .doesNotExist();
            assertInOrder(safe);
        }
    }
}
