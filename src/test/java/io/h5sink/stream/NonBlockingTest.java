package io.h5sink.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.WriteSummary;
import io.h5sink.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The publisher's thread is never held up, by a lock, by a queue, by the disk or by the C library. BlockHound watches all
 * calls that block on threads of {@link Schedulers#parallel()}, calls for files among them.
 */
@Timeout(60)
class NonBlockingTest {

    private static final List<String> BLOCKED = new CopyOnWriteArrayList<>();

    record Reading(long time, int station, double temperature, float[] spectrum) {}

    record Note(long time, String text) {}

    @TempDir
    private Path directory;

    @BeforeAll
    static void watch() {
        BlockHound.builder()
                .loadIntegrations()
                .markAsBlocking("java.nio.file.Files", "exists", "(Ljava/nio/file/Path;[Ljava/nio/file/LinkOption;)Z")
                .markAsBlocking(
                        "java.nio.file.Files",
                        "newByteChannel",
                        "(Ljava/nio/file/Path;[Ljava/nio/file/OpenOption;)Ljava/nio/channels/SeekableByteChannel;")
                .markAsBlocking(
                        "sun.nio.fs.UnixPath", "toRealPath", "([Ljava/nio/file/LinkOption;)Ljava/nio/file/Path;")
                .blockingMethodCallback(method -> {
                    BlockingOperationError error = new BlockingOperationError(method);
                    if (Arrays.stream(error.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().startsWith("io.h5sink.sink.Session"))) {
                        BLOCKED.add(method + " " + Arrays.toString(error.getStackTrace()));
                    }
                    throw error;
                })
                .install();
    }

    @BeforeEach
    void forget() {
        BLOCKED.clear();
    }

    @Test
    void theWatchSeesWhatItShall() {
        assertThatThrownBy(() -> onParallel(() -> {
                    LockSupport.parkNanos(1);
                    return 0;
                }))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
        assertThatThrownBy(() -> onParallel(() -> directory.toRealPath()))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
        assertThatThrownBy(() -> onParallel(() -> Files.exists(directory.resolve("any"))))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
        assertThatThrownBy(() -> onParallel(() -> Files.readAllBytes(directory.resolve("any"))))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                Arguments.of("records", (IntFunction<?>) i -> new Reading(i, i, i, new float[16])),
                Arguments.of("records with text", (IntFunction<?>) i -> new Note(i, "note " + i)),
                Arguments.of("named quantities", (IntFunction<?>) i ->
                        H5Record.of("loss", i * 0.5).and("name" + i % 20, i).and("text", "t" + i)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void theWholeLifeOfAStream(String name, IntFunction<?> record) {
        int records = 50_000;
        H5Sink<Object> sink = H5Sink.to(
                directory.resolve("life.h5"), writer -> writer.memory(1 << 20).commitEvery(Duration.ofMillis(1)));
        Flux<Object> stream = Flux.range(0, records).<Object>map(record::apply).publishOn(Schedulers.parallel());
        onParallel(() -> {
            stream.subscribe(sink);
            return 0;
        });
        assertThat(sink.result().block(Await.LIMIT).records()).isEqualTo(records);
        assertThat(BLOCKED).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void disposing(String name, IntFunction<?> record) {
        H5Sink<Object> sink = H5Sink.to(
                directory.resolve("disposed.h5"),
                writer -> writer.memory(1 << 20).commitEvery(Duration.ofMillis(1)));
        onParallel(() -> {
            Flux.range(0, Integer.MAX_VALUE)
                    .<Object>map(record::apply)
                    .publishOn(Schedulers.parallel())
                    .subscribe(sink);
            return 0;
        });
        Await.until(
                "records are on their way",
                () -> !sink.isDisposed() && sink.scan(reactor.core.Scannable.Attr.LARGE_BUFFERED) > 50);
        onParallel(() -> {
            sink.dispose();
            return 0;
        });
        assertThat(sink.result().block(Await.LIMIT).records()).isPositive();

        H5Sink<Object> unused = H5Sink.to(directory.resolve("unused.h5"));
        onParallel(() -> {
            unused.dispose();
            return 0;
        });
        unused.result().block(Await.LIMIT);
        assertThat(BLOCKED).isEmpty();
    }

    @Test
    void anErrorFromUpstream() {
        IllegalStateException error = new IllegalStateException("upstream");
        H5Sink<Object> sink = H5Sink.to(directory.resolve("failed.h5"));
        Mono<WriteSummary> result = sink.result();
        result.subscribe(summary -> {}, e -> {});
        onParallel(() -> {
            Flux.concat(Flux.range(0, 100).map(i -> H5Record.of("value", i)), Flux.error(error))
                    .subscribe(sink);
            return 0;
        });
        assertThatThrownBy(() -> result.block(Await.LIMIT)).isSameAs(error);
        assertThat(BLOCKED).isEmpty();
    }

    private static <R> R onParallel(Callable<R> work) {
        return Mono.fromCallable(work).subscribeOn(Schedulers.parallel()).block(Await.LIMIT);
    }
}
