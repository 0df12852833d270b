package io.h5sink;

import io.h5sink.codec.ChunkCoding;
import io.h5sink.codec.CompressionRule;
import io.h5sink.codec.Workers;
import io.h5sink.hdf5.Repack;
import java.nio.file.Path;
import java.util.List;

/** Writes a file anew, in turns on the HDF5 thread, so that sinks get theirs, too. */
final class Repacking {

    /** Chunks that are compressed and not written yet take no more. */
    private static final long CODED_BYTES = 16 << 20;

    private Repacking() {}

    static List<String> run(Reading reading, Path to, CompressionRule compression) {
        try (Workers.Line line = Workers.shared().line(CODED_BYTES)) {
            ChunkCoding coding = new ChunkCoding(compression, () -> line);
            Repack repack = reading.ask(
                    file -> reading.keep(Repack.begin(file, reading.origin.stored(), to.toAbsolutePath(), coding)));
            try {
                boolean more;
                do {
                    more = reading.ask(file -> repack.next());
                } while (more);
                return repack.lost();
            } finally {
                reading.ask(file -> {
                    reading.close(repack);
                    return true;
                });
            }
        }
    }
}
