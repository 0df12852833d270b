package io.h5sink.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.PublisherProbe;

/** A sink as a resource: once it is closed, what was received is in the file. */
@Timeout(60)
class CloseTest {

    record Row(int number) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private int[] numbers() {
        try (H5Source source = H5Source.open(file)) {
            return source.dataset("/number").read(int[].class);
        }
    }

    private static PublisherProbe<Row> endless() {
        return PublisherProbe.of(Flux.range(0, 3).map(Row::new).concatWith(Flux.never()));
    }

    @Test
    void closingEndsTheStreamAndCompletesTheFile() {
        PublisherProbe<Row> upstream = endless();
        try (H5Sink<Row> sink = H5Sink.to(file)) {
            upstream.flux().subscribe(sink);
        }
        upstream.assertWasCancelled();
        assertThat(numbers()).containsExactly(0, 1, 2);
        assertThat(file.resolveSibling("data.h5.journal")).doesNotExist();
    }

    @Test
    void closingAgainChangesNothing() {
        H5Sink<Row> sink = H5Sink.to(file);
        endless().flux().subscribe(sink);
        sink.close();
        sink.close();
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(3);
    }

    @Test
    void closingAStreamThatHasCompletedWaitsForItsFile() {
        H5Sink<Row> sink = H5Sink.to(file);
        Flux.range(0, 1000).map(Row::new).subscribe(sink);
        sink.close();
        assertThat(numbers()).hasSize(1000);
    }

    @Test
    void closingAStreamThatHasFailedTellsWhyEachTime() {
        H5Sink<H5Record> sink = H5Sink.to(file);
        Flux.just(H5Record.of("a", 1), H5Record.of("a", "one")).subscribe(sink);
        assertThatThrownBy(sink::close).isInstanceOf(H5SchemaException.class);
        assertThatThrownBy(sink::close).isInstanceOf(H5SchemaException.class);
    }

    @Test
    void closingASinkThatWasNeverSubscribedLeavesTheFileAlone() {
        H5Sink<Row> sink = H5Sink.to(file);
        sink.close();
        assertThat(file).doesNotExist();
    }

    @Test
    void aThreadThatMustNotWaitEndsTheStreamAndIsShownTheOtherWay() throws Exception {
        H5Sink<Row> sink = H5Sink.to(file);
        endless().flux().subscribe(sink);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Schedulers.parallel().schedule(() -> thrown.complete(catchThrowable(sink::close)));

        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("close\\(\\) waits for the file, which the thread parallel-\\d+ must not;"
                        + " disposeGracefully\\(\\) says when it is complete");
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(3);
    }

    @Test
    void aSubscriberOfResultsEndsTheStreamAndDoesNotWaitForItself() {
        H5Sink<Row> sink = H5Sink.to(file, writer -> writer.commitEvery(3).commitEvery(Duration.ofDays(1)));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        sink.commits().subscribe(commit -> thrown.compareAndSet(null, catchThrowable(sink::close)));
        endless().flux().subscribe(sink);

        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(3);
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }
}
