package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A handed-over image arrives before any result that is emitted later. */
class ResultsTest {

    private static final WriteSummary SUMMARY =
            new WriteSummary(Path.of("data.h5"), 3, 0, Map.of(), 24, 1, Duration.ZERO);
    private static final Commit COMMIT = new Commit(Path.of("data.h5"), 1, 3, Map.of(), Map.of(), 24, Duration.ZERO);

    private final List<Object> reported = new CopyOnWriteArrayList<>();
    private final Results results = new Results(new Results.Listener() {
        @Override
        public void committed(Commit commit) {
            reported.add(commit);
        }

        @Override
        public void completed(WriteSummary summary) {
            reported.add(summary);
        }

        @Override
        public void failed(Throwable error) {
            reported.add(error);
        }
    });

    @Test
    void theJvmWaitsForWhatIsHandedOver() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        results.handOver(
                () -> {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                e -> e);
        results.committed(COMMIT);
        results.completed(SUMMARY);

        assertThat(results.isTerminated()).isTrue();
        assertThat(results.awaitTermination(1)).isFalse();
        assertThat(reported).isEmpty();

        goOn.countDown();
        assertThat(results.awaitTermination(Await.LIMIT.toNanos())).isTrue();
        Await.until("it is reported", () -> reported.equals(List.of(COMMIT, SUMMARY)));
    }

    @Test
    void nothingIsSafeThatCouldNotBeHandedOver() {
        IllegalStateException failure = new IllegalStateException("refused");
        IllegalArgumentException error = new IllegalArgumentException("the stream failed");
        results.handOver(
                () -> {
                    throw failure;
                },
                e -> e);
        results.committed(COMMIT);
        results.failed(error);

        Await.until("it is reported", () -> reported.equals(List.of(failure)));
        assertThat(failure).hasSuppressedException(error);
    }
}
