package io.h5sink.sink;

import io.h5sink.access.OpenFiles;
import io.h5sink.access.Problem;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.write.PositionReader;
import io.h5sink.sink.settings.Settings;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads the committed positions of a file, also while a sink of this JVM writes to the file. Any thread; blocks. */
public final class LastPositions {

    private LastPositions() {}

    public static Map<String, Long> of(Settings settings) {
        Path file = settings.file();
        StoredFile stored = settings.stored();
        List<Path> identities = stored.identities();
        Map<String, Long> published = OpenFiles.positions(identities.get(0));
        if (published != null) {
            return published;
        }
        try {
            Library.require();
            if (RollbackJournal.isBeside(file) && OpenFiles.claim(identities)) {
                try {
                    PositionReader.undoHalfDone(stored);
                } finally {
                    OpenFiles.release(identities);
                }
            }
            return PositionReader.read(stored);
        } catch (StorageException e) {
            throw settings.failures().of(Problem.of(e), file, 0);
        }
    }
}
