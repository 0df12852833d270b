package io.h5sink.jhdf5.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.WritableFile;
import io.h5sink.jhdf5.file.FileImage;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no file of these providers can show. */
class LibraryFileTest {

    @TempDir
    Path directory;

    @Test
    void aDriverThatAProviderLacksIsNamed() {
        Path file = directory.resolve("data.h5");
        FileDriver direct = new FileDriver("direct()") {};
        WritableFile store =
                new LibraryFile(new OpenRequest(new StoredFile(file, direct), OpenMode.APPEND, Sharing.RELEASE, false));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(store::open)
                .withMessageStartingWith("Driver.direct() is not offered by HDF5 1.")
                .withMessageEndingWith(": H5Pset_fapl of Driver.direct()")
                .matches(e -> e.kind() == StorageException.Kind.FILE);
        assertThat(file).doesNotExist();
    }

    @Test
    void anImageThatOutgrowsABufferIsRefused() {
        CoreDriver access = new CoreDriver(4096, CoreDriver.End.IMAGE);
        LibraryFile file = new LibraryFile(new OpenRequest(
                new StoredFile(directory.resolve("data.h5"), access), OpenMode.APPEND, Sharing.RELEASE, false));
        file.open();
        try {
            new FileImage(access, 10_000).mustFit(file.id());
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> new FileImage(access, 10).mustFit(file.id()))
                    .withMessageMatching("its image has \\d+ bytes, and a buffer holds at most 10")
                    .matches(e -> e.kind() == StorageException.Kind.WRITE);
        } finally {
            file.close();
        }
    }
}
