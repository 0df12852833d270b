package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Python.Running;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Sinks;

/** Programs that hold a file open while a stream goes on. */
class OtherProgramsTest {

    private static final String HOLD = """
            import os, sys
            path, mode, os.environ['HDF5_USE_FILE_LOCKING'] = sys.argv[1:]
            import h5py
            with h5py.File(path, mode) as f:
                print(len(f['a']), 'rows')
                for line in sys.stdin:
                    print(len(f['a']), 'rows')
            """;

    private final Sinks.Many<H5Record> source = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicLong committed = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private H5Sink<H5Record> subscribe() {
        H5Sink<H5Record> sink =
                H5Sink.to(file, writer -> FaceInternals.wrap(writer.commitEvery(Duration.ofMillis(20)), Counting::new));
        sink.commits().subscribe(commit -> committed.set(commit.records()));
        source.asFlux().subscribe(sink);
        return sink;
    }

    private void emit(int first, int last) {
        for (int number = first; number <= last; number++) {
            source.tryEmitNext(H5Record.of("a", number)).orThrow();
        }
    }

    private void awaitCommitOf(long records) {
        Await.until("a commit of " + records + " records", () -> committed.get() == records);
    }

    private void assertStreamGoesOnBeside(String mode, boolean locking) {
        H5Sink<H5Record> sink = subscribe();
        emit(1, 10);
        awaitCommitOf(10);
        try (Running reader = Python.start(HOLD, file, mode, locking ? "TRUE" : "FALSE")) {
            assertThat(reader.hear()).isEqualTo("10 rows");
            emit(11, 20);
            awaitCommitOf(20);
            emit(21, 30);
            awaitCommitOf(30);
            reader.tell("and now?");
            assertThat(reader.hear()).as("its old view").isEqualTo("10 rows");
            assertThat(H5py.read(file).values("/a"))
                    .as("what a new reader sees")
                    .hasSize(30);
        }
        source.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);
        assertThat(H5py.read(file).values("/a")).hasSize(30).startsWith(1).endsWith(30);
    }

    @Test
    void aReaderWithoutLocksDoesNotStopTheStream() {
        assertStreamGoesOnBeside("r", false);
    }

    @Test
    void aReaderDoesNotStopTheStream() {
        assertStreamGoesOnBeside("r", true);
    }

    @Test
    void aProgramThatWritesKeepsAnewStreamOut() {
        Run.write(file, H5Record.of("a", 1));
        try (Running writer = Python.start(HOLD, file, "r+", "TRUE")) {
            assertThat(writer.hear()).isEqualTo("1 rows");

            Run.fail(file, H5Record.of("a", 2)).isAboutTheFile(file, "it is marked as open for writing");
        }
        Run.write(file, H5Record.of("a", 3));

        assertThat(H5py.read(file).values("/a")).containsExactly(1, 3);
    }

    @Test
    void aProgramThatWritesHoldsUpARunningStream() {
        H5Sink<H5Record> sink = subscribe();
        emit(1, 10);
        awaitCommitOf(10);
        try (Running writer = Python.start(HOLD, file, "r+", "TRUE")) {
            assertThat(writer.hear()).isEqualTo("10 rows");
            emit(11, 20);
            Await.until("the file was refused several times", () -> refusals.get() > 5);
            assertThat(committed).hasValue(10);
        }
        awaitCommitOf(20);
        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(H5py.read(file).values("/a")).hasSize(20).endsWith(20);
    }

    /** Counts how often the file was refused because someone else has it. */
    private final class Counting extends StoreProbe {

        Counting(Store store) {
            super(store);
        }

        @Override
        void before(Call call) {}

        @Override
        public void open() {
            try {
                super.open();
            } catch (StoreException e) {
                if (e.kind() == StoreException.Kind.BUSY) {
                    refusals.incrementAndGet();
                }
                throw e;
            }
        }
    }
}
