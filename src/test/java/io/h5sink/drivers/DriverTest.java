package io.h5sink.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.FaceInternals;
import io.h5sink.H5Exception;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.WriteSummary;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Await;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.Run;
import io.h5sink.testing.StoreProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** What a stream writes with a file driver, h5py reads with the same one. */
class DriverTest {

    record Row(int number, double[] pair, String text) {
        static Row of(int number) {
            return new Row(number, new double[] {number, 0.1 * number}, "row " + number);
        }
    }

    @TempDir
    Path directory;

    private static Flux<Row> rows(int first, int count) {
        return Flux.range(first, count).map(Row::of);
    }

    private static void assertRows(H5py seen, int count) {
        assertThat(seen.datasets()).containsOnlyKeys("/number", "/pair", "/text");
        assertThat(seen.values("/number"))
                .isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(seen.values("/pair"))
                .isEqualTo(IntStream.range(0, count)
                        .mapToObj(i -> DoubleStream.of(i, 0.1 * i).boxed())
                        .flatMap(pair -> pair)
                        .toList());
        assertThat(seen.values("/text"))
                .isEqualTo(IntStream.range(0, count).mapToObj(i -> "row " + i).toList());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesWhatH5pyReadsWithTheSameDriver(OnDisk driver) {
        H5Writer<Row> writer =
                driver.<Row>writer(directory).chunkRows(64).commitEvery(50L).build();

        List<Commit> commits = Objects.requireNonNull(
                writer.append(rows(0, 500)).onBackpressureBuffer().collectList().block(Await.LIMIT));

        assertThat(commits.get(commits.size() - 1).records()).isEqualTo(500);
        assertRows(driver.read(directory), 500);
    }

    @ParameterizedTest
    @EnumSource
    void tellsACommitOnceItIsOnDisk(OnDisk driver) {
        WriteSummary summary = Run.write(driver.<Row>writer(directory).commitEvery(50L), rows(0, 500));

        assertThat(summary.records()).isEqualTo(500);
        assertThat(summary.commits()).isEqualTo(driver.inMemory() ? 1 : 10);
        assertThat(summary.rows()).isEqualTo(Map.of("/number", 500L, "/pair", 500L, "/text", 500L));
        assertThat(summary.bytes()).isEqualTo(500 * 20 + 10 * 6 + 90 * 7 + 400 * 8);
    }

    @ParameterizedTest
    @EnumSource(names = "CORE.*", mode = EnumSource.Mode.MATCH_NONE)
    void isCompleteBetweenCommits(OnDisk driver) {
        Sinks.Many<Row> source = Sinks.many().unicast().onBackpressureBuffer();
        H5Sink<Row> sink = driver.<Row>writer(directory)
                .commitEvery(Duration.ofMillis(20))
                .build()
                .sink();
        source.asFlux().subscribe(sink);

        for (int round = 1; round <= 3; round++) {
            rows(100 * (round - 1), 100)
                    .doOnNext(row -> source.tryEmitNext(row).orThrow())
                    .blockLast();
            int count = 100 * round;
            Await.untilAsserted(() -> assertRows(driver.read(directory), count));
        }

        source.tryEmitComplete().orThrow();
        assertThat(Objects.requireNonNull(sink.result().block(Await.LIMIT)).records())
                .isEqualTo(300);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWithItsFile(OnDisk driver) {
        for (int run = 0; run < 3; run++) {
            OpenMode mode = run == 2 ? OpenMode.EXISTING : OpenMode.APPEND;
            Run.write(driver.<Row>writer(directory).open(mode).chunkRows(64).commitEvery(30L), rows(100 * run, 100));
        }

        assertRows(driver.read(directory), 300);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWithAFileOfAnotherProgram(OnDisk driver) throws IOException {
        for (Foreign.Format format : List.of(Foreign.Format.OLDEST, Foreign.Format.HDF5_1_10)) {
            Path made = Files.createDirectory(directory.resolve(format.name()));
            driver.make(
                    made,
                    format,
                    file -> new ForeignDataset(file, "a", Foreign.integer(4, true, false))
                            .shape(3000)
                            .maximum(ForeignDataset.UNLIMITED)
                            .chunk(64)
                            .with(IntStream.range(0, 3000).toArray()));

            Run.write(driver.writer(made), Flux.range(3000, 3000).map(i -> H5Record.of("a", i)));

            assertThat(driver.read(made).values("/a"))
                    .isEqualTo(IntStream.range(0, 6000).boxed().toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void truncateReplacesAllOfTheFile(OnDisk driver) throws IOException {
        H5Writer.Builder<Row> writer = driver.<Row>writer(directory).open(OpenMode.TRUNCATE);
        writer.chunkRows(64).commitEvery(3L);
        Run.write(writer, rows(0, 10));
        List<Path> few = files();
        Run.write(driver.writer(directory), rows(10, 2000));

        Run.write(writer, rows(0, 10));

        assertRows(driver.read(directory), 10);
        assertThat(files()).isEqualTo(few);
    }

    @ParameterizedTest
    @EnumSource
    void createNewMakesAFileAndLeavesOneThatIsThere(OnDisk driver) {
        Run.write(driver.<Row>writer(directory).open(OpenMode.CREATE_NEW), rows(0, 100));

        Run.fail(driver.<Object>writer(directory).open(OpenMode.CREATE_NEW), Row.of(0))
                .isAboutTheFile(driver.file(directory), "it exists", "CREATE_NEW");

        assertRows(driver.read(directory), 100);
    }

    @ParameterizedTest
    @EnumSource
    void existingMakesNoFile(OnDisk driver) {
        Run.fail(driver.<Object>writer(directory).open(OpenMode.EXISTING), Row.of(0))
                .isAboutTheFile(driver.file(directory), "it does not exist", "EXISTING");

        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheRecordsBeforeABadOne(OnDisk driver) {
        H5Exception error = Run.fail(
                        driver.writer(directory).commitEvery(3L),
                        H5Record.of("a", 1),
                        H5Record.of("a", 2),
                        H5Record.of("a", "text"))
                .error();

        assertThat(error).isExactlyInstanceOf(H5SchemaException.class);
        assertThat(error.safeRecords()).isEqualTo(2);
        assertThat(driver.read(directory).values("/a")).containsExactly(1, 2);
    }

    @ParameterizedTest
    @EnumSource
    void hasOneWriterAtATime(OnDisk driver) {
        H5Sink<Row> first = driver.<Row>writer(directory).build().sink();
        rows(0, 5).concatWith(Flux.never()).subscribe(first);
        Await.until("the first has the file", () -> Files.exists(driver.head(directory)) || driver.inMemory());

        Run.fail(driver.writer(directory), Row.of(0))
                .isAboutTheFile(driver.file(directory), "another sink in this JVM writes to it");

        first.disposeGracefully().block(Await.LIMIT);
        assertRows(driver.read(directory), 5);
    }

    @ParameterizedTest
    @EnumSource
    void waitsForAReaderOrDoesNotMindIt(OnDisk driver) {
        Run.write(driver.writer(directory), rows(0, 5));
        CompletableFuture<WriteSummary> result;
        try (Python.Running reader = Python.start(
                "import h5py, sys; name = sys.argv[1]; f = eval(sys.argv[2]); print('open'); sys.stdin.read()",
                driver.file(directory),
                driver.open("'r'"))) {
            assertThat(reader.hear()).isEqualTo("open");
            AtomicReference<FailingStore> opening = new AtomicReference<>();
            result = FaceInternals.wrap(
                            driver.<Row>writer(directory),
                            store -> opening.updateAndGet(none -> new FailingStore(
                                    store, StoreProbe.Call.OPEN, Integer.MAX_VALUE, 0, IllegalStateException::new)))
                    .build()
                    .write(rows(5, 5))
                    .toFuture();
            Await.until(
                    "it is written, or was tried again",
                    () -> result.isDone()
                            || (opening.get() != null && opening.get().calls() > 2));
        }

        assertThat(result).succeedsWithin(Await.LIMIT);
        assertRows(driver.read(directory), 10);
    }

    @ParameterizedTest
    @EnumSource
    void describesItsFile(OnDisk driver) {
        Run.write(
                driver.<Row>writer(directory).attribute("/number", "unit", "m").metadata("meta", Map.of("run", 7)),
                rows(0, 5));

        H5py seen = driver.read(directory);
        assertThat(seen.at("/number").attributes()).containsEntry("unit", "m");
        assertThat(seen.values("/meta")).containsExactly("{\"run\":7}");
    }

    @Test
    void twoDriversDoNotMeetInOneFile() {
        H5Sink<Row> whole = H5Sink.to(directory.resolve("data-0.h5"));
        rows(0, 5).concatWith(Flux.never()).subscribe(whole);

        Run.fail(OnDisk.FAMILY.writer(directory), Row.of(0))
                .isAboutTheFile(OnDisk.FAMILY.file(directory), "another sink in this JVM writes to it");

        whole.disposeGracefully().block(Await.LIMIT);
    }

    /** Each extends what the other has left, and adds objects. */
    @ParameterizedTest
    @EnumSource
    void takesTurnsWithH5py(OnDisk driver) {
        int count = 0;
        for (int turn = 0; turn < 3; turn++) {
            Run.write(
                    driver.<Row>writer(directory).chunkRows(64).commitEvery(70L).group("turn" + turn), rows(0, 300));
            Run.write(driver.<Row>writer(directory).chunkRows(64).commitEvery(70L), rows(count, 300));
            count += 300;
            Python.run("""
                    import h5py, numpy, sys
                    name, count, turn = sys.argv[1], int(sys.argv[2]), sys.argv[3]
                    with eval(sys.argv[4]) as f:
                        for path in ('number', 'pair', 'text'):
                            f[path].resize(count + 200, axis=0)
                        numbers = numpy.arange(count, count + 200)
                        f['number'][count:] = numbers
                        f['pair'][count:] = numpy.stack([numbers, [0.1 * n for n in numbers.tolist()]], axis=1)
                        f['text'][count:] = ['row %d' % n for n in numbers]
                        f['turn%s/more' % turn] = numpy.arange(5000)
                        f['turn%s/number' % turn].attrs['seen'] = turn
                        del f['turn%s/text' % turn]
                    """, driver.file(directory), count, turn, driver.open("'r+'"));
            count += 200;
        }

        H5py seen = driver.read(directory);
        assertThat(seen.values("/number"))
                .isEqualTo(IntStream.range(0, count).boxed().toList());
        assertThat(seen.values("/text")).hasSize(count).endsWith("row " + (count - 1));
        for (int turn = 0; turn < 3; turn++) {
            assertThat(seen.values("/turn" + turn + "/number"))
                    .isEqualTo(IntStream.range(0, 300).boxed().toList());
            assertThat(seen.values("/turn" + turn + "/more")).hasSize(5000);
            assertThat(seen.at("/turn" + turn + "/number").attributes()).containsEntry("seen", "" + turn);
        }
    }

    /** The driver info message of a new file, with all that is before it, but for the sizes of what follows. */
    @ParameterizedTest
    @EnumSource(
            names = {"FAMILY.*", "SPLIT.*"},
            mode = EnumSource.Mode.MATCH_ANY)
    void aNewFileHasTheDriverInfoThatHdf5Writes(OnDisk driver) throws IOException {
        Path theirs = Files.createDirectory(directory.resolve("theirs"));
        Python.run(
                "import h5py, sys; name = sys.argv[1]; eval(sys.argv[2].replace(\"'w'\", \"'w', libver='v110'\")).close()",
                driver.file(theirs),
                driver.open("'w'"));
        Path ours = Files.createDirectory(directory.resolve("ours"));
        Run.write(driver.<Row>writer(ours), Flux.empty());

        assertThat(driverInfo(driver.head(ours))).isEqualTo(driverInfo(driver.head(theirs)));
    }

    /** The head and the body of the message, without the end of the metadata that a split file has in it. */
    private static String driverInfo(Path head) throws IOException {
        String bytes = Files.readString(head, StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf("NCSA");
        int length = bytes.charAt(at + 8) + 256 * bytes.charAt(at + 9);
        String message = bytes.substring(at - 5, at + 10 + length);
        return message.contains("NCSAmult") ? message.substring(0, 31) + message.substring(39) : message;
    }

    @Test
    void aFamilyHasPiecesOfTheGivenSize() throws IOException {
        Run.write(OnDisk.FAMILY.writer(directory), rows(0, 2000));

        List<Path> pieces = files();
        assertThat(pieces).hasSizeGreaterThan(5);
        Path last = directory.resolve("data-" + (pieces.size() - 1) + ".h5");
        for (Path piece : pieces) {
            assertThat(Files.size(piece)).isLessThanOrEqualTo(4096);
            assertThat(piece.equals(last) || Files.size(piece) == 4096).isTrue();
        }
    }

    @Test
    void aSplitFileHasItsDataApart() throws IOException {
        Run.write(OnDisk.SPLIT.writer(directory), rows(0, 2000));

        assertThat(files()).containsExactly(directory.resolve("data-m.h5"), directory.resolve("data-r.h5"));
        assertThat(Files.size(directory.resolve("data-r.h5"))).isGreaterThan(2000 * 20);
    }

    @Test
    void otherToolsReadThePartsToo() {
        Run.write(OnDisk.FAMILY.writer(directory), rows(0, 3));
        Run.write(OnDisk.SPLIT.writer(directory), rows(0, 3));

        assertThat(Tool.h5dump("--filedriver=family", "-d", "/number", directory.resolve("data-%d.h5")))
                .contains("(0): 0, 1, 2");
        assertThat(Tool.h5dump("--filedriver=split", "-d", "/number", directory.resolve("data")))
                .contains("(0): 0, 1, 2");
    }
}
