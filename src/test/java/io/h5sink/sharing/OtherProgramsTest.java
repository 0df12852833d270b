package io.h5sink.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Durability;
import io.h5sink.FaceInternals;
import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.WriteSummary;
import io.h5sink.engine.WritableFile;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Python.Running;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.AddingProgram;
import io.h5sink.testing.Await;
import io.h5sink.testing.LibraryWriter;
import io.h5sink.testing.Require;
import io.h5sink.testing.Run;
import io.h5sink.testing.StoreProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A program that opens the file of a stream, to read or to write: whichever comes first, nothing is lost of either. */
class OtherProgramsTest {

    /** Opens the file, and reports how many rows it sees at first, and then for each line that it reads. */
    private static final String HOLD = """
            import os, sys
            path, mode, os.environ['HDF5_USE_FILE_LOCKING'] = sys.argv[1:]
            import h5py
            with h5py.File(path, mode) as f:
                print(len(f['i']), 'rows')
                for line in sys.stdin:
                    print(len(f['i']), 'rows')
            """;

    /** What HDF5 does to a file of superblock 3 that it opens, adds to and closes, system call by system call; each waits for a line. */
    private static final String STEPS = """
            import fcntl, os, struct, sys

            def rot(x, k):
                return (x << k | x >> 32 - k) & 0xffffffff

            def lookup3(data):
                m, n, i = 0xffffffff, len(data), 0
                a = b = c = 0xdeadbeef + n & m
                word = lambda at: int.from_bytes(data[at:at + 4].ljust(4, b'\\0'), 'little')
                while n > 12:
                    a, b, c = a + word(i) & m, b + word(i + 4) & m, c + word(i + 8) & m
                    for k in (4, 6, 8, 16, 19, 4):
                        a = (a - c & m) ^ rot(c, k)
                        c = c + b & m
                        a, b, c = b, c, a
                    n, i = n - 12, i + 12
                a, b, c = a + word(i) & m, b + word(i + 4) & m, c + word(i + 8) & m
                c = ((c ^ b) - rot(b, 14)) & m
                a = ((a ^ c) - rot(c, 11)) & m
                b = ((b ^ a) - rot(a, 25)) & m
                c = ((c ^ b) - rot(b, 16)) & m
                a = ((a ^ c) - rot(c, 4)) & m
                b = ((b ^ a) - rot(a, 14)) & m
                return ((c ^ b) - rot(b, 24)) & m

            def sealed(head, flags, end):
                head = head[:11] + bytes([flags]) + head[12:28] + struct.pack('<Q', end)  + head[36:44]
                return head + struct.pack('<I', lookup3(head))

            def say(what):
                print(what, flush=True)
                sys.stdin.readline()

            file = os.open(sys.argv[1], os.O_RDWR)
            say('opened')
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                sys.exit(print('refused'))
            say('locked')
            head = os.pread(file, 48, 0)
            end, = struct.unpack('<Q', head[28:36])
            if head[11] & 1:
                sys.exit(print('refused'))
            assert head == sealed(head, head[11], end), 'the superblock is not whole'
            say('read')
            os.pwrite(file, sealed(head, 1, end), 0)
            say('marked')
            os.pwrite(file, b'of others', end)
            say('written')
            os.pwrite(file, sealed(head, 0, end + 9), 0)
            say('completed')
            os.ftruncate(file, end + 9)
            say('cut')
            os.close(file)
            print(end)
            """;

    /** Tries to open each of some files for writing until it is there, adds to it at once, and reports how often. */
    private static final String FIRST = """
            import h5py, numpy, sys
            for name in sys.argv[1:]:
                made = 0
                while made < 2:
                    try:
                        with h5py.File(name, 'r+') as file:
                            file['other%d' % made] = numpy.arange(100) + made
                        made += 1
                    except (OSError, KeyError, RuntimeError):
                        pass
                print(made)
            """;

    private final Sinks.Many<H5Record> source = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicLong committed = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();

    @TempDir
    Path directory;

    private Path file;
    private H5Sink<H5Record> sink;
    private boolean hasLast;
    private long emitted;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    /** A stream that Java writes, or else the C library, which also writes each commit because a value is replaced each time. */
    private void start(boolean library) {
        H5Writer.Builder<H5Record> writer = FaceInternals.wrap(
                H5Writer.<H5Record>to(file)
                        .chunkRows(16)
                        .commitEvery(Duration.ofMillis(10))
                        .patience(Await.LIMIT),
                chosen -> new Counting(library ? LibraryWriter.file(file, Sharing.RELEASE, Durability.FLUSH) : chosen));
        sink = (library ? writer.column("last", c -> c.latest()) : writer)
                .build()
                .sink();
        sink.commits().subscribe(commit -> committed.set(commit.records()));
        source.asFlux().subscribe(sink);
        hasLast = library;
        emitAndCommit(10);
    }

    private void emit(int count) {
        for (int k = 0; k < count; k++, emitted++) {
            H5Record record = H5Record.of("i", emitted).and("x", emitted / 2.0);
            source.tryEmitNext(hasLast ? record.and("last", emitted) : record).orThrow();
        }
    }

    private void emitAndCommit(int count) {
        emit(count);
        Await.until("a commit of " + emitted + " records", () -> committed.get() == emitted);
    }

    private void end() {
        source.tryEmitComplete().orThrow();
        WriteSummary summary = Objects.requireNonNull(sink.result().block(Await.LIMIT));
        assertThat(summary.records()).isEqualTo(emitted);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("/i").read(long[].class))
                    .containsExactly(LongStream.range(0, emitted).toArray());
            assertThat(h5.dataset("/x").read(double[].class))
                    .containsExactly(LongStream.range(0, emitted)
                            .mapToDouble(i -> i / 2.0)
                            .toArray());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "opened, false", "locked, false", "read, false", "marked, false", "written, false", "completed, false",
                "cut, false",
        "opened, true", "locked, true", "read, true", "marked, true", "written, true", "completed, true", "cut, true"
    })
    void aCommitWaitsForAProgramThatStandsAtAnyOfItsSystemCalls(String step, boolean library) throws IOException {
        Require.that(Path.of("/proc/locks").toFile().canRead(), "this system does not show locks");
        start(library);
        String last;
        try (Running other = Python.start(STEPS, file)) {
            last = until(step, other);
            refusals.set(0);
            emit(10);
            Await.until("it is committed, or waits", () -> committed.get() == emitted || refusals.get() > 2);
            assertThat(committed.get() < emitted)
                    .as("it waits from the lock on")
                    .isEqualTo(!step.equals("opened"));
            other.send("go on");
            last = until("", other);
        }
        assertThat(last).as("where the other one's bytes are").containsOnlyDigits();
        Await.until("the sink goes on", () -> committed.get() == emitted);
        emit(100);
        end();
        byte[] bytes = Files.readAllBytes(file);
        assertThat(new String(bytes, Integer.parseInt(last), 9, StandardCharsets.US_ASCII))
                .isEqualTo("of others");
    }

    /** Lets it go on until it stands at a step, or is over. */
    private static String until(String step, Running other) {
        String at = Objects.requireNonNull(other.hear());
        while (!at.equals(step) && !at.equals("refused") && !at.chars().allMatch(Character::isDigit)) {
            other.send("go on");
            at = Objects.requireNonNull(other.hear());
        }
        return at;
    }

    @ParameterizedTest
    @CsvSource({"OPENING, false", "ADDING, false", "PYTABLES, false", "OPENING, true", "ADDING, true", "PYTABLES, true"
    })
    void aProgramThatOpensTheFileAgainAndAgain(AddingProgram.Way way, boolean library) {
        start(library);
        addTo(way);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENING", "ADDING", "PYTABLES"})
    void aProgramThatOpensAFileOfAnOlderFormatAgainAndAgain(AddingProgram.Way way) {
        Require.that(Path.of("/proc/locks").toFile().canRead(), "this system does not show locks");
        Hdf5Calls.make(file, made -> Hdf5Calls.group(made, "before"));
        start(false);
        addTo(way);
    }

    private void addTo(AddingProgram.Way way) {
        int made;
        try (AddingProgram other = new AddingProgram(file, way)) {
            other.awaitBegin();
            for (int k = 0; k < 8; k++) {
                emitAndCommit(7);
            }
            made = other.end();
        }
        end();
        AddingProgram.assertAllThere(file, made);
    }

    @Test
    void aProgramThatOpensFilesAsTheyAreMade() {
        Require.that(Path.of("/proc/locks").toFile().canRead(), "this system does not show locks");
        List<Path> files = IntStream.range(0, 20)
                .mapToObj(k -> directory.resolve("made" + k + ".h5"))
                .toList();
        try (Running other = Python.start(FIRST, files.toArray())) {
            for (Path made : files) {
                Flux<H5Record> endless =
                        Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map(i -> H5Record.of("i", i));
                H5Sink<H5Record> one = H5Sink.to(
                        made, writer -> writer.commitEvery(Duration.ofMillis(5)).patience(Await.LIMIT));
                AtomicLong safe = new AtomicLong();
                one.commits().subscribe(commit -> safe.set(commit.records()));
                endless.subscribe(one);
                assertThat(other.hear()).isEqualTo("2");
                Await.until("rows are committed", () -> safe.get() > 0);
                one.disposeGracefully().block(Await.LIMIT);
                long rows =
                        Objects.requireNonNull(one.result().block(Await.LIMIT)).records();
                try (H5Source h5 = H5Source.open(made)) {
                    assertThat(h5.dataset("/i").size()).isEqualTo(rows);
                }
                AddingProgram.assertAllThere(made, 2);
            }
        }
    }

    @Test
    void aProgramThatWritesTheFileAnewEndsTheStreamAndKeepsItsOwn() {
        start(false);
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w', libver=('v110', 'v110')) as file:
                    file['theirs'] = list(range(1000))
                """, file);
        emit(10);

        assertThat(Run.failure(sink)).isInstanceOf(H5Exception.class).hasMessageContaining(file.toString());
        assertThat(H5py.read(file).values("/theirs"))
                .hasSize(1000)
                .startsWith(0L, 1L)
                .endsWith(999L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSourceThatStaysOpenSeesOneCommitOnly(boolean library) {
        start(library);
        emitAndCommit(91);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("/i").shape()).containsExactly(101L);
            for (int k = 0; k < 20; k++) {
                emitAndCommit(50);
            }
            assertThat(h5.dataset("/x").shape()).containsExactly(101L);
            assertThat(h5.dataset("/x").slice("-2:").read(double[].class)).containsExactly(49.5, 50.0);
            assertThat(h5.dataset("/i").read(long[].class)).hasSize(101);
        }
        end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FALSE", "TRUE"})
    void aReaderDoesNotStopTheStream(String locking) {
        start(false);
        try (Running reader = Python.start(HOLD, file, "r", locking)) {
            assertThat(reader.hear()).isEqualTo("10 rows");
            emitAndCommit(10);
            emitAndCommit(10);
            reader.send("and now?");
            assertThat(reader.hear()).as("its old view").isEqualTo("10 rows");
            assertThat(H5py.read(file).values("/i"))
                    .as("what a new reader sees")
                    .hasSize(30);
        }
        end();
        assertThat(H5py.read(file).values("/i")).hasSize(30).startsWith(0L).endsWith(29L);
    }

    @Test
    void aProgramThatWritesKeepsAnewStreamOut() {
        Run.write(file, H5Record.of("i", 1));
        try (Running writer = Python.start(HOLD, file, "r+", "TRUE")) {
            assertThat(writer.hear()).isEqualTo("1 rows");

            boolean seen = Path.of("/proc/locks").toFile().canRead();
            String whoHasIt = seen
                    ? ": another program has opened it for writing; "
                    : "it is marked as open for writing: another program has it open, or a writer died";
            Run.fail(file, H5Record.of("i", 2)).isAboutTheFile(file, whoHasIt);
        }
        Run.write(file, H5Record.of("i", 3));

        assertThat(H5py.read(file).values("/i")).containsExactly(1, 3);
    }

    @Test
    void aFileThatAProgramWritesIsNotReplaced() {
        Run.write(file, H5Record.of("i", 1));
        try (Running writer = Python.start(HOLD, file, "r+", "TRUE")) {
            assertThat(writer.hear()).isEqualTo("1 rows");

            assertThat(Run.fail(H5Writer.<Object>to(file).open(OpenMode.TRUNCATE), H5Record.of("i", 2))
                            .error())
                    .isInstanceOf(H5FileException.class)
                    .hasMessageContaining("another program has opened it for writing");
            writer.send("is all there?");
            assertThat(writer.hear()).isEqualTo("1 rows");
        }
        Run.write(H5Writer.<Object>to(file).open(OpenMode.TRUNCATE), Flux.just(H5Record.of("i", 3)));

        assertThat(H5py.read(file).values("/i")).containsExactly(3);
    }

    @Test
    void aProgramThatWritesHoldsUpARunningStream() {
        start(false);
        try (Running writer = Python.start(HOLD, file, "r+", "TRUE")) {
            assertThat(writer.hear()).isEqualTo("10 rows");
            emit(10);
            Await.until("the file was refused several times", () -> refusals.get() > 5);
            assertThat(committed).hasValue(10);
        }
        Await.until("the sink goes on", () -> committed.get() == emitted);
        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(H5py.read(file).values("/i")).hasSize(20).endsWith(19L);
    }

    /** Counts how often the file was refused because someone else has it. */
    private final class Counting extends StoreProbe {

        Counting(WritableFile store) {
            super(store);
        }

        @Override
        public void before(Call call) {}

        @Override
        public void open() {
            try {
                super.open();
            } catch (StorageException e) {
                if (e.kind() == StorageException.Kind.BUSY) {
                    refusals.incrementAndGet();
                }
                throw e;
            }
        }
    }
}
