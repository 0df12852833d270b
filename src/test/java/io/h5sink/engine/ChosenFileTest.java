package io.h5sink.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.StoreProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file goes to the C library as a whole when Java cannot write it. */
class ChosenFileTest {

    @Test
    void aFileThatJavaCannotOpenIsOpenedOnce() {
        WritableFile java = new StoreProbe(MemoryStore.keeping()) {
            @Override
            public void before(Call call) {
                if (call == Call.OPEN) {
                    throw new UnsuitedFileException("data.h5", "it is of another kind");
                }
            }
        };
        List<StoreProbe.Call> calls = new ArrayList<>();
        WritableFile library = new StoreProbe(MemoryStore.keeping()) {
            @Override
            public void before(Call call) {
                calls.add(call);
            }
        };
        OpenRequest request = new OpenRequest(
                new StoredFile(Path.of("data.h5"), new PosixDriver(false)), OpenMode.APPEND, Sharing.EXCLUSIVE, false);
        ChosenFile file = new ChosenFile(request, its -> java, its -> library);

        file.open();

        assertThat(file.isOpen()).isTrue();
        assertThat(calls).containsExactly(StoreProbe.Call.OPEN);
    }

    /** A file in memory, none of whose bytes get to disk, has a dataset that Java cannot extend. */
    private static ChosenFile inMemory(List<OpenRequest> library) {
        WritableFile java = new StoreProbe(MemoryStore.keeping()) {
            @Override
            public void before(Call call) {
                if (call == Call.DATASET) {
                    throw new UnsuitedFileException("/x", "it has filters that Java does not have");
                }
            }

            @Override
            public boolean abandon() {
                return false;
            }
        };
        OpenRequest request = new OpenRequest(
                new StoredFile(Path.of("data.h5"), new CoreDriver(1 << 16, CoreDriver.End.NOTHING)),
                OpenMode.APPEND,
                Sharing.EXCLUSIVE,
                false);
        return new ChosenFile(request, its -> java, its -> {
            library.add(its);
            return MemoryStore.keeping();
        });
    }

    private static void dataset(ChosenFile file) {
        file.dataset("/x", ColumnType.scalar(ColumnType.Kind.INT64), new long[] {1}, ChunkCoding.NONE);
    }

    @Test
    void aFileInMemoryWithoutCommitsIsOpenedInTheLibrary() {
        List<OpenRequest> library = new ArrayList<>();
        ChosenFile file = inMemory(library);
        file.open();

        dataset(file);

        assertThat(library).extracting(OpenRequest::mode).containsExactly(OpenMode.APPEND);
        assertThat(file.isOpen()).isTrue();
    }

    @Test
    void aFileInMemoryKeepsWhatIsCommitted() {
        List<OpenRequest> library = new ArrayList<>();
        ChosenFile file = inMemory(library);
        file.open();
        file.commit();
        file.open();

        assertThatThrownBy(() -> dataset(file)).hasMessageContaining("which only the C library can write");
        assertThat(library).isEmpty();
    }
}
