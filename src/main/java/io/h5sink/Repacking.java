package io.h5sink;

import io.h5sink.codec.ChunkCodec;
import io.h5sink.codec.CompressionRule;
import io.h5sink.codec.Filtering;
import io.h5sink.codec.Workers;
import io.h5sink.hdf5.ChunkCoder;
import io.h5sink.hdf5.Repack;
import io.h5sink.hdf5.RepackCoding;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a file anew, in turns on the HDF5 thread, so that sinks get theirs, too. */
final class Repacking implements RepackCoding {

    /** Chunks that are compressed and not written yet take no more. */
    private static final long CODED_BYTES = 16 << 20;

    private final CompressionRule compression;
    private final Workers.Line line;

    private Repacking(CompressionRule compression, Workers.Line line) {
        this.compression = compression;
        this.line = line;
    }

    static List<String> run(Reading reading, Path to, CompressionRule compression) {
        try (Workers.Line line = Workers.shared().line(CODED_BYTES)) {
            RepackCoding coding = new Repacking(compression, line);
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

    @Override
    public boolean codes() {
        return !compression.equals(CompressionRule.NONE);
    }

    @Override
    public boolean needsSample() {
        return compression.auto();
    }

    @Override
    public @Nullable ChunkCoder make(int elementBytes, int chunkBytes, ByteBuffer sample) {
        Filtering filtering = compression.filtering(elementBytes, sample);
        return filtering.filters(elementBytes, chunkBytes).isEmpty()
                ? null
                : new LineCoder(ChunkCodec.of(filtering, elementBytes, chunkBytes), line);
    }
}
