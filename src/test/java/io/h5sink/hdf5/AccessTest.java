package io.h5sink.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no file of these providers can show. */
class AccessTest {

    @TempDir
    Path directory;

    @Test
    void aDriverThatAProviderLacksIsNamed() {
        Path file = directory.resolve("data.h5");
        Access direct = new Access("direct()") {};
        Store store = new Hdf5File(
                new OpenRequest(new StoredFile(file, direct), OpenMode.APPEND, Sharing.RELEASE, false));

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(store::open)
                .withMessageStartingWith("Driver.direct() is not offered by HDF5 1.")
                .withMessageEndingWith(": H5Pset_fapl of Driver.direct()")
                .matches(e -> e.kind() == StoreException.Kind.FILE);
        assertThat(file).doesNotExist();
    }

    @Test
    void anImageThatOutgrowsABufferIsRefused() {
        CoreAccess access = new CoreAccess(4096, CoreAccess.End.IMAGE);
        Hdf5File file = new Hdf5File(new OpenRequest(
                new StoredFile(directory.resolve("data.h5"), access), OpenMode.APPEND, Sharing.RELEASE, false));
        file.open();
        try {
            new FileImage(access, 10_000).mustFit(file.id());
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> new FileImage(access, 10).mustFit(file.id()))
                    .withMessageMatching("its image has \\d+ bytes, and a buffer holds at most 10")
                    .matches(e -> e.kind() == StoreException.Kind.WRITE);
        } finally {
            file.close();
        }
    }
}
