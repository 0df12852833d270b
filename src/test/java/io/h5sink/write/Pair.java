package io.h5sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.Durability;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Sharing;
import io.h5sink.judge.H5py;
import io.h5sink.testing.LibraryWriter;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;

/** Records whose values follow from their places, and what must be in a file of them, chunk by chunk. */
public record Pair(long number, int[] twice) {

    private static final Map<String, Integer> FILTERS =
            Map.of("gzip", 1, "shuffle", 2, "fletcher32", 3, "lzf", 32000, "lz4", 32004);

    public static Flux<Pair> pairs(int from, int to) {
        return Flux.range(from, to - from).map(i -> new Pair(i, new int[] {i, i}));
    }

    /** The file has the first of them, in columns or in a table. */
    public static void assertFirst(int count, Path file) {
        H5py seen = H5py.read(file);
        String prefix = seen.datasets().containsKey("/table/number") ? "/table/" : "/";
        assertThat(seen.values(prefix + "number"))
                .isEqualTo(LongStream.range(0, count).boxed().toList());
        assertThat(seen.values(prefix + "twice"))
                .isEqualTo(IntStream.range(0, 2 * count).mapToObj(i -> i / 2).toList());
    }

    /** The registered numbers of a dataset's filters. */
    public static List<Integer> filters(Path file, String dataset) {
        try (H5Source h5 = H5Source.open(file)) {
            return h5.dataset(dataset).filters().stream()
                    .map(filter -> FILTERS.get(filter.split(" ")[0]))
                    .toList();
        }
    }

    /** Half of one. */
    public record One(long number) {}

    /** Numbers that follow each other. */
    public static Flux<One> ones(int from, int count) {
        return Flux.range(from, count).map(i -> new One(i));
    }

    /**
     * The only extensible array in a file has the statistics and the offsets of blocks that HDF5 gives one of as many chunks, and
     * HDF5 itself goes on with it.
     */
    public static void assertIndexIsLikeTheLibrarys(Path ours, int rows, Compression compression) throws IOException {
        Path theirs = ours.resolveSibling("theirs.h5");
        Run.write(
                LibraryWriter.of(
                                H5Writer.<One>to(theirs)
                                        .compression(compression)
                                        .sharing(Sharing.SWMR),
                                theirs,
                                Sharing.SWMR,
                                Durability.FLUSH)
                        .chunkRows(1)
                        .commitEvery(100_000L),
                ones(0, rows));
        assertThat(index(ours)).isEqualTo(index(theirs));
        Run.write(
                LibraryWriter.of(H5Writer.<One>to(ours).sharing(Sharing.SWMR), ours, Sharing.SWMR, Durability.FLUSH),
                ones(rows, 100));
        assertThat(H5py.read(ours).values("/number"))
                .isEqualTo(LongStream.range(0, rows + 100).boxed().toList());
    }

    /** The statistics in the header, and the offset of each block. */
    private static TreeSet<String> index(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        String letters = StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
        TreeSet<String> found = new TreeSet<>();
        int header = letters.indexOf("EAHD");
        for (int i = 0; i < 6; i++) {
            found.add("statistic " + i + ": " + bytes.getLong(header + 12 + 8 * i));
        }
        for (String kind : List.of("EADB", "EASB")) {
            for (int at = letters.indexOf(kind); at >= 0; at = letters.indexOf(kind, at + 1)) {
                found.add(kind + " at " + bytes.getInt(at + 14));
            }
        }
        return found;
    }
}
