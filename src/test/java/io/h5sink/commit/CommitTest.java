package io.h5sink.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.Commit;
import io.h5sink.H5FileException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** What others see of a file while its stream goes on. */
class CommitTest {

    record Row(int number, String text) {
        static Row of(int number) {
            return new Row(number, "row " + number);
        }
    }

    private final Sinks.Many<Row> source = Sinks.many().unicast().onBackpressureBuffer();
    private final Queue<Commit> commits = new ConcurrentLinkedQueue<>();

    @TempDir
    Path directory;

    private Path file;
    private H5Sink<Row> sink;

    @BeforeEach
    void subscribe() {
        file = directory.resolve("data.h5");
        sink = H5Sink.to(file, writer -> writer.commitEvery(Duration.ofMillis(50)));
        sink.commits().subscribe(commits::add, error -> {});
        source.asFlux().subscribe(sink);
    }

    @AfterEach
    void dispose() {
        sink.disposeGracefully().onErrorComplete().block(Await.LIMIT);
    }

    private void emit(int first, int last) {
        for (int number = first; number <= last; number++) {
            source.tryEmitNext(Row.of(number)).orThrow();
        }
    }

    private void awaitCommitOf(long records) {
        Await.until(
                "a commit of " + records + " records", () -> commits.stream().anyMatch(c -> c.records() == records));
    }

    /** Reads as others do, who may meet a commit and try again. */
    private void assertSeen(int rows) {
        Await.untilAsserted(() -> {
            H5py seen = H5py.read(file);
            assertThat(seen.values("/number")).hasSize(rows).endsWith(rows);
            assertThat(seen.values("/text")).hasSize(rows).endsWith("row " + rows);
        });
    }

    @Test
    void aStreamThatPausesIsInTheFile() {
        emit(1, 100);
        awaitCommitOf(100);

        assertSeen(100);
        if (Tool.isPresent("h5ls")) {
            Await.untilAsserted(() -> assertThat(Tool.h5ls(file)).matches("(?s)number +Dataset \\{100/Inf}\\R.*"));
            Await.untilAsserted(() -> assertThat(Tool.h5dump("-H", file)).contains("( 100 ) / ( H5S_UNLIMITED )"));
        }
        assertThat(sink.isDisposed()).isFalse();

        emit(101, 103);
        awaitCommitOf(103);
        assertSeen(103);
    }

    @Test
    void aCommitTellsWhatBecameReadable() {
        emit(1, 2);
        awaitCommitOf(2);

        Commit commit = sink.commits().blockFirst(Await.LIMIT);

        assertThat(commit).isNotNull();
        assertThat(commit.file()).isEqualTo(file);
        assertThat(commit.records()).isEqualTo(2);
        assertThat(commit.rows()).isEqualTo(Map.of("/number", 2L, "/text", 2L));
        assertThat(commit.bytes()).isEqualTo(2 * (4 + "row 1".length() + 1));
        assertThat(commit.took()).isPositive();
    }

    @Test
    void aStreamWithoutNewRecordsLeavesTheFileAlone() throws IOException {
        emit(1, 1);
        awaitCommitOf(1);
        Object before = Files.getLastModifiedTime(file);

        Run.write(H5Writer.<Row>to(directory.resolve("other.h5")).commitEvery(Duration.ofMillis(50)), pausing());

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
        assertThat(commits).hasSize(1);
    }

    /** A stream that takes several of the intervals at which this test's file could be committed. */
    private static Flux<Row> pausing() {
        return Flux.interval(Duration.ofMillis(60)).take(4).map(i -> Row.of(i.intValue()));
    }

    @Test
    void aProgramThatChangesADatasetEndsTheStream() {
        emit(1, 10);
        awaitCommitOf(10);
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r+') as f:
                    f['number'].resize(7, axis=0)
                """, file);
        emit(11, 11);

        assertThatExceptionOfType(H5SchemaException.class)
                .isThrownBy(() -> sink.result().block(Await.LIMIT))
                .satisfies(error -> {
                    assertThat(error.object()).isEqualTo("/number");
                    assertThat(error.expected()).isEqualTo("10 rows, as this sink left it");
                    assertThat(error.actual()).isEqualTo("7 rows; another program changed it");
                    assertThat(error.safeRecords()).isEqualTo(10);
                });
    }

    @Test
    void aFileThatIsGoneEndsTheStream() throws IOException {
        emit(1, 10);
        awaitCommitOf(10);
        Files.delete(file);
        emit(11, 11);

        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> sink.result().block(Await.LIMIT))
                .withMessageContaining("it is gone");
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10, 100})
    void commitsAtMultiplesOfANumberOfRecords(int every) {
        Path own = directory.resolve("multiples.h5");
        H5Writer<Row> writer = H5Writer.<Row>to(own)
                .commitEvery(every)
                .commitEvery(Duration.ofHours(1))
                .build();

        List<Commit> all =
                writer.append(Flux.range(1, 95).map(Row::of)).collectList().block(Await.LIMIT);

        List<Long> multiples = LongStream.rangeClosed(1, 95)
                .filter(records -> records % every == 0 || records == 95)
                .boxed()
                .toList();
        assertThat(all).extracting(Commit::records).isEqualTo(multiples);
        assertThat(all)
                .extracting(Commit::number)
                .isEqualTo(LongStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(H5py.read(own).values("/number")).hasSize(95);
    }
}
