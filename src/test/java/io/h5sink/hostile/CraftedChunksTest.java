package io.h5sink.hostile;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.H5Writer;
import io.h5sink.foreign.HostileChunks;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.StoredChunk;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Chunks that inflate to a byte, which HDF5 takes for whole ones, where sinks and recovery read. {@link HostileFilesTest} appends to some. */
class CraftedChunksTest {

    private static final String DAMAGED = "it is damaged: the chunk at [0]: it has 1 bytes, where ";

    record Reading(long offset, int value) {}

    @TempDir
    Path directory;

    private static H5Writer<Reading> writer(Path file) {
        return H5Writer.to(file.toString(), Reading.class)
                .position(Reading::offset)
                .build();
    }

    /** Puts in place of a dataset one of large chunks, the first of which is crafted. */
    private static void replace(Path file, String path) {
        Foreign.make(file, false, id -> {
            long old = H5.H5Dopen(id, path, HDF5Constants.H5P_DEFAULT);
            long type = H5.H5Dget_type(old);
            long space = H5.H5Dget_space(old);
            byte[] commits = new byte[Long.BYTES];
            boolean counted = H5.H5Aexists(old, "commits");
            if (counted) {
                long attribute = H5.H5Aopen(old, "commits", HDF5Constants.H5P_DEFAULT);
                H5.H5Aread(attribute, HDF5Constants.H5T_NATIVE_INT64, commits);
                H5.H5Aclose(attribute);
            }
            H5.H5Ldelete(id, path, HDF5Constants.H5P_DEFAULT);
            new ForeignDataset(id, path, () -> H5.H5Tcopy(type))
                    .shape(H5.H5Sget_simple_extent_npoints(space))
                    .maximum(ForeignDataset.UNLIMITED)
                    .chunk(1 << 18)
                    .property(H5::H5Pset_shuffle)
                    .gzip(1)
                    .unwritten();
            if (counted) {
                ForeignDataset.attribute(id, path, "commits", Foreign.integer(8, true, false), commits);
            }
            H5.H5Sclose(space);
            H5.H5Tclose(type);
            H5.H5Dclose(old);
        });
        StoredChunk.write(file, List.of(new StoredChunk(path, 0, HostileChunks.zlib(new byte[] {'x'}))));
    }

    @Test
    void positions() {
        Path file = directory.resolve("data.h5");
        writer(file).write(Flux.range(0, 5).map(i -> new Reading(i, i))).block(Await.LIMIT);
        replace(file, "/.h5sink/positions");

        assertThatThrownBy(() -> writer(file).positions())
                .isInstanceOf(H5Exception.class)
                .hasMessageContaining(DAMAGED);
        assertThatThrownBy(
                        () -> writer(file).write(Flux.just(new Reading(5, 5))).block(Await.LIMIT))
                .isInstanceOf(H5Exception.class)
                .hasMessageContaining(DAMAGED);
    }

    @Test
    void lastRowsThatRecoveryReads() {
        Path file = directory.resolve("data.h5");
        writer(file).write(Flux.range(0, 5).map(i -> new Reading(i, i))).block(Await.LIMIT);
        replace(file, "/value");

        assertThatThrownBy(() -> H5Writer.recover(file))
                .isInstanceOf(H5FileException.class)
                .hasMessageContaining(DAMAGED);
    }

    record Spectrum(int id, float[] counts) {}

    @Test
    void labelsOfAxes() {
        Path file = directory.resolve("data.h5");
        H5Writer<Spectrum> writer = H5Writer.to(file.toString(), Spectrum.class)
                .axis("id")
                .column("counts", column -> column.axis(1, "channel", new double[] {1, 2}))
                .build();
        writer.write(Flux.just(new Spectrum(1, new float[] {3, 4}))).block(Await.LIMIT);
        replace(file, "/channel");

        assertThatThrownBy(() -> writer.write(Flux.just(new Spectrum(2, new float[] {3, 4})))
                        .block(Await.LIMIT))
                .isInstanceOf(H5Exception.class)
                .hasMessageContaining(DAMAGED);
    }
}
