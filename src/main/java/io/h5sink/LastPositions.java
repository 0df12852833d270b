package io.h5sink;

import io.h5sink.hdf5.PositionReader;
import io.h5sink.hdf5.StoreException;
import java.util.Map;

/** The committed positions of a file, whoever writes to it. Any thread; blocks. */
final class LastPositions {

    private LastPositions() {}

    static Map<String, Long> of(Settings settings) {
        Map<String, Long> told = OpenFiles.positions(
                OpenFiles.identity(settings.driver().files(settings.file()).get(0)));
        if (told != null) {
            return told;
        }
        try {
            return PositionReader.read(settings.file(), settings.driver().access());
        } catch (StoreException e) {
            throw Failures.of(Problem.of(e), settings.file(), 0);
        }
    }
}
