package io.h5sink.jhdf5.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.H5FileException;
import io.h5sink.H5Writer;
import io.h5sink.RecoveryReport;
import io.h5sink.format.Superblock;
import io.h5sink.judge.Python;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.transaction.DiskFile;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Files that are put right on demand, or left alone. What kills leave behind, the tests of kills make. */
class RecoveryTest {

    record One(long value) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private static void append(Path file, int from, int count) {
        Flux.range(from, count)
                .map(One::new)
                .as(H5Writer.<One>to(file).chunkRows(8).build()::write)
                .block(Duration.ofSeconds(30));
    }

    private void assertValues(int count) {
        try (HdfFile jhdf = new HdfFile(file)) {
            assertThat((long[]) jhdf.getDatasetByPath("/value").getData())
                    .containsExactly(LongStream.range(0, count).toArray());
        }
        if (Python.isPresent()) {
            assertThat(Python.run(
                            "import h5py, sys; print(h5py.File(sys.argv[1], 'r')['value'][:].tolist() == list(range(int(sys.argv[2]))))",
                            file,
                            count))
                    .isEqualToIgnoringNewLines("True");
        }
    }

    /** Marks a file as open for writing, as a writer that died leaves it. */
    private void mark() throws IOException {
        try (DiskFile disk = new DiskFile(new StoredFile(file, new PosixDriver(false)))) {
            disk.mark(true);
        }
    }

    /** Leaves a mark, or a part of one, as a writer that dies while a commit begins or ends. */
    private void mark(int flags, int sealedFor) throws IOException {
        Superblock superblock = Objects.requireNonNull(Superblock.read(file));
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer head = ByteBuffer.wrap(bytes);
        head.put(Superblock.FLAGS, (byte) sealedFor);
        superblock.seal(head, 0);
        head.put(Superblock.FLAGS, (byte) flags);
        Files.write(file, bytes);
    }

    /** Notes in a journal what a file was, as a writer that dies later does. */
    private void noteAll() throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
        RollbackJournal journal = RollbackJournal.open(file);
        journal.note(RollbackJournal.Kind.FLUSH, List.of(new RollbackJournal.Image(0, all)));
        journal.close();
        assertThat(RollbackJournal.of(file)).exists();
    }

    private void assertRefused(String... words) {
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> H5Writer.recover(file))
                .satisfies(
                        e -> assertThat(e.getMessage()).startsWith(file + ": ").contains(words));
    }

    @Test
    void aCompleteFileIsLeftAsItIs() throws IOException {
        append(file, 0, 20);
        byte[] bytes = Files.readAllBytes(file);

        RecoveryReport report = H5Writer.recover(file);

        assertThat(report.changed()).isFalse();
        assertThat(report.what()).isEqualTo("it is complete; all of its 1 datasets can be read");
        assertThat(file).hasBinaryContent(bytes);
        assertThat(RollbackJournal.of(file)).doesNotExist();
    }

    @Test
    void aCommitThatWasNotCompletedIsUndone() throws IOException {
        append(file, 0, 20);
        noteAll();
        Path journal = RollbackJournal.of(file);
        Path aside = directory.resolve("aside");
        Files.move(journal, aside);
        append(file, 20, 30); // what the commit did before its writer died
        Files.move(aside, journal);
        Files.setLastModifiedTime(journal, FileTime.from(Instant.now()));
        mark();

        RecoveryReport report = H5Writer.recover(file);

        assertThat(report.changed()).isTrue();
        assertThat(report.what()).contains("died within a commit, which was undone");
        assertValues(20);
        assertThat(journal).doesNotExist();
        append(file, 20, 5);
        assertValues(25);
    }

    @Test
    void theNextSessionUndoesIt() throws IOException {
        append(file, 0, 20);
        noteAll();
        mark();

        append(file, 20, 5);

        assertValues(25);
        assertThat(RollbackJournal.of(file)).doesNotExist();
    }

    @Test
    void aFileThatWasChangedSinceIsNotUndone() throws IOException {
        append(file, 0, 20);
        noteAll();
        byte[] journal = Files.readAllBytes(RollbackJournal.of(file));
        Files.setLastModifiedTime(
                RollbackJournal.of(file), FileTime.from(Instant.now().minusSeconds(600)));
        byte[] bytes = Files.readAllBytes(file);

        assertRefused("it was changed at", "remove " + RollbackJournal.of(file));

        assertThat(file).hasBinaryContent(bytes);
        assertThat(RollbackJournal.of(file)).hasBinaryContent(journal);
    }

    @Test
    void aFileThatWasBeingMadeIsRemoved() throws IOException {
        Files.write(file, new byte[3]);
        try (RollbackJournal journal = RollbackJournal.open(file)) {
            journal.note(RollbackJournal.Kind.BIRTH, List.of());
        }

        assertThat(H5Writer.recover(file).what()).contains("before the first commit");

        assertThat(file).doesNotExist();
        assertThat(RollbackJournal.of(file)).doesNotExist();
    }

    @Test
    void aJournalThatWasBeingWrittenChangesNothing() throws IOException {
        append(file, 0, 20);
        noteAll();
        byte[] torn = Files.readAllBytes(RollbackJournal.of(file));
        torn[100]++;
        Files.write(RollbackJournal.of(file), torn);
        byte[] bytes = Files.readAllBytes(file);
        mark();

        RecoveryReport report = H5Writer.recover(file);

        assertThat(report.what()).contains("not marked as open any more");
        assertThat(file).hasBinaryContent(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0, false",
        "3, 3, false",
        "0, 3, false",
        "3, 1, false",
        "3, 0, true",
        "3, 3, true",
        "0, 3, true",
        "3, 1, true"
    })
    void aMarkOfACommitThatIsLeftIsTakenAway(int flags, int sealedFor, boolean journal) throws IOException {
        append(file, 0, 20);
        byte[] complete = Files.readAllBytes(file);
        mark(flags, sealedFor);
        if (journal) {
            Files.createFile(RollbackJournal.of(file));
        }

        RecoveryReport report = H5Writer.recover(file);

        assertThat(report.changed()).isTrue();
        assertThat(report.what()).contains("writer", "died");
        assertThat(file).hasBinaryContent(complete);
        assertThat(H5Writer.recover(file).changed()).isFalse();

        mark(flags, sealedFor);
        append(file, 20, 5);
        assertValues(25);
        assertThat(RollbackJournal.of(file)).doesNotExist();
    }

    @Test
    void aSuperblockThatIsDamagedIsLeftAsItIs() throws IOException {
        append(file, 0, 20);
        mark(0, 0x40);
        byte[] bytes = Files.readAllBytes(file);

        assertThatExceptionOfType(H5FileException.class).isThrownBy(() -> H5Writer.recover(file));
        assertThatExceptionOfType(H5FileException.class).isThrownBy(() -> append(file, 20, 5));

        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void theMarkOfAnotherProgramThatDiedIsTakenAway() throws IOException {
        Python.run("""
                import h5py, os, sys
                if os.fork() == 0:
                    f = h5py.File(sys.argv[1], 'w', libver='latest')
                    f['value'] = list(range(20))
                    f.flush()
                    os.kill(os.getpid(), 9)
                os.wait()
                """, file);

        RecoveryReport report = H5Writer.recover(file);

        assertThat(report.changed()).isTrue();
        assertThat(report.what()).contains("by a writer that died", "1 datasets can be read");
        assertValues(20);
    }

    @Test
    void theMarkOfAnotherProgramThatLivesStays() throws IOException {
        append(file, 0, 20);
        Python.run("import h5py, sys; h5py.held = h5py.File(sys.argv[1], 'r+')", file);
        try {
            byte[] bytes = Files.readAllBytes(file);
            assertRefused("another program has it open");
            assertThat(file).hasBinaryContent(bytes);
        } finally {
            Python.run("import h5py; h5py.held.close(); del h5py.held");
        }
    }

    @Test
    void aFileThatCannotBePutRightIsLeftAsItIs() throws IOException {
        append(file, 0, 2000);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 200; i < 260; i++) {
            bytes[i] = (byte) 0xA5; // the header of the dataset
        }
        Files.write(file, bytes);
        mark();
        bytes = Files.readAllBytes(file);

        assertRefused("its writer died, and it cannot be put right: ", "it is damaged, in /value", "it is as it was");

        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void noFile() {
        assertRefused("it does not exist");
    }

    @Test
    void notHdf5() throws IOException {
        Files.writeString(file, "text");

        assertRefused("it is not an HDF5 file");
    }
}
