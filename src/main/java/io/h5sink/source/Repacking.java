package io.h5sink.source;

import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.CompressionRule;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.jhdf5.repack.Repacker;
import java.nio.file.Path;
import java.util.List;

/** Repacks a file into a new one, in many short tasks on the HDF5 thread, so that sinks can use that thread between them. */
public final class Repacking {

    /** The memory for compressed chunks that are not written yet, in bytes. */
    private static final long CODED_BYTES = 16 << 20;

    private Repacking() {}

    public static List<String> run(SourceHandle reading, Path to, CompressionRule compression) {
        try (FilterExecutor.Line line = FilterExecutor.shared().line(CODED_BYTES)) {
            ChunkCoding coding = new ChunkCoding(compression, () -> line);
            Repacker repack = reading.ask(
                    file -> reading.keep(Repacker.begin(file, reading.origin.stored(), to.toAbsolutePath(), coding)));
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
