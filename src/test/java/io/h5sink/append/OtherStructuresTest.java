package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Sharing;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.testing.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** Files in the newest format with objects whose structures are not those of the sink's own objects. */
class OtherStructuresTest {

    private static final long UNLIMITED = ForeignDataset.UNLIMITED;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @ParameterizedTest
    @EnumSource(
            value = Sharing.class,
            names = {"RELEASE", "EXCLUSIVE"})
    void oneSuchColumnTakesTheWholeCommitAlong(Sharing sharing) {
        Hdf5Calls.makeLatest(file, f -> {
            Hdf5Calls.dataset(
                    f,
                    "a",
                    HDF5Constants.H5T_STD_I32LE,
                    new long[] {0},
                    new long[] {UNLIMITED},
                    new long[] {4},
                    d -> {});
            Hdf5Calls.dataset( // grows along both axes, and so has a B-tree as index of its chunks
                    f,
                    "b",
                    HDF5Constants.H5T_STD_I32LE,
                    new long[] {0, 2},
                    new long[] {UNLIMITED, UNLIMITED},
                    new long[] {4, 2},
                    d -> {});
        });

        Run.write(
                H5Writer.<H5Record>to(file)
                        .sharing(sharing)
                        .commitEvery(2)
                        .attribute("/", "title", "both")
                        .attribute("/c", "late", 7)
                        .metadata("/about", Map.of("who", "h5sink"))
                        .position(record -> (Integer) record.toMap().get("a")),
                Flux.range(0, 7)
                        .map(i ->
                                H5Record.of("a", i).and("b", new int[] {i, -i}).and("c", i * 0.5)));

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset("/a").read()).isEqualTo(new int[] {0, 1, 2, 3, 4, 5, 6});
            assertThat(source.dataset("/b").read(int[][].class)[6]).containsExactly(6, -6);
            assertThat(source.dataset("/c").read(double[].class)).hasSize(7).endsWith(3.0);
            assertThat(source.attributes().get("title")).isEqualTo("both");
            assertThat(source.dataset("/c").attributes().get("late")).isEqualTo(7);
            assertThat(source.dataset("/about").read()).isEqualTo("{\"who\":\"h5sink\"}");
        }
        assertThat(H5Writer.<H5Record>to(file).build().positions()).containsValue(6L);
        assertThat(left()).containsExactly("data.h5");
    }

    private List<String> left() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Sharing.class,
            names = {"RELEASE", "EXCLUSIVE"})
    void suchAGroupMayComeLate(Sharing sharing) {
        Foreign.make(file, true, f -> Hdf5Calls.group(f, "old"));
        Foreign.make(file, false, f -> {
            Hdf5Calls.group(f, "older"); // with a symbol table
            Foreign.dataset(f, "older/v", Foreign.integer(4, true, false), List.of());
        });

        Run.write(
                H5Writer.<H5Record>to(file)
                        .sharing(sharing)
                        .commitEvery(2)
                        .route(record -> (Integer) record.toMap().get("v") / 2 % 2 == 0 ? "old" : "older")
                        .attribute("/older", "unit", "V"),
                Flux.range(0, 8).map(i -> H5Record.of("v", i)));

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset("/old/v").read()).isEqualTo(new int[] {0, 1, 4, 5});
            assertThat(source.dataset("/older/v").read()).isEqualTo(new int[] {2, 3, 6, 7});
            assertThat(source.group("/older").attributes().get("unit")).isEqualTo("V");
        }
        assertThat(left()).containsExactly("data.h5");
    }
}
