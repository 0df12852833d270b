package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import io.h5sink.H5Dataset;
import io.h5sink.H5ReadException;
import io.h5sink.H5Source;
import io.h5sink.foreign.HostileChunks;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.StoredChunk;
import io.h5sink.judge.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements of filtered chunks are replaced in place, unless one of the chunks is damaged: then none is. */
class UpdateFilteredTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void damagedChunksAreRefusedAndNothingIsChanged(String version) throws IOException {
        HostileChunks.make(directory.resolve("data.h5"));
        Path file = directory.resolve("data.h5" + version);
        byte[] before = Files.readAllBytes(file);
        try (H5Source h5 = H5Source.update(file)) {
            for (String name : h5.datasets()) {
                if (!name.endsWith("-long")) {
                    H5Dataset dataset = h5.dataset(name);
                    for (String slice : List.of("8", "1:9")) {
                        assertThatThrownBy(() -> dataset.slice(slice).write(-1))
                                .as("%s[%s]", name, slice)
                                .isInstanceOf(H5ReadException.class)
                                .hasMessageStartingWith(file + ": /" + name + ": it is damaged: the chunk at [");
                    }
                    assertThatThrownBy(() -> dataset.slice("8").read())
                            .as(name)
                            .isInstanceOf(H5ReadException.class)
                            .hasMessageContaining("the chunk at [");
                }
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    /** What is damaged is not needed then. */
    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void aChunkOfWhichAllIsReplacedMayBeDamaged(String version) {
        HostileChunks.make(directory.resolve("data.h5"));
        Path file = directory.resolve("data.h5" + version);
        long[] values = LongStream.range(100, 106).toArray();
        try (H5Source h5 = H5Source.update(file)) {
            for (String name : h5.datasets()) {
                if (name.startsWith("growing") || name.startsWith("fixed")) {
                    h5.dataset(name).slice("6:12").write(values);
                    assertThat(h5.dataset(name).slice("5:13").read(long[].class))
                            .as(name)
                            .containsExactly(5, 100, 101, 102, 103, 104, 105, 12);
                }
            }
        }
        if (!Python.isPresent()) {
            return;
        }
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1]) as f:
                    for name in f:
                        if name.startswith('growing') or name.startswith('fixed'):
                            assert list(f[name]) == [*range(6), *range(100, 106), *range(12, len(f[name]))], name
                """, file);
    }

    /** Also where the library gets elements of another size than it stores, and in a chunk at the edge. */
    @Test
    void elementsOfAllSizes() {
        Path file = directory.resolve("data.h5");
        byte[] crafted = Arrays.copyOf(HostileChunks.zlib(new byte[3]), 15);
        Foreign.make(file, false, id -> {
            for (String name : List.of("good", "bad")) {
                new ForeignDataset(id, name, Foreign.integer(3, true, true))
                        .shape(6, 7)
                        .chunk(4, 4)
                        .property(H5::H5Pset_shuffle)
                        .gzip(1)
                        .property(H5::H5Pset_fletcher32)
                        .with(IntStream.range(0, 42).toArray());
            }
        });
        StoredChunk.write(
                file,
                List.of(
                        new StoredChunk("bad", new long[] {0, 0}, crafted),
                        new StoredChunk("bad", new long[] {4, 4}, crafted)));
        try (H5Source h5 = H5Source.update(file)) {
            for (String slice : List.of(":4, :4", "4:, 4:", "5, 6")) {
                assertThatThrownBy(() -> h5.dataset("bad").slice(slice).write(-1))
                        .as(slice)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageContaining("it is damaged");
                h5.dataset("good").slice(slice).write(-1);
            }
            h5.dataset("good").slice("1, ::3").write(new int[] {100, 101, 102});
            h5.dataset("bad").slice("2, 4:").write(new int[] {7, 8, 9});
            assertThat(h5.dataset("good").read(int[][].class)).isDeepEqualTo(new int[][] {
                {-1, -1, -1, -1, 4, 5, 6},
                {100, -1, -1, 101, 11, 12, 102},
                {-1, -1, -1, -1, 18, 19, 20},
                {-1, -1, -1, -1, 25, 26, 27},
                {28, 29, 30, 31, -1, -1, -1},
                {35, 36, 37, 38, -1, -1, -1}
            });
            assertThat(h5.dataset("bad").slice("2, 4:").read(int[].class)).containsExactly(7, 8, 9);
        }
    }
}
