package io.h5sink.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.storage.UnsuitedFileException;
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
}
