package io.h5sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Await;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Many sinks to many files do not meet; two sinks to one file do. */
class ManyAtOnceTest {

    record Row(int sink, long number, double[] vector, String text) {
        static Row of(int sink, long number) {
            return new Row(sink, number, new double[] {number * 0.1, sink}, sink + "/" + number);
        }
    }

    private static final int ROWS = 5000;

    @TempDir
    Path directory;

    @Test
    void thirtyTwoSinksToThirtyTwoFiles() {
        List<WriteSummary> summaries = Flux.range(0, 32)
                .flatMap(
                        sink -> Flux.range(0, ROWS)
                                .map(number -> Row.of(sink, number))
                                .subscribeOn(Schedulers.parallel())
                                .as(H5Writer.<Row>to(file(sink))
                                        .chunkRows(100 + sink)
                                        .commitEvery(1000 + 100L * sink)
                                        .build()::write),
                        32)
                .collectList()
                .block(Await.LIMIT);

        assertThat(summaries)
                .isNotNull()
                .hasSize(32)
                .extracting(WriteSummary::records)
                .containsOnly((long) ROWS);
        for (int i = 0; i < 32; i++) {
            int sink = i;
            H5py seen = H5py.read(file(sink));
            assertThat(seen.values("/sink")).hasSize(ROWS).containsOnly(sink);
            assertThat(seen.values("/number"))
                    .isEqualTo(IntStream.range(0, ROWS).mapToObj(n -> (long) n).toList());
            assertThat(seen.values("/vector"))
                    .isEqualTo(IntStream.range(0, ROWS)
                            .boxed()
                            .flatMap(n -> Extremes.list(Row.of(sink, n).vector()).stream())
                            .toList());
            assertThat(seen.values("/text"))
                    .isEqualTo(IntStream.range(0, ROWS)
                            .mapToObj(n -> Row.of(sink, n).text())
                            .toList());
        }
    }

    private Path file(int sink) {
        return directory.resolve("data" + sink + ".h5");
    }

    @Test
    void theSecondSinkToAFileFailsAndTheFirstIsUnharmed() throws IOException {
        Path file = file(0);
        Path sameDirectory = Files.createSymbolicLink(directory.resolve("same"), directory);
        Path inner = Files.createDirectories(directory.resolve("elsewhere").resolve("inner"));
        assertSecondFails(file, directory.resolve(".").resolve("data0.h5"));
        assertSecondFails(file, sameDirectory.resolve("data0.h5"));
        assertSecondFails(file, Files.createSymbolicLink(directory.resolve("link.h5"), file));
        assertSecondFails(file, file);
        Path below = Files.createSymbolicLink(directory.resolve("inner"), inner);
        assertSecondFails(inner.resolveSibling("data.h5"), below.resolve("..").resolve("data.h5"));
    }

    @Test
    void aLinkToAFileThatIsNotThereYetIsTheSameFile() throws IOException {
        Path file = file(0);
        Path link = Files.createSymbolicLink(directory.resolve("link.h5"), Path.of("data0.h5"));

        assertSecondFails(link, file);
        Files.delete(file);
        assertSecondFails(file, link);
    }

    private static void assertSecondFails(Path first, Path second) {
        Sinks.Many<H5Record> source = Sinks.many().unicast().onBackpressureBuffer();
        H5Sink<H5Record> sink = H5Sink.to(first, writer -> writer.open(OpenMode.TRUNCATE));
        source.asFlux().subscribe(sink);
        source.tryEmitNext(H5Record.of("a", 1)).orThrow();

        for (OpenMode mode : OpenMode.values()) {
            Run.fail(H5Writer.to(second).open(mode), H5Record.of("a", 7))
                    .isAboutTheFile(second, "another sink in this JVM writes to it");
        }

        source.tryEmitNext(H5Record.of("a", 2)).orThrow();
        source.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);
        assertThat(H5py.read(first).values("/a")).containsExactly(1, 2);
        Run.write(second, H5Record.of("a", 3));
        assertThat(H5py.read(first).values("/a")).as("the file is free again").containsExactly(1, 2, 3);
    }

    @Test
    void aWriterMayBeUsedAgainOnceItsFileIsFree() {
        Path file = file(0);
        H5Writer<H5Record> writer = H5Writer.<H5Record>to(file).build();
        Mono<WriteSummary> write = writer.write(Flux.just(H5Record.of("a", 1), H5Record.of("a", 2)));

        write.then(write).then(write).block(Await.LIMIT);

        assertThat(H5py.read(file).values("/a")).containsExactly(1, 2, 1, 2, 1, 2);
    }
}
