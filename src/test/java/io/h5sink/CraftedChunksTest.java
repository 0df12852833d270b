package io.h5sink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Chunks that inflate to a byte, which HDF5 takes for whole ones, where sinks and recovery read. {@link HostileFilesTest} appends to some. */
class CraftedChunksTest {

    /** Puts in place of a dataset one of large chunks, the first of which is crafted. */
    private static final String REPLACE = """
            import h5py, sys, zlib
            with h5py.File(sys.argv[1], 'r+') as f:
                old = f[sys.argv[2]]
                dtype, shape, attributes = old.id.get_type(), old.shape, dict(old.attrs)
                commits = old.attrs.get('commits')
                del f[sys.argv[2]]
                dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                dcpl.set_chunk((1 << 18,))
                dcpl.set_shuffle()
                dcpl.set_deflate(1)
                space = h5py.h5s.create_simple(shape, (h5py.h5s.UNLIMITED,))
                new = h5py.Dataset(h5py.h5d.create(f.id, sys.argv[2].encode(), dtype, space, dcpl))
                new.id.write_direct_chunk((0,), zlib.compress(b'x'))
                if commits is not None:
                    new.attrs['commits'] = commits
            """;

    private static final String DAMAGED = "it is damaged: the chunk at [0]: it has 1 bytes, where ";

    record Reading(long offset, int value) {}

    @TempDir
    Path directory;

    private static H5Writer<Reading> writer(Path file) {
        return H5Writer.to(file.toString(), Reading.class)
                .position(Reading::offset)
                .build();
    }

    @Test
    void positions() {
        Path file = directory.resolve("data.h5");
        writer(file).write(Flux.range(0, 5).map(i -> new Reading(i, i))).block(Await.LIMIT);
        Python.run(REPLACE, file, "/.h5sink/positions");

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
        Python.run(REPLACE, file, "/value");

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
        Python.run(REPLACE, file, "/channel");

        assertThatThrownBy(() -> writer.write(Flux.just(new Spectrum(2, new float[] {3, 4})))
                        .block(Await.LIMIT))
                .isInstanceOf(H5Exception.class)
                .hasMessageContaining(DAMAGED);
    }
}
