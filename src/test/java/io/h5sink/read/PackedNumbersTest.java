package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.H5Dataset;
import io.h5sink.H5ReadException;
import io.h5sink.H5Source;
import io.h5sink.filter.Filter;
import io.h5sink.filter.Samples;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.foreign.Specimens;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.StoredChunk;
import io.h5sink.judge.Contents;
import io.h5sink.judge.Python;
import io.jhdf.HdfFile;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of HDF5's own n-bit and scale-offset give what HDF5 reads of them, and damaged ones an error. */
class PackedNumbersTest {

    /** What h5py reads of both. */
    private static final String JUDGE = """
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], 'r') as f:
                for name in f['packed']:
                    read = []
                    for kind in 'packed', 'plain':
                        d = h5py.h5d.open(f[kind].id, name.encode())
                        values = np.zeros(d.shape, 'V%d' % d.get_type().get_size())
                        d.read(h5py.h5s.ALL, h5py.h5s.ALL, values, d.get_type())
                        read.append(values.tobytes())
                    assert read[0] == read[1], name
                    d = h5py.h5d.open(f['packed'].id, name.encode())
                    for i in range(d.get_num_chunks()):
                        assert d.get_chunk_info(i).filter_mask == 0, name
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void scaleOffset(boolean latest) {
        Path file = directory.resolve("data.h5");
        PackedPairs.scaled(file, latest);
        assertReadAsByHdf5(file, 400);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nBit(boolean latest) {
        Path file = directory.resolve("data.h5");
        PackedPairs.bits(file, latest);
        assertReadAsByHdf5(file, 100);
    }

    private static void assertReadAsByHdf5(Path file, int least) {
        if (Python.isPresent()) {
            Python.run(JUDGE, file);
        }
        try (H5Source h5 = H5Source.open(file)) {
            List<String> names = h5.group("packed").datasets();
            assertThat(names).hasSizeGreaterThan(least);
            for (String name : names) {
                assertThat(UnpackedChunksTest.outcome(
                                h5.dataset("packed/" + name).slice("...")))
                        .as(name)
                        .isEqualTo(UnpackedChunksTest.outcome(
                                h5.dataset("plain/" + name).slice("...")));
            }
        }
    }

    /** Of members of variable length the place is packed, too. */
    @Test
    void membersThatAreElsewhere() {
        Path file = directory.resolve("data.h5");
        Foreign.Type row = Foreign.compound(
                20,
                new Foreign.Member("n", 1, PackedPairs.part(Foreign.integer(2, true, false), 12, 0)),
                new Foreign.Member("t", 4, Foreign.string(0, Foreign.Padding.NULLTERM, true)));
        ByteBuffer rows = ByteBuffer.allocate(10 * 20).order(ByteOrder.nativeOrder());
        List<ByteBuffer> texts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            texts.add(ByteBuffer.allocateDirect(7).put(("text " + i).getBytes(StandardCharsets.UTF_8)));
            rows.put(20 * i + 1, (byte) (i - 5)).put(20 * i + 2, (byte) (i - 5 >> Byte.SIZE));
            rows.putLong(20 * i + 4, Foreign.address(texts.get(i)));
        }
        Filter nBit = new Filter(Filter.N_BIT, Filter.OPTIONAL, List.of());
        Foreign.make(file, false, id -> {
            Foreign.unpacked(id, "plain", row, 10, List.of(), rows.array());
            Foreign.unpacked(id, "packed", row, 10, List.of(nBit), rows.array());
            Reference.reachabilityFence(texts);
            assertThat(Foreign.storedBytes(id, "packed")).isLessThan(Foreign.storedBytes(id, "plain"));
        });
        if (Python.isPresent()) {
            Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        assert f['packed'].id.get_chunk_info(0).filter_mask == 0
                        for name in 'plain', 'packed':
                            assert f[name][9]['t'] in (b'text 9', 'text 9'), f[name][9]
                            assert list(f[name]['n']) == list(range(-5, 5)), f[name]['n']
                    """, file);
        }
        try (H5Source h5 = H5Source.open(file)) {
            Object plain = UnpackedChunksTest.outcome(h5.dataset("plain").slice("..."));
            assertThat(plain).asString().contains("-5", "text 9");
            assertThat(UnpackedChunksTest.outcome(h5.dataset("packed").slice("...")))
                    .isEqualTo(plain);
        }
    }

    /** 64 numbers of 2 bytes, in chunks of 32, which go through one of the filters; or none yet. */
    private static void numbers(
            long file, String name, boolean scale, long @Nullable [] maximum, @Nullable IntUnaryOperator value)
            throws HDF5Exception {
        Foreign.Type sixteen = Foreign.integer(2, true, true);
        long type = (scale ? sixteen : PackedPairs.part(sixteen, 12, 0)).make();
        long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        H5.H5Pset_chunk(creation, 1, new long[] {32});
        if (scale) {
            H5.H5Pset_scaleoffset(creation, HDF5Constants.H5Z_SO_INT, 0);
        } else {
            H5.H5Pset_nbit(creation);
        }
        long space = H5.H5Screate_simple(1, new long[] {64}, maximum);
        long dataset = H5.H5Dcreate(file, name, type, space, 0, creation, 0);
        if (value != null) {
            byte[] elements = new byte[128];
            IntStream.range(0, 64).forEach(i -> elements[2 * i + 1] = (byte) value.applyAsInt(i));
            H5.H5Dwrite(dataset, type, 0, 0, 0, elements, false);
        }
        H5.H5Dclose(dataset);
        H5.H5Sclose(space);
        H5.H5Pclose(creation);
        H5.H5Tclose(type);
    }

    /** Puts damaged chunks behind good ones. */
    private static void damage(Path file, String version) {
        List<String> kinds = List.of("good", "byte", "head", "cut", "many", "more");
        Hdf5Calls.Content content = id -> {
            for (String kind : kinds) {
                numbers(id, "scale-" + kind, true, null, i -> i % 4 + 100);
                numbers(id, "bits-" + kind, false, null, i -> i % 4 + 100);
            }
        };
        if (version.equals("latest")) {
            Hdf5Calls.makeLatest(file, content);
        } else {
            Hdf5Calls.make(file, content);
        }
        byte[] scale = first(file, "scale-good", 21 + 10);
        byte[] bits = first(file, "bits-good", 48);
        StoredChunk.write(
                file,
                kinds.stream()
                        .filter(kind -> !kind.equals("good"))
                        .flatMap(kind -> Stream.of(
                                new StoredChunk("scale-" + kind, 32, damaged(scale, kind, 21 + 10, true)),
                                new StoredChunk("bits-" + kind, 32, damaged(bits, kind, 48, false))))
                        .toList());
    }

    /** The first chunk of a dataset, as it is stored; its length, up to four bytes more, which HDF5 leaves behind. */
    private static byte[] first(Path file, String name, int length) {
        try (HdfFile hdf = new HdfFile(file)) {
            ChunkedDataset dataset = (ChunkedDataset) hdf.getDatasetByPath("/" + name);
            assertThat(Contents.chunks(dataset))
                    .allSatisfy(
                            chunk -> assertThat(chunk.getFilterMask().isEmpty()).isTrue());
            byte[] stored = Samples.bytes(dataset.getRawChunkBuffer(new int[1]));
            assertThat(stored).hasSizeBetween(length, length + 4);
            return stored;
        }
    }

    private static byte[] damaged(byte[] good, String kind, int length, boolean scale) {
        byte[] many = good.clone();
        many[0] = 0x11;
        return switch (kind) {
            case "byte" -> new byte[] {'x'};
            case "head" -> Arrays.copyOf(good, 20);
            case "cut" -> Arrays.copyOf(good, length - 1);
            case "many" -> scale ? many : Arrays.copyOf(good, 21);
            default -> Arrays.copyOf(good, good.length + 4);
        };
    }

    /** The good ones beside them are read, and replaced. */
    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void damagedChunksAreRefused(String version) throws IOException {
        Path file = directory.resolve("data.h5");
        damage(file, version);
        byte[] before = Files.readAllBytes(file);
        int[] values = {100, 101, 102, 103};
        try (H5Source h5 = H5Source.update(file)) {
            for (String name : h5.datasets()) {
                H5Dataset dataset = h5.dataset(name);
                assertThat(dataset.slice("28:32").read(int[].class)).as(name).isEqualTo(values);
                if (name.endsWith("good") || name.endsWith("more")) {
                    assertThat(dataset.slice("60:").read(int[].class)).as(name).isEqualTo(values);
                    continue;
                }
                String damaged = file + ": /" + name + ": it is damaged: the chunk at [32]: ";
                assertThatThrownBy(dataset::read)
                        .as(name)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageStartingWith(damaged)
                        .hasMessageContaining("expected");
                assertThatThrownBy(() -> dataset.slice("31:33").write(7))
                        .as(name)
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageStartingWith(damaged);
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (H5Source h5 = H5Source.update(file)) {
            for (String name : List.of("scale-good", "bits-good")) {
                h5.dataset(name).slice("31:33").write(new int[] {7, -8});
            }
        }
        Foreign.make(file, false, id -> {
            for (String name : List.of("scale-good", "bits-good")) {
                int high = name.startsWith("bits") ? 0x0F : 0xFF;
                assertThat(Arrays.copyOfRange(Foreign.elements(id, name), 60, 70))
                        .as("as HDF5 reads %s", name)
                        .containsExactly(0, 102, 0, 7, high, 0xF8, 0, 101, 0, 102);
            }
        });
        if (Python.isPresent()) {
            Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        for name in 'scale-good', 'bits-good':
                            assert list(f[name][30:35]) == [102, 7, -8, 101, 102], f[name][30:35]
                    """, file);
        }
    }

    /** Which h5py does not make: client values that are for other chunks, with which HDF5 would read and write where nothing is. */
    @Test
    void craftedClientValuesAreRefused() throws IOException {
        craft(true, new int[] {2, 0, 32, 0, 2, 1, 1}, new int[][] {
            {2, 33},
            {2, 1 << 20},
            {2, 1 << 31},
            {2, 31},
            {0, 0},
            {3, 1},
            {3, 2},
            {4, 3},
            {4, 4},
            {4, 0},
            {4, 1 << 31},
            {1, 99}
        });
        craft(false, new int[] {8, 0, 32, 1, 2, 1, 12, 0}, new int[][] {
            {2, 33},
            {2, 1 << 20},
            {2, 1 << 31},
            {2, 31},
            {3, 0},
            {3, 2},
            {3, 3},
            {4, 4},
            {4, 0},
            {6, 200},
            {6, 0},
            {7, 5},
            {7, 1 << 31}
        });
        for (Path file : Specimens.in(directory)) {
            String damaged = file + ": /a: it is damaged: its chunks cannot be packed: ";
            try (H5Source h5 = H5Source.update(file)) {
                H5Dataset a = h5.dataset("a");
                for (String slice : List.of("3", ":32", "...")) {
                    assertThatThrownBy(() -> a.slice(slice).write(7))
                            .as("%s[%s]", file, slice)
                            .isInstanceOf(H5ReadException.class)
                            .hasMessageStartingWith(damaged)
                            .hasMessageContaining("expected");
                }
                try {
                    assertThat(a.slice(":32").read(int[].class)).hasSize(32);
                } catch (H5ReadException e) { // it depends on whether all is there that the values ask for
                    assertThat(e).as("%s", file).hasMessageContaining(": /a: it is damaged: ");
                }
            }
        }
    }

    /** Makes files with and without chunks, in each of which one of the client values is another, at its place. */
    private void craft(boolean scale, int[] values, int[][] crafted) throws IOException {
        for (int n = 0; n < crafted.length; n++) {
            for (int rows : new int[] {0, 64}) {
                Path file = directory.resolve("%s-%d-%d.h5".formatted(scale ? "scale" : "bits", n, rows));
                Foreign.make(
                        file,
                        false,
                        id -> numbers(id, "a", scale, new long[] {-1}, rows == 0 ? null : i -> i % 32 + 100));
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
                int place = 0;
                while (!isAt(bytes, place, values)) {
                    place++;
                }
                bytes.putInt(place + Integer.BYTES * crafted[n][0], crafted[n][1]);
                Files.write(file, bytes.array());
            }
        }
    }

    private static boolean isAt(ByteBuffer bytes, int place, int[] values) {
        return IntStream.range(0, values.length).allMatch(i -> bytes.getInt(place + Integer.BYTES * i) == values[i]);
    }
}
