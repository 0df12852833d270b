package io.h5sink.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Record;
import io.h5sink.Sharing;
import io.h5sink.format.Superblock;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The marks that the steps of a {@link Transaction} leave in a file. */
class TransactionTest {

    @TempDir
    Path directory;

    private Path file;
    private Transaction transaction;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("data.h5");
        Run.write(file, H5Record.of("a", 1));
        transaction = new Transaction(
                new StoredFile(file, new PosixDriver(false)), RollbackJournal.open(file), Sharing.RELEASE, false);
        transaction.open();
        assertThat(isMarked()).isTrue();
    }

    private boolean isMarked() throws IOException {
        return Objects.requireNonNull(Superblock.read(file)).marked();
    }

    @Test
    void aCommitThatWaitsLeavesTheFileToOthersAndGoesOn() throws IOException {
        assertThat(transaction.suspend()).isTrue();
        assertThat(isMarked()).isFalse();

        assertThat(transaction.begin()).isTrue();
        assertThat(isMarked()).isTrue();
        transaction.commit();
        assertThat(isMarked()).isFalse();
        transaction.leave();
        transaction.end();
    }

    @Test
    void aCommitThatWaitedDoesNotGoOnInAFileThatHasChanged() throws IOException {
        transaction.suspend();
        Files.setLastModifiedTime(file, FileTime.fromMillis(1)); // as another program's writing does

        assertThatThrownBy(transaction::begin)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("another program has written to it while it waited");
        assertThat(isMarked()).isFalse();
        transaction.forsake();
        transaction.end();
        assertThat(directory.toFile().list()).containsExactly("data.h5");
    }

    @Test
    void anUndoneCommitLeavesTheFileUnmarked() throws IOException {
        long size = Files.size(file);
        transaction.file().append(ByteBuffer.allocate(100));

        transaction.undo();
        transaction.end();
        assertThat(isMarked()).isFalse();
        assertThat(file).hasSize(size);
        assertThat(directory.toFile().list()).containsExactly("data.h5");
    }
}
