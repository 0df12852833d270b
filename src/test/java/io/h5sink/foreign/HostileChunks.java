package io.h5sink.foreign;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.StoredChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes files in which, in each index of chunks, the chunk that holds row 8 is another than it should be. */
public final class HostileChunks {

    private record Grid(long[] shape, long @Nullable [] maximum, long[] chunk) {}

    private static final Map<String, Grid> GRIDS = Map.of(
            "single", new Grid(new long[] {12}, null, new long[] {12}),
            "fixed", new Grid(new long[] {40}, null, new long[] {6}),
            "paged", new Grid(new long[] {3000}, null, new long[] {2}),
            "growing", new Grid(new long[] {50}, new long[] {-1}, new long[] {6}),
            "tree", new Grid(new long[] {12, 7}, new long[] {-1, -1}, new long[] {6, 4}));

    private HostileChunks() {}

    /** Two files, whose names begin with this one, and end with {@code earliest} and {@code latest}. */
    public static void make(Path file) {
        for (boolean latest : new boolean[] {false, true}) {
            List<StoredChunk> chunks = new ArrayList<>();
            Path made = Path.of(file + (latest ? "latest" : "earliest"));
            Foreign.make(made, latest, id -> {
                for (Map.Entry<String, Grid> each : GRIDS.entrySet()) {
                    int bytes = 8 * (int) product(each.getValue().chunk);
                    byte[] good = zlib(numbered(bytes));
                    for (Map.Entry<String, byte[]> chunk : crafted(good, bytes).entrySet()) {
                        String name = each.getKey() + "-" + chunk.getKey();
                        chunks.add(make(id, name, each.getValue(), chunk.getValue(), false));
                    }
                    byte[] sealed = Arrays.copyOf(good, good.length + 4); // with a sum that is wrong
                    sealed[good.length] = 1;
                    chunks.add(make(id, each.getKey() + "-sum", each.getValue(), sealed, true));
                }
            });
            StoredChunk.write(made, chunks);
        }
    }

    private static Map<String, byte[]> crafted(byte[] good, int bytes) {
        byte[] wrong = good.clone();
        wrong[wrong.length - 1] ^= 1;
        byte[] more = new byte[bytes + 4];
        Arrays.fill(more, bytes, bytes + 4, (byte) 'm');
        return Map.of(
                "short", zlib(new byte[bytes - 1]),
                "nothing", zlib(new byte[0]),
                "cut", Arrays.copyOf(good, good.length - 5),
                "unsealed", Arrays.copyOf(good, good.length - 4),
                "wrong", wrong,
                "garbage", "no chunk at all, no chunk".getBytes(StandardCharsets.US_ASCII),
                "one", new byte[] {'x'},
                "dictionary", HexFormat.of().parseHex("78bb00000001"),
                "bomb", zlib(new byte[1 << 20]),
                "long", zlib(more));
    }

    /** A dataset, and the chunk that is to stand in it. */
    private static StoredChunk make(long file, String name, Grid grid, byte[] chunk, boolean sum) throws HDF5Exception {
        ForeignDataset dataset = new ForeignDataset(file, name, Foreign.integer(8, true, false))
                .shape(grid.shape)
                .chunk(grid.chunk)
                .gzip(4);
        if (grid.maximum != null) {
            dataset.maximum(grid.maximum);
        }
        if (sum) {
            dataset.property(H5::H5Pset_fletcher32);
        }
        dataset.with(LongStream.range(0, product(grid.shape)).toArray());
        long[] at = new long[grid.shape.length];
        at[0] = 8 / grid.chunk[0] * grid.chunk[0];
        return new StoredChunk(name, at, chunk);
    }

    private static long product(long[] shape) {
        return LongStream.of(shape).reduce(1, (a, b) -> a * b);
    }

    private static byte[] numbered(int bytes) {
        byte[] numbers = new byte[bytes];
        IntStream.range(0, bytes).forEach(i -> numbers[i] = (byte) i);
        return numbers;
    }

    /** As gzip packs. */
    public static byte[] zlib(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream stream = new DeflaterOutputStream(packed)) {
            stream.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
