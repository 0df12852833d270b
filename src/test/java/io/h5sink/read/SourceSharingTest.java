package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.h5sink.Compression;
import io.h5sink.Driver;
import io.h5sink.H5Exception;
import io.h5sink.H5Field;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Sharing;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Files that someone writes, that lie in parts, that do not fit into memory, and that someone has damaged. */
class SourceSharingTest {

    record Row(long number, String text, double[] values) {}

    @TempDir
    Path directory;

    private static Row row(long i) {
        return new Row(i, "t" + i, new double[] {i, -i});
    }

    /** On the thread that the source needs. */
    @Test
    void aColumnMayBeDescribedByWhatAnotherFileSays() {
        Path other = directory.resolve("other.h5");
        Run.write(H5Writer.<Row>to(other), Flux.range(0, 3).map(i -> row(i)));
        Path file = directory.resolve("data.h5");
        try (H5Source h5 = H5Source.open(other)) {
            Run.write(
                    H5Writer.<Row>to(file)
                            .column("number", c -> c.unit(h5.dataset("/text").type())),
                    Flux.range(0, 2).map(i -> row(i)));
        }
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("/number").attributes().get("units")).isEqualTo("variable-length UTF-8 string");
        }
    }

    @Test
    void betweenCommitsASourceSeesAllThatIsCommitted() {
        Path file = directory.resolve("data.h5");
        Sinks.Many<Row> rows = Sinks.many().unicast().onBackpressureBuffer();
        H5Sink<Row> sink = H5Sink.to(file, writer -> writer.commitEvery(10));
        List<Long> committed = new ArrayList<>();
        sink.commits().subscribe(commit -> {
            synchronized (committed) {
                committed.add(commit.records());
            }
        });
        rows.asFlux().subscribe(sink);
        for (int part = 1; part <= 5; part++) {
            for (int i = 0; i < 10; i++) {
                rows.tryEmitNext(row(10L * (part - 1) + i)).orThrow();
            }
            long expected = 10L * part;
            Await.until("the commit is reported", () -> {
                synchronized (committed) {
                    return committed.contains(expected);
                }
            });
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.records(Row.class).collectList().block(Await.LIMIT))
                        .usingRecursiveComparison()
                        .isEqualTo(Flux.range(0, (int) expected)
                                .map(i -> row(i))
                                .collectList()
                                .block());
            }
        }
        rows.tryEmitComplete().orThrow();
        assertThat(sink.result().block(Await.LIMIT)).isNotNull();
    }

    /** A sink that compresses, with commits of ten records. */
    private static final class Compressing {

        private final Sinks.Many<Wide> rows = Sinks.many().unicast().onBackpressureBuffer();
        private final AtomicLong committed = new AtomicLong();
        private final H5Sink<Wide> sink;

        Compressing(Path file, Sharing sharing) {
            sink = H5Sink.to(
                    file,
                    writer -> writer.commitEvery(10)
                            .chunkRows(16)
                            .sharing(sharing)
                            .compression(Compression.gzip(1)));
            sink.commits().subscribe(commit -> committed.set(commit.records()));
            rows.asFlux().subscribe(sink);
        }

        void write(int from, int to) {
            for (int i = from; i < to; i++) {
                rows.tryEmitNext(new Wide(i, -i)).orThrow();
            }
            Await.until("the commit is reported", () -> committed.get() == to);
        }

        void end() {
            rows.tryEmitComplete().orThrow();
            assertThat(sink.result().block(Await.LIMIT)).isNotNull();
        }
    }

    private static List<Wide> wide(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> new Wide(i, -i)).toList();
    }

    /** The last chunk is written anew by each commit. */
    @ParameterizedTest
    @EnumSource(names = {"RELEASE", "SWMR"})
    void betweenCommitsASourceSeesAllThatIsCompressed(Sharing sharing) {
        Path file = directory.resolve("data.h5");
        Compressing sink = new Compressing(file, sharing);
        for (int end = 10; end <= 100; end += 10) {
            sink.write(end - 10, end);
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.records(Wide.class).collectList().block(Await.LIMIT))
                        .isEqualTo(wide(0, end));
            }
        }
        sink.end();
    }

    /** Its last chunk is moved, and others take the place where it was; also in a file to which links lead. */
    @ParameterizedTest
    @CsvSource({"RELEASE, false", "SWMR, false", "RELEASE, true"})
    void aStreamOfWhatIsCompressedStaysRightWhileASinkAppends(Sharing sharing, boolean linked) {
        Path file = directory.resolve("data.h5");
        Compressing sink = new Compressing(file, sharing);
        sink.write(0, 90);
        Path links = directory.resolve("links.h5");
        Foreign.make(links, false, f -> {
            Foreign.external(f, "a", Path.of("data.h5"), "/a");
            Foreign.external(f, "b", Path.of("data.h5"), "/b");
        });
        try (H5Source h5 = H5Source.open(linked ? links : file)) {
            StepVerifier.create(h5.records(Wide.class), 0)
                    .thenRequest(1)
                    .expectNext(new Wide(0, 0))
                    .then(() -> sink.write(90, 250))
                    .thenRequest(Long.MAX_VALUE)
                    .expectNextSequence(wide(1, 90))
                    .expectComplete()
                    .verify(Await.LIMIT);
        }
        sink.end();
    }

    static List<Map.Entry<String, Driver>> drivers() {
        return List.of(
                Map.entry("data.h5", Driver.sec2()),
                Map.entry("data.h5", Driver.stdio()),
                Map.entry("data.h5", Driver.core()),
                Map.entry("data-%d.h5", Driver.family(8192)),
                Map.entry("data", Driver.split()));
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void everyDriver(Map.Entry<String, Driver> way) {
        for (Compression compression : List.of(Compression.none(), Compression.gzip(1))) {
            Path file =
                    directory.resolve(compression.equals(Compression.none()) ? way.getKey() : "packed" + way.getKey());
            Run.write(
                    H5Writer.<Row>to(file).driver(way.getValue()).compression(compression),
                    Flux.range(0, 1000).map(i -> row(i)));
            try (H5Source h5 = H5Source.open(file, way.getValue())) {
                assertThat(h5.dataset("values").slice("999, 1").read(double.class))
                        .isEqualTo(-999);
                assertThat(h5.root()
                                .rows()
                                .from(998)
                                .records(Row.class)
                                .collectList()
                                .block(Await.LIMIT))
                        .usingRecursiveComparison()
                        .isEqualTo(List.of(row(998), row(999)));
            }
        }
    }

    record Plain(
            long number,
            double[] values,
            @H5Field(length = 8) String name,
            String text) {}

    /** What is said of a file is an {@link H5Exception}, and what is not said is read. */
    @Test
    void damagedFilesDoNoHarm() throws IOException {
        Path file = directory.resolve("data.h5");
        Run.write(
                H5Writer.<Plain>to(file).chunkRows(16).attribute("", "version", 7),
                Flux.range(0, 100).map(i -> new Plain(i, new double[] {i, -i}, "n" + i, "text " + i)));
        byte[] whole = Files.readAllBytes(file);
        Path damaged = directory.resolve("damaged.h5");
        Random random = new Random(20261121);
        int refused = 0;
        for (int i = 0; i < 150; i++) {
            byte[] bytes = whole.clone();
            for (int flip = 1 + random.nextInt(4); flip > 0; flip--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(damaged, bytes);
            Throwable error = catchThrowable(() -> {
                try (H5Source h5 = H5Source.open(damaged)) {
                    h5.records(Plain.class).collectList().block(Await.LIMIT);
                    h5.attributes();
                }
            });
            if (error != null) {
                assertThat(error).as("try %d", i).isInstanceOf(H5Exception.class);
                refused++;
            }
            Files.delete(damaged);
        }
        assertThat(refused).isPositive();
    }

    record Wide(double a, double b) {}

    /** What goes through the heap of a JVM of 64 MiB. */
    static final class Small {

        private Small() {}

        public static void main(String... arguments) {
            try (H5Source h5 = H5Source.open(arguments[0])) {
                double sum = 0;
                for (Wide wide : h5.records(Wide.class).toIterable(256)) {
                    sum += wide.a + wide.b;
                }
                System.out.println("sum " + sum);
            }
        }
    }

    /** 320 MB, five times the heap. */
    @Test
    void memoryIsBounded() throws Exception {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, false, f -> {
            for (String name : List.of("a", "b")) {
                new ForeignDataset(f, name, Foreign.real(8, false))
                        .shape(20_000_000)
                        .chunk(1 << 17)
                        .fill(0.5)
                        .unwritten();
                for (int row = 0; row < 20_000_000; row += 1 << 17) {
                    ForeignDataset.write(f, name, row, new double[] {1.5});
                }
            }
        });
        Process process = new ProcessBuilder(Jvm.command(List.of("-Xmx64m"), Small.class, file))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).contains("sum " + (20_000_000 + 2.0 * Math.ceil(20_000_000.0 / (1 << 17))));
        assertThat(process.waitFor()).isZero();
    }
}
