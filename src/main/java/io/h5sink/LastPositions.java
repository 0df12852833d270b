package io.h5sink;

import io.h5sink.hdf5.Journal;
import io.h5sink.hdf5.Library;
import io.h5sink.hdf5.PositionReader;
import io.h5sink.hdf5.StoreException;
import io.h5sink.hdf5.StoredFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The committed positions of a file, whoever writes to it. Any thread; blocks. */
final class LastPositions {

    private LastPositions() {}

    static Map<String, Long> of(Settings settings) {
        Path file = settings.file();
        StoredFile stored = settings.stored();
        List<Path> identities = stored.identities();
        Map<String, Long> published = OpenFiles.positions(identities.get(0));
        if (published != null) {
            return published;
        }
        try {
            Library.require();
            if (Journal.isBeside(file) && OpenFiles.claim(identities)) {
                try {
                    PositionReader.undoHalfDone(stored);
                } finally {
                    OpenFiles.release(identities);
                }
            }
            return PositionReader.read(stored);
        } catch (StoreException e) {
            throw settings.failures().of(Problem.of(e), file, 0);
        }
    }
}
