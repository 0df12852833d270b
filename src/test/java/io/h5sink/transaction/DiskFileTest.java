package io.h5sink.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The size of a {@link DiskFile} that others change, too. */
class DiskFileTest {

    @TempDir
    Path directory;

    /** The C library truncates a file when it closes the file, also where Java has made the file longer. */
    @Test
    void isExtendedAgainAfterAnotherWriterHasTruncatedTheFile() throws IOException {
        Path file = directory.resolve("data.h5");
        Run.write(file, H5Record.of("a", 1));
        long size = Files.size(file);
        try (DiskFile disk = new DiskFile(new StoredFile(file, new PosixDriver(false)))) {
            disk.mustBeAllowed(size + 4096);
            assertThat(file).hasSize(size + 4096);

            truncate(file, size);
            disk.reach(size + 100);
            assertThat(file).hasSize(size + 100);

            truncate(file, size - 1);
            disk.fit();
            assertThat(file).hasSize(size);
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
