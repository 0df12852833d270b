package io.h5sink.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.FaceInternals;
import io.h5sink.H5FileException;
import io.h5sink.H5Log;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5WriteException;
import io.h5sink.WhenFull;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.Await;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.StoreProbe;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A log that any number of threads use at once. */
@Timeout(120)
class H5LogTest {

    private static final int THREADS = 200;
    private static final int EACH = 500;

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("log.h5");
    }

    private long[] longs(String name) {
        try (H5Source h5 = H5Source.open(file())) {
            return h5.dataset(name).read(long[].class);
        }
    }

    @Test
    void whatIsLoggedIsInTheFile() {
        try (H5Log log = H5Log.to(file().toString())) {
            log.log("loss", 0.31);
            log.log(H5Record.of("loss", 0.29).and("step", 7L));
        }

        try (H5Source h5 = H5Source.open(file())) {
            assertThat(h5.dataset("/loss").read(double[].class)).containsExactly(0.31, 0.29);
        }
        assertThat(longs("/step")).containsExactly(7);
    }

    /** Each thread's values go to a dataset of its own, in which they must be complete and in order, and to one of all. */
    private void manyLog(Executor executor, int capacity) {
        AtomicLong longest = new AtomicLong();
        try (H5Log log = H5Log.to(file(), f -> {}, capacity, WhenFull.WAIT)) {
            IntStream.range(0, THREADS)
                    .mapToObj(thread -> CompletableFuture.runAsync(
                            () -> {
                                for (long i = 0; i < EACH; i++) {
                                    long start = System.nanoTime();
                                    log.log("all", thread * (long) EACH + i);
                                    longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                                }
                            },
                            executor))
                    .toList()
                    .forEach(CompletableFuture::join);
        }
        long[] all = longs("/all");
        assertThat(all).hasSize(THREADS * EACH);
        long[] next = new long[THREADS];
        for (long value : all) {
            assertThat(value % EACH).isEqualTo(next[(int) (value / EACH)]++);
        }
        assertThat(longest.get()).isPositive();
    }

    @Test
    void twoHundredThreadsLoseNothingAndKeepTheirOrder() {
        manyLog(task -> new Thread(task).start(), H5Log.CAPACITY);
    }

    @Test
    void theyLoseNothingWhereThereIsHardlyAnySpace() {
        manyLog(task -> new Thread(task).start(), 16);
    }

    /** On Java 21 and later. */
    @Test
    void virtualThreadsDoTheSame() throws ReflectiveOperationException {
        Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException e) {
            return; // there are none
        }
        manyLog(
                task -> {
                    try {
                        start.invoke(null, task);
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                },
                16);
    }

    @Test
    void flushWaitsForTheCommitOfAllThatWasLoggedBefore() {
        try (H5Log log = H5Log.to(file(), f -> f.commitEvery(Duration.ofMillis(20)))) {
            log.flush(); // of nothing
            LongStream.range(0, 5_000).forEach(i -> log.log("i", i));

            log.flush();

            assertThat(longs("/i")).hasSize(5_000);
            assertThat(log.commits().blockFirst(Await.LIMIT).records()).isEqualTo(5_000);
        }
    }

    @Test
    void flushCountsNotWhatWasLeftOut() {
        try (H5Log log =
                H5Log.to(file(), f -> f.commitEvery(Duration.ofMillis(20)).onBadRecord((record, why) -> {}))) {
            log.log("i", 1L);
            log.log("i", "text");
            log.log("i", 2L);

            log.flush();

            assertThat(longs("/i")).containsExactly(1, 2);
        }
    }

    @Test
    void aClosedLogTakesNothingAndSaysSo() {
        H5Log log = H5Log.to(file());
        log.log("a", 1L);
        log.close();
        log.close();
        log.complete();
        log.flush();

        assertThatThrownBy(() -> log.log("a", 2L))
                .isInstanceOf(H5FileException.class)
                .hasMessage(file() + ": the log is closed; 1 record is safe in the file");
        assertThat(log.result().block(Await.LIMIT).records()).isOne();
        assertThat(longs("/a")).containsExactly(1);
    }

    @Test
    void aFailedLogTellsEachCallTheReason() {
        Path nowhere = directory.resolve("nowhere/log.h5");
        H5Log log = H5Log.to(nowhere);
        assertThatThrownBy(() -> log.result().block(Await.LIMIT)).isInstanceOf(H5FileException.class);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> log.log("a", 1))
                    .isInstanceOf(H5FileException.class)
                    .hasMessageContaining("nowhere")
                    .hasMessageContaining("0 records are safe");
            assertThatThrownBy(log::flush).isInstanceOf(H5FileException.class);
            assertThatThrownBy(log::close).isInstanceOf(H5FileException.class);
        }
        assertThatThrownBy(() -> {
                    try (log) {
                        log.log("a", 1);
                    }
                })
                .isInstanceOf(H5FileException.class);
    }

    @Test
    void aValueThatItsNameDoesNotTakeEndsTheLog() {
        H5Log log = H5Log.to(file());
        log.log("a", 1L);
        log.log("a", "text");

        assertThatThrownBy(log::close)
                .isInstanceOf(H5SchemaException.class)
                .hasMessageContaining("record 2, /a: expected int64 (N,), got java.lang.String text")
                .hasMessageContaining("1 record is safe");
        assertThatThrownBy(() -> log.log("a", 2L))
                .isInstanceOf(H5SchemaException.class)
                .hasMessageContaining("got java.lang.String text");
    }

    /** The disk stops in the middle of it. */
    @Test
    void nobodyHangsWhenWritingFails() {
        H5Log log = H5Log.to(
                file(),
                f -> FaceInternals.wrap(
                        f.memory(1 << 14).commitEvery(Duration.ofMillis(5)),
                        store -> new FailingStore(
                                store,
                                StoreProbe.Call.WRITE,
                                3,
                                1 << 30,
                                () -> StorageException.write(null, "the disk is gone", new IOException("gone")))),
                4,
                WhenFull.WAIT);
        List<CompletableFuture<Void>> threads = IntStream.range(0, 20)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> {
                            for (long i = 0; ; i++) {
                                log.log("a", i);
                            }
                        },
                        task -> new Thread(task).start()))
                .toList();

        for (CompletableFuture<Void> thread : threads) {
            assertThatThrownBy(() -> thread.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(H5WriteException.class)
                    .hasMessageContaining("the disk is gone");
        }
        assertThatThrownBy(log::close).isInstanceOf(H5WriteException.class);
    }

    @Test
    void aThreadThatMustNotWaitCompletesTheLogAndGetsAnError() {
        H5Log log = H5Log.to(file());
        Mono<?> closing = Mono.fromRunnable(() -> {
                    log.log("a", 1L);
                    log.close();
                })
                .subscribeOn(Schedulers.parallel());

        assertThatThrownBy(() -> closing.block(Await.LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("close() waits for the file");
        assertThat(log.result().block(Await.LIMIT).records()).isOne();
        assertThatCode(log::close).doesNotThrowAnyException();
    }

    @Test
    void aLogHoldsAtLeastOneValue() {
        assertThatThrownBy(() -> H5Log.to(file(), f -> {}, 0, WhenFull.WAIT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("capacity must be at least 1, was 0");
    }

    /** Logs, and returns from main. */
    static final class Forgetful {
        public static void main(String... args) {
            H5Log log = H5Log.to(args[0]);
            for (long i = 0; i < 20_000; i++) {
                log.log("i", i);
            }
        }
    }

    @Test
    void whatWasLoggedIsWrittenWhenTheJvmEnds() throws IOException, InterruptedException {
        Process process = Jvm.start(Forgetful.class, file());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(longs("/i")).as(output).isEqualTo(LongStream.range(0, 20_000).toArray());
        assertThat(Files.exists(directory.resolve("log.h5.journal"))).isFalse();
        assertThat(output).doesNotContain("cut the stream off");
    }
}
