package io.h5sink.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.Compression;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.testing.Await;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Groups of thousands, and links that go round. What took a time that grows with the square of a number would take many minutes here. */
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WideAndRoundTest {

    private static final int MANY = 4_000;

    record Row(int i) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private void make(boolean latest, Hdf5Calls.Content content) {
        if (latest) {
            Hdf5Calls.makeLatest(file, content);
        } else {
            Hdf5Calls.make(file, content);
        }
    }

    @ParameterizedTest(name = "in the format of HDF5 1.10: {0}")
    @ValueSource(booleans = {false, true})
    void aGroupOfThousandsIsListedAndAppendedTo(boolean latest) {
        List<String> names =
                IntStream.range(0, MANY).mapToObj("g%06d"::formatted).toList();
        make(latest, id -> {
            for (String name : names) {
                Hdf5Calls.group(id, "/" + name);
            }
            Hdf5Calls.dataset(
                    id,
                    "/i",
                    HDF5Constants.H5T_STD_I32LE,
                    new long[] {1},
                    new long[] {-1},
                    new long[] {64},
                    dataset -> {});
        });

        Flux.just(new Row(7)).as(H5Writer.<Row>to(file).build()::write).block(Await.LIMIT);

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.groups()).isEqualTo(names);
            assertThat(h5.datasets()).containsExactly("i");
            assertThat(h5.dataset("i").read(int[].class)).containsExactly(0, 7);
        }
    }

    @ParameterizedTest(name = "in the format of HDF5 1.10: {0}")
    @ValueSource(booleans = {false, true})
    void thousandsOfDatasetsOfTheSameLengthAreTheColumnsThatAreMissing(boolean latest) {
        make(latest, id -> {
            for (int i = 0; i < 2000; i++) {
                Hdf5Calls.dataset(
                        id,
                        i == 0 ? "/i" : "/other%04d".formatted(i),
                        HDF5Constants.H5T_STD_I32LE,
                        new long[] {3},
                        new long[] {-1},
                        new long[] {64},
                        dataset -> {});
            }
        });

        assertThat(Flux.just(new Row(7))
                        .as(H5Writer.<Row>to(file).build()::write)
                        .materialize()
                        .block(Await.LIMIT)
                        .getThrowable())
                .isInstanceOf(H5SchemaException.class)
                .hasMessageContaining("other0001")
                .hasMessageContaining("other1999");
    }

    @ParameterizedTest(name = "in the format of HDF5 1.10: {0}")
    @ValueSource(booleans = {false, true})
    void thousandsOfAttributesAreRead(boolean latest) {
        make(latest, id -> {
            long one = H5.H5Screate(HDF5Constants.H5S_SCALAR);
            for (int i = 0; i < 3000; i++) {
                long attribute = H5.H5Acreate(
                        id,
                        "a%04d".formatted(i),
                        HDF5Constants.H5T_STD_I32LE,
                        one,
                        Hdf5Calls.DEFAULT,
                        Hdf5Calls.DEFAULT);
                H5.H5Awrite(attribute, HDF5Constants.H5T_NATIVE_INT, new int[] {i});
                H5.H5Aclose(attribute);
            }
        });

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.attributes()).hasSize(3000).containsEntry("a0000", 0).containsEntry("a2999", 2999);
            assertThat(List.copyOf(h5.attributes().keySet())).isSorted();
            assertThat(h5.repack(directory.resolve("new.h5"), Compression.none()))
                    .isEmpty();
        }
    }

    @Test
    void thousandsOfReferencesAreThePathsOfWhatTheyLeadTo() {
        List<String> paths = new ArrayList<>();
        make(false, id -> {
            Hdf5Calls.group(id, "/refs");
            ByteBuffer references = ByteBuffer.allocate(5000 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 5000; i++) {
                String path = "/refs/r%04d".formatted(i);
                paths.add(path);
                Hdf5Calls.ints(id, path, i);
                references.put(H5.H5Rcreate(id, path, HDF5Constants.H5R_OBJECT, -1));
            }
            Hdf5Calls.dataset(id, "/cell", HDF5Constants.H5T_STD_REF_OBJ, new long[] {5000}, null, null, dataset -> {
                long all = HDF5Constants.H5S_ALL;
                H5.H5Dwrite(
                        dataset, HDF5Constants.H5T_STD_REF_OBJ, all, all, Hdf5Calls.DEFAULT, references.array(), false);
            });
        });

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("cell").read(String[].class)).containsExactlyElementsOf(paths);
        }
    }

    @Test
    void linksThatGoRoundLeadToEachGroupOnce() {
        make(false, id -> {
            Hdf5Calls.ints(id, "/data", 1, 2, 3);
            Hdf5Calls.group(id, "/g");
            Hdf5Calls.ints(id, "/g/inner", 4);
            long none = Hdf5Calls.DEFAULT;
            H5.H5Lcreate_hard(id, "/", id, "/a", none, none);
            H5.H5Lcreate_hard(id, "/", id, "/g/up", none, none);
            H5.H5Lcreate_soft("/g", id, "/soft", none, none);
            H5.H5Lcreate_external("data.h5", "/", id, "/out", none, none);
        });

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.groups()).contains("a", "g", "soft");
            assertThat(h5.group("/a/a/g/up").identity())
                    .isEqualTo(h5.root().identity())
                    .hasSameHashCodeAs(h5.root().identity());
            assertThat(h5.group("/soft").identity())
                    .isEqualTo(h5.group("/g").identity())
                    .isNotEqualTo(h5.root().identity());
            assertThat(h5.dataset("/a/data").identity())
                    .isEqualTo(h5.dataset("/data").identity());
            assertThat(h5.root()
                            .rows()
                            .records()
                            .blockFirst(Await.LIMIT)
                            .toMap()
                            .keySet())
                    .contains("data", "g/inner")
                    .hasSizeLessThan(6);
            assertThat(h5.repack(directory.resolve("new.h5"), Compression.none()))
                    .isEmpty();
        }
        assertThat(H5Writer.recover(file).changed()).isFalse();
    }
}
