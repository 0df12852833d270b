package io.h5sink.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import io.jhdf.HdfFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/**
 * Three threads and a real file: a publisher, a timer that commits each millisecond, and someone who disposes at any moment.
 * What is in the file afterwards is read by jHDF.
 */
@Timeout(60)
class SessionStressTest {

    private static final int FILES = 25;

    private static final ExecutorService OTHER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "disposer");
        thread.setDaemon(true);
        return thread;
    });

    record Triple(long number, int low, double half) {}

    @TempDir
    private Path directory;

    @AfterAll
    static void end() {
        OTHER.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void recordsThatAreDisposedAtRandom(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < FILES; i++) {
            Path file = directory.resolve("records-" + i + ".h5");
            long rows = disposeAtRandom(file, random, n -> new Triple(n, (int) n, n / 2.0));
            try (HdfFile found = new HdfFile(file)) {
                if (rows == 0 && found.getChildren().isEmpty()) {
                    continue;
                }
                assertThat((long[]) found.getDatasetByPath("/number").getData())
                        .isEqualTo(LongStream.range(0, rows).toArray());
                assertThat((int[]) found.getDatasetByPath("/low").getData())
                        .isEqualTo(
                                LongStream.range(0, rows).mapToInt(n -> (int) n).toArray());
                assertThat((double[]) found.getDatasetByPath("/half").getData())
                        .isEqualTo(LongStream.range(0, rows)
                                .mapToDouble(n -> n / 2.0)
                                .toArray());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void quantitiesThatAreDisposedAtRandom(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < FILES; i++) {
            Path file = directory.resolve("quantities-" + i + ".h5");
            long records = disposeAtRandom(
                    file, random, n -> n % 3 == 0 ? H5Record.of("all", n).and("third", n) : H5Record.of("all", n));
            try (HdfFile found = new HdfFile(file)) {
                if (records == 0 && found.getChildren().isEmpty()) {
                    continue;
                }
                assertThat((long[]) found.getDatasetByPath("/all").getData())
                        .isEqualTo(LongStream.range(0, records).toArray());
                assertThat((long[]) found.getDatasetByPath("/third").getData())
                        .isEqualTo(LongStream.range(0, records)
                                .filter(n -> n % 3 == 0)
                                .toArray());
            }
        }
    }

    /** The number of records in the file. */
    private static long disposeAtRandom(Path file, Random random, LongFunction<?> record) {
        AtomicLong returned = new AtomicLong();
        AtomicLong returnedBefore = new AtomicLong();
        H5Sink<Object> sink = H5Sink.to(
                file,
                writer -> writer.memory(1 << 16)
                        .chunkRows(1 + random.nextInt(500))
                        .commitEvery(Duration.ofMillis(1)));
        long disposeAt = random.nextInt(30_000);
        CompletableFuture<Void> disposal = CompletableFuture.runAsync(
                () -> {
                    Await.until("enough was published", () -> returned.get() >= disposeAt);
                    returnedBefore.set(returned.get());
                    sink.dispose();
                },
                OTHER);
        Flux.<Object, Long>generate(() -> 0L, (n, next) -> {
                    returned.set(n); // the onNext of all before it has returned
                    next.next(record.apply(n));
                    return n + 1;
                })
                .subscribe(sink);
        disposal.join();
        WriteSummary summary = sink.result().block(Await.LIMIT);
        assertThat(summary.records()).isGreaterThanOrEqualTo(returnedBefore.get());
        return summary.records();
    }
}
