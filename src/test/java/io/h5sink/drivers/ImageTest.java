package io.h5sink.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.Commit;
import io.h5sink.Driver;
import io.h5sink.FaceInternals;
import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5WriteException;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Await;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Run;
import io.h5sink.testing.StoreProbe;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A file that stays in memory to the end, and is then given away. */
class ImageTest {

    private static final String OPEN_IMAGE = "h5py.File(io.BytesIO(open(name, 'rb').read()), 'r')";

    @TempDir
    Path directory;

    private Path file;
    private final List<ByteBuffer> images = new ArrayList<>();

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Flux<H5Record> records(int first, int count) {
        return Flux.range(first, count)
                .map(i -> H5Record.of("a", i).and("b", "row " + i).and("c", new double[] {i, 0.1 * i}));
    }

    private H5Writer.Builder<H5Record> image() {
        return H5Writer.<H5Record>to(file)
                .driver(Driver.image(images::add))
                .chunkRows(64)
                .commitEvery(7L);
    }

    /** The only image, as h5py opens it from memory. */
    private H5py imageSeen() {
        assertThat(images).hasSize(1);
        Path copy = directory.resolve("image");
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(images.get(0).duplicate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return H5py.read(copy, OPEN_IMAGE);
    }

    private static List<Integer> to(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void anImageIsReadFromMemory() throws IOException {
        Run.write(image(), records(0, 500));
        ByteBuffer image = images.get(0);
        try (H5Source h5 = H5Source.image(image)) {
            assertThat(h5.dataset("/a").read(int[].class))
                    .containsExactly(IntStream.range(0, 500).toArray());
            assertThat(h5.root().rows().records().map(row -> row.toMap().get("b")))
                    .satisfies(rows -> assertThat(rows.collectList().block(Await.LIMIT))
                            .hasSize(500)
                            .endsWith("row 499"));
            assertThat(copies()).hasSize(1);
        }
        assertThat(image.remaining()).isEqualTo(image.capacity());
        assertThatThrownBy(() -> H5Source.image(ByteBuffer.wrap(new byte[100])))
                .isInstanceOf(H5FileException.class)
                .hasMessageContaining("it is not an HDF5 file");
        assertThat(copies()).isEmpty();
    }

    private static List<Path> copies() throws IOException {
        String prefix = "h5sink-image-" + ProcessHandle.current().pid() + '-';
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }

    @Test
    void anImageIsAFileWithoutAFile() {
        WriteSummary summary = Run.write(image(), records(0, 500));

        H5py seen = imageSeen();
        assertThat(seen.values("/a")).isEqualTo(to(500));
        assertThat(seen.values("/b")).hasSize(500).endsWith("row 499");
        assertThat(seen.values("/c")).hasSize(1000).endsWith(499.0, 0.1 * 499);
        assertThat(summary.commits()).isEqualTo(1);
        assertThat(summary.records()).isEqualTo(500);
        assertThat(file).doesNotExist();
    }

    @Test
    void anImageMayBeOfAStreamWithoutRecords() {
        Run.write(image(), Flux.empty());

        assertThat(imageSeen().datasets()).isEmpty();
    }

    @Test
    void anImageIsAsLargeAsItsFile() throws IOException {
        Run.write(image(), records(0, 500));
        Run.write(H5Writer.<H5Record>to(file).chunkRows(64).commitEvery(7L).driver(Driver.core()), records(0, 500));

        assertThat((long) images.get(0).remaining()).isBetween(Files.size(file) - 4096, Files.size(file) + 65536);
    }

    @Test
    void anImageGoesOnWithAFileAndLeavesIt() throws IOException {
        Run.write(H5Writer.to(file), records(0, 100));
        byte[] before = Files.readAllBytes(file);

        Run.write(image(), records(100, 100));

        assertThat(imageSeen().values("/a")).isEqualTo(to(200));
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void anImageReplacesAFileInItselfOnly() throws IOException {
        Run.write(H5Writer.to(file), records(0, 100));
        byte[] before = Files.readAllBytes(file);

        Run.write(image().open(OpenMode.TRUNCATE), records(0, 10));

        assertThat(imageSeen().values("/a")).isEqualTo(to(10));
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void anImageObeysTheModesOfOpening() {
        Run.fail(H5Writer.to(file).driver(Driver.image(images::add)).open(OpenMode.EXISTING), H5Record.of("a", 1))
                .isAboutTheFile(file, "it does not exist");
        Run.write(H5Writer.to(file), records(0, 1));
        Run.fail(H5Writer.to(file).driver(Driver.image(images::add)).open(OpenMode.CREATE_NEW), H5Record.of("a", 1))
                .isAboutTheFile(file, "it exists");

        assertThat(images).isEmpty();
    }

    @Test
    void anImageNeedsNoDirectory() {
        file = directory.resolve("missing").resolve("data.h5");

        Run.write(image(), records(0, 10));

        assertThat(images).hasSize(1);
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void anImageHasWhatCameBeforeAnError() {
        Mono<WriteSummary> result = image().build()
                .write(records(0, 33).concatWith(Flux.error(new IllegalStateException("the sensor broke"))));

        assertThatThrownBy(() -> result.block(Await.LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the sensor broke");
        assertThat(imageSeen().values("/a")).isEqualTo(to(33));
    }

    @Test
    void anImageThatIsNotTakenIsNotSafe() {
        List<Commit> commits = new ArrayList<>();
        H5Sink<H5Record> sink = H5Sink.to(
                file,
                writer -> writer.driver(Driver.image(bytes -> {
                    throw new IllegalStateException("the store is down");
                })));
        sink.commits().subscribe(commits::add, error -> {});
        records(0, 10).subscribe(sink);

        assertThatThrownBy(() -> sink.result().block(Await.LIMIT))
                .isInstanceOfSatisfying(H5WriteException.class, e -> {
                    assertThat(e.safeRecords()).isZero();
                    assertThat(e.file()).isEqualTo(file);
                })
                .hasMessageStartingWith(file + ": the image of the file was not taken")
                .hasMessageContaining("the store is down");
        assertThat(commits).isEmpty();
    }

    @Test
    void aReceiverThatBlocksHoldsUpNoOtherSink() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        var slow = H5Writer.<H5Record>to(file)
                .driver(Driver.image(bytes -> {
                    received.countDown();
                    await(goOn);
                }))
                .build()
                .write(records(0, 10))
                .toFuture();
        assertThat(received.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        Run.write(H5Writer.to(directory.resolve("other.h5")), records(0, 10));

        assertThat(slow).isNotDone();
        goOn.countDown();
        assertThat(slow.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS).records())
                .isEqualTo(10);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new TimeoutException();
            }
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anImageIsGivenAwayBeforeTheJvmEnds() throws Exception {
        Process process = Jvm.start(Ended.class, file);

        try (var output = process.inputReader()) {
            assertThat(output.lines().filter(line -> line.startsWith("image"))).containsExactly("image of 10 records");
        }
        assertThat(process.waitFor()).isZero();
    }

    /** Ends while its stream goes on. */
    static final class Ended {

        private Ended() {}

        public static void main(String... args) throws InterruptedException {
            CountDownLatch all = new CountDownLatch(1);
            H5Sink<H5Record> sink = H5Sink.to(
                    Path.of(args[0]),
                    writer -> writer.driver(Driver.image(bytes -> {
                        try (HdfFile image = HdfFile.fromByteBuffer(bytes)) {
                            System.out.println(
                                    "image of " + image.getDatasetByPath("/a").getDimensions()[0] + " records");
                        }
                    })));
            records(0, 10).doOnComplete(all::countDown).concatWith(Flux.never()).subscribe(sink);
            all.await();
            System.exit(0);
        }
    }

    @Test
    void rowsThatAreTornByAFailureAreTakenAway() {
        H5Writer.Builder<H5Record> writer = image();
        writer.commitEvery(10L);
        FaceInternals.wrap(
                writer,
                store -> new FailingStore(
                        store,
                        StoreProbe.Call.WRITE,
                        5,
                        1,
                        () -> io.h5sink.storage.StorageException.write("/b", "broken", null)));

        H5Exception error = Run.fail(writer, records(0, 100)).error();

        assertThat(error).isExactlyInstanceOf(H5WriteException.class).hasMessageContaining("broken");
        assertThat(error.safeRecords()).isEqualTo(10);
        H5py seen = imageSeen();
        assertThat(seen.values("/a")).isEqualTo(to(10));
        assertThat(seen.values("/b")).hasSize(10);
        assertThat(seen.values("/c")).hasSize(20);
    }
}
