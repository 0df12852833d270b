package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5Dataset;
import io.h5sink.H5ReadException;
import io.h5sink.H5Source;
import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.Filtering;
import io.h5sink.filter.Samples;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.Python;
import io.h5sink.testing.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks are read whatever they went through, where HDF5 or a codec of this library knows it; and no more of them than is asked for. */
class SourceFiltersTest {

    @TempDir
    Path directory;

    static Stream<Filtering> chains() {
        return Samples.chains().stream();
    }

    /** The chunks are packed here, and put into the file by the C library as they are, which JHDF5 leaves to h5py. */
    @ParameterizedTest
    @MethodSource("chains")
    void allChains(Filtering filtering) {
        Path file = directory.resolve("data.h5");
        int bytes = 8 * 1024;
        FilterPipeline pipeline = FilterPipeline.of(filtering, Double.BYTES, bytes);
        ByteBuffer chunk = Samples.chunk(Samples.Content.WALK, bytes);
        double[] expected = new double[1024];
        DoubleBuffer values = chunk.duplicate().order(chunk.order()).asDoubleBuffer();
        values.get(expected);
        ByteBuffer packed = ByteBuffer.allocateDirect(pipeline.bound());
        int mask = pipeline.encode(chunk, packed, new Scratch());
        packed.flip();
        if (Foreign.hasPacked()) {
            Hdf5Calls.make(
                    file,
                    id -> Foreign.packed(id, "data", Foreign.real(8, false), 1024, pipeline.filters(), mask, packed));
        } else {
            h5py(file, pipeline, mask, packed);
        }
        try (H5Source h5 = H5Source.open(file)) {
            H5Dataset dataset = h5.dataset("data");
            assertThat(dataset.read(double[].class)).isEqualTo(expected);
            assertThat(dataset.slice("1000:").read(double[].class)).hasSize(24).endsWith(expected[1023]);
        }
    }

    private static void h5py(Path file, FilterPipeline pipeline, int mask, ByteBuffer packed) {
        StringBuilder filters = new StringBuilder();
        pipeline.filters()
                .forEach(filter -> filters.append(filter.id())
                        .append(' ')
                        .append(filter.values().toString().replace(" ", ""))
                        .append(';'));
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                    dcpl.set_chunk((1024,))
                    for each in sys.argv[2].split(';')[:-1]:
                        id, values = each.split(' ')
                        dcpl.set_filter(int(id), h5py.h5z.FLAG_OPTIONAL, tuple(v & 0xffffffff for v in eval(values)))
                    d = h5py.h5d.create(f.id, b'data', h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((1024,)), dcpl)
                    d.write_direct_chunk((0,), bytes.fromhex(sys.argv[3]), int(sys.argv[4]))
                """, file, filters, HexFormat.of().formatHex(Samples.bytes(packed)), mask);
    }

    @Test
    void damagedChunksAndUnknownFiltersAreSaid() {
        Path file = directory.resolve("data.h5");
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    for name, filter in ('zstd', 32015), ('lz4', 32004), ('lzf', 32000), ('gzip', 1), ('other', 4242):
                        dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                        dcpl.set_chunk((4,))
                        dcpl.set_filter(filter, h5py.h5z.FLAG_OPTIONAL, (4, 261, 32))
                        d = h5py.h5d.create(f.id, name.encode(), h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((4,)), dcpl)
                        d.write_direct_chunk((0,), b'(\\xb5/\\xfd no such chunk at all', 0)
                """, file);
        try (H5Source h5 = H5Source.open(file)) {
            for (String name : h5.datasets()) {
                assertThatThrownBy(() -> h5.dataset(name).read())
                        .as(name)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageStartingWith(file + ": /" + name + ": ");
            }
            assertThat(h5.dataset("other").filters()).containsExactly("filter 4242");
        }
    }

    /** Of 400 chunks of 80 kB, one by one. */
    @Test
    void onlyTheChunksThatASliceTouchesAreRead() {
        Path file = directory.resolve("data.h5");
        Hdf5Calls.make(
                file,
                id -> Hdf5Calls.dataset(
                        id,
                        "a",
                        HDF5Constants.H5T_IEEE_F64LE,
                        new long[] {2000, 2000},
                        null,
                        new long[] {100, 100},
                        dataset -> {
                            double[] values = new Random(7).doubles(4_000_000).toArray();
                            H5.H5Dwrite(dataset, HDF5Constants.H5T_NATIVE_DOUBLE, 0, 0, 0, values, false);
                        }));
        try (H5Source h5 = H5Source.open(file)) {
            long before = bytesRead();
            double[][] corner = h5.dataset("a").slice("150:250, 1950:").read(double[][].class);
            long read = bytesRead() - before;
            assertThat(corner).hasDimensions(100, 50);
            assertThat(read).as("two chunks of 80000 bytes, and the index").isBetween(80_000L, 400_000L);
        }
    }

    /** What this process has read, from the disk or its cache: {@code rchar}. */
    private static long bytesRead() {
        Path io = Path.of("/proc/self/io");
        Require.that(Files.isReadable(io), "there is no /proc/self/io");
        try {
            return Files.readAllLines(io).stream()
                    .filter(line -> line.startsWith("rchar: "))
                    .mapToLong(line -> Long.parseLong(line.substring(7)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of 8 bytes, in datasets whose chunks have 8 MiB. */
    @Test
    void chunksThatSayTheyAreSmallerAreRefused() {
        Path file = directory.resolve("data.h5");
        Python.run("""
                import h5py, struct, sys
                eight = bytes(range(8))
                chunks = {
                    'lz4': (32004, (), struct.pack('>QII', 8, 8, 8) + eight),
                    'lzf': (32000, (4, 261, 8), b'\\x07' + eight),
                    'zstd': (32015, (1,), b'(\\xb5/\\xfd\\x20\\x08\\x41\\x00\\x00' + eight)}
                with h5py.File(sys.argv[1], 'w') as f:
                    for rows, prefix in (1 << 20, 'small'), (1, 'right'):
                        for name, (filter, values, chunk) in chunks.items():
                            dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                            dcpl.set_chunk((rows,))
                            dcpl.set_filter(filter, h5py.h5z.FLAG_OPTIONAL, values)
                            space = h5py.h5s.create_simple((rows,))
                            d = h5py.h5d.create(f.id, (prefix + name).encode(), h5py.h5t.STD_U64BE, space, dcpl)
                            d.write_direct_chunk((0,), chunk, 0)
                """, file);
        try (H5Source h5 = H5Source.open(file)) {
            for (String name : List.of("lz4", "lzf", "zstd")) {
                assertThat(h5.dataset("right" + name).slice("0").read(long.class))
                        .as(name)
                        .isEqualTo(0x0001020304050607L);
                assertThatThrownBy(() -> h5.dataset("small" + name).read())
                        .as(name)
                        .isInstanceOf(H5ReadException.class);
            }
        }
    }
}
