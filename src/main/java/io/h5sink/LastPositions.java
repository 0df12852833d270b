package io.h5sink;

import io.h5sink.hdf5.Access;
import io.h5sink.hdf5.Library;
import io.h5sink.hdf5.PositionReader;
import io.h5sink.hdf5.StoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The committed positions of a file, whoever writes to it. Any thread; blocks. */
final class LastPositions {

    private LastPositions() {}

    static Map<String, Long> of(Settings settings) {
        Path file = settings.file();
        Access access = settings.access();
        List<Path> identities = access.identities(file);
        Map<String, Long> told = OpenFiles.positions(identities.get(0));
        if (told != null) {
            return told;
        }
        try {
            Library.require();
            if (PositionReader.hasWriter(file) && OpenFiles.claim(identities)) {
                try {
                    PositionReader.undoHalfDone(file, access);
                } finally {
                    OpenFiles.release(identities);
                }
            }
            return PositionReader.read(file, access);
        } catch (StoreException e) {
            throw settings.failures().of(Problem.of(e), file, 0);
        }
    }
}
