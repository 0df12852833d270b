package io.h5sink.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.Driver;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Files that stay in memory to the end, and are then written. */
class CoreDriverTest {

    /** From memory, because JHDF5 locks a file for as long as it is open. */
    private static final String READ_FIRST = "h5py.File(io.BytesIO(open(name, 'rb').read()), 'r')";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Flux<H5Record> records(int first, int count) {
        return Flux.range(first, count)
                .map(i -> H5Record.of("a", i).and("b", "row " + i).and("c", new double[] {i, 0.1 * i}));
    }

    private static List<Integer> to(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void aCoreFileWithoutABackingFileIsGone() {
        Run.write(H5Writer.<H5Record>to(file).driver(Driver.core(false)), records(0, 100));

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aCoreFileIsWrittenAtTheEnd() throws Exception {
        Run.write(H5Writer.to(file), records(0, 100));
        byte[] before = Files.readAllBytes(file);
        H5Sink<H5Record> sink = H5Sink.to(
                file, writer -> writer.driver(Driver.core()).memory(1 << 20).commitEvery(Duration.ofMillis(1)));
        List<Commit> commits = new ArrayList<>();
        sink.commits().subscribe(commits::add);
        // more than the blocks hold, so that rows have moved into the file that is in memory
        Flux<H5Record> many = Flux.range(0, 40).map(i -> H5Record.of("image", new double[10_000]));
        CountDownLatch all = new CountDownLatch(1);
        many.doOnComplete(all::countDown).concatWith(Flux.never()).subscribe(sink);
        assertThat(all.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(commits).isEmpty();
        assertThat(file).hasBinaryContent(before);

        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(H5py.read(file).at("/image").shape()).isEqualTo("(40, 10000)");
        assertThat(commits).singleElement().satisfies(commit -> {
            assertThat(commit.records()).isEqualTo(40);
            assertThat(commit.rows()).containsEntry("/image", 40L);
        });
    }

    @Test
    void aNewCoreFileHasNothingInItUntilTheEnd() {
        H5Sink<H5Record> sink = H5Sink.to(file, writer -> writer.driver(Driver.core()));
        records(0, 10).concatWith(Flux.never()).subscribe(sink);

        Await.untilAsserted(
                () -> assertThat(H5py.read(file, READ_FIRST).datasets()).isEmpty());

        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(H5py.read(file).values("/a")).isEqualTo(to(10));
    }

    @Test
    void aWriterOfACoreFileThatIsKilledLeavesWhatWasOnDisk() throws Exception {
        Run.write(H5Writer.to(file), records(0, 10));
        byte[] before = Files.readAllBytes(file);
        Process process = Jvm.start(Killed.class, file);
        try (var output = process.inputReader()) {
            assertThat(output.lines().anyMatch("ready"::equals))
                    .as("rows are in memory")
                    .isTrue();
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).isNotZero();

        assertThat(file).hasBinaryContent(before);
        Run.write(H5Writer.<H5Record>to(file).driver(Driver.core()), records(10, 10));
        assertThat(H5py.read(file).values("/a")).isEqualTo(to(20));
    }

    /** Writes records without an end, more than its blocks hold. */
    static final class Killed {

        private Killed() {}

        public static void main(String... args) throws InterruptedException {
            H5Sink<H5Record> sink = H5Sink.to(
                    Path.of(args[0]),
                    writer -> writer.driver(Driver.core()).memory(1 << 20).commitEvery(100L));
            records(10, 50_000)
                    .doOnComplete(() -> System.out.println("ready"))
                    .concatWith(Flux.never())
                    .subscribe(sink);
            Thread.currentThread().join();
        }
    }
}
