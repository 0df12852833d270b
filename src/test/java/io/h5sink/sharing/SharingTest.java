package io.h5sink.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.h5sink.Commit;
import io.h5sink.Driver;
import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.Sharing;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** What others can do with a file while a session writes to it. */
@Timeout(60)
class SharingTest {

    record One(long value) {}

    record Text(String text) {}

    @TempDir
    Path directory;

    private final Sinks.Many<Object> records = Sinks.many().unicast().onBackpressureBuffer();
    private Path file;
    private H5Sink<Object> sink;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    @AfterEach
    void leaveNothing() throws IOException {
        if (sink != null) {
            sink.disposeGracefully().onErrorComplete().block(Await.LIMIT);
        }
        try (var left = Files.list(directory)) {
            assertThat(left).allMatch(path -> path.toString().endsWith(".h5"));
        }
    }

    private void start(H5Writer.Builder<Object> writer) {
        sink = writer.commitEvery(1).build().sink();
        records.asFlux().subscribe(sink);
    }

    /** Waits until so many records are committed. */
    private Commit emit(long count, Object... more) {
        for (Object record : more) {
            records.tryEmitNext(record).orThrow();
        }
        return Objects.requireNonNull(sink.commits()
                .filter(commit -> commit.records() >= count)
                .next()
                .block(Await.LIMIT));
    }

    private static boolean marked(Path file) {
        return (flags(file) & 1) == 1;
    }

    private static int flags(Path file) {
        try {
            return Files.readAllBytes(file)[11];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void betweenCommitsAReleasedFileIsCompleteAndNotMarked() {
        start(H5Writer.to(file));
        for (int i = 0; i < 5; i++) {
            emit(i + 1, new One(i));
            int reported = i;
            Await.until("the file is complete", () -> !marked(file));
            assertThat(H5py.read(file).values("/value")).hasSize(reported + 1);
        }
    }

    @Test
    void anExclusiveFileIsMarkedUntilTheEnd() {
        start(H5Writer.to(file).sharing(Sharing.EXCLUSIVE));
        emit(2, new One(1), new One(2));

        assertThat(marked(file)).isTrue();
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    try:
                        h5py.File(sys.argv[1], 'r')
                    except OSError:
                        print('refused')
                    """, file)).isEqualToIgnoringNewLines("refused");
        }

        records.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);
        assertThat(marked(file)).isFalse();
        assertThat(H5py.read(file).values("/value")).containsExactly(1L, 2L);
    }

    @Test
    void readersFollow() {
        Python.require();
        start(H5Writer.to(file).sharing(Sharing.SWMR).chunkRows(4));
        emit(1, new One(0));
        Await.until("readers may follow", () -> flags(file) == 5);
        try (Python.Running reader = Python.start("""
                import h5py, sys
                f = h5py.File(sys.argv[1], 'r', swmr=True)
                value = f['value']
                for line in sys.stdin:
                    value.refresh()
                    print(value[:].tolist(), flush=True)
                """, file)) {
            StringBuilder all = new StringBuilder("0");
            for (int i = 1; i < 20; i++) {
                emit(i + 1, new One(i));
                all.append(", ").append(i);
                reader.send("go on");
                assertThat(reader.hear()).isEqualTo("[" + all + "]");
            }
        }
    }

    @Test
    void whatReadersThatFollowCannotSeeIsRefusedAtOnce() {
        Run.fail(H5Writer.to(file).sharing(Sharing.SWMR), new Text("long"))
                .isAboutTheObject(file, "/text", "elements of fixed size", "elements of variable length", 0);
    }

    @Test
    void aNameThatComesAfterTheFirstCommitIsRefusedAtOnce() {
        start(H5Writer.to(file).sharing(Sharing.SWMR));
        emit(1, H5Record.of("a", 1));
        records.tryEmitNext(H5Record.of("a", 2).and("b", 1)).orThrow();

        assertThat(Run.failure(sink))
                .isExactlyInstanceOf(H5SchemaException.class)
                .hasMessageContaining("/b")
                .hasMessageContaining("readers follow")
                .hasMessageEndingWith("1 record is safe in the file");
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/a");
    }

    @Test
    void aFileOfAnOlderFormatCannotBeFollowed() {
        Hdf5Calls.make(file, id -> {});

        Run.fail(H5Writer.to(file).sharing(Sharing.SWMR), new One(1))
                .isAboutTheFile(file, "Sharing.SWMR needs a file in the format of HDF5 1.10");
    }

    @Test
    void aDriverThatHasNoReadersThatFollowIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> H5Writer.to(file)
                        .sharing(Sharing.SWMR)
                        .driver(Driver.stdio())
                        .build())
                .withMessageContaining("Driver.stdio");
    }

    @Test
    void anotherProgramWritesBetweenTwoCommits() {
        start(H5Writer.to(file).chunkRows(16));
        for (int i = 0; i < 20; i++) {
            emit(i + 1, new One(i));
            Python.run("""
                    import h5py, sys, time
                    for attempt in range(1000):
                        try:
                            f = h5py.File(sys.argv[1], 'r+')
                            break
                        except OSError:
                            time.sleep(0.001)
                    with f:
                        f['other%s' % sys.argv[2]] = list(range(1000))
                        f['value'].attrs['seen'] = int(sys.argv[2])
                    """, file, i);
        }
        records.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);

        assertThat(Python.run("""
                import h5py, sys
                f = h5py.File(sys.argv[1], 'r')
                assert f['value'][:].tolist() == list(range(20))
                assert f['value'].attrs['seen'] == 19
                for i in range(20):
                    assert f['other%d' % i][:].tolist() == list(range(1000))
                print('equal')
                """, file)).isEqualToIgnoringNewLines("equal");
    }

    @Test
    void aFileThatIsRemovedBetweenTwoCommits() throws IOException {
        start(H5Writer.to(file));
        emit(1, new One(1));
        Files.delete(file);
        records.tryEmitNext(new One(2)).orThrow();

        assertThat(Run.failure(sink)).isExactlyInstanceOf(H5FileException.class).hasMessageContaining("gone");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatIsReplacedBetweenTwoCommits() throws IOException {
        Path other = directory.resolve("other.h5");
        Run.write(H5Writer.to(other), Flux.just(new Text("other")));
        byte[] bytes = Files.readAllBytes(other);
        start(H5Writer.to(file));
        emit(1, new One(1));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        records.tryEmitNext(new One(2)).orThrow();

        assertThat(Run.failure(sink)).isInstanceOf(H5Exception.class);
        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void afterTheEndNoFileIsMarked() {
        for (Sharing sharing : Sharing.values()) {
            Path each = directory.resolve(sharing + ".h5");
            Run.write(
                    H5Writer.<One>to(each).sharing(sharing).chunkRows(64).commitEvery(37),
                    Flux.range(0, 200).map(One::new));
            assertThat(H5py.read(each).values("/value")).hasSize(200);
            assertThat(marked(each)).isFalse();
        }
    }
}
