package io.h5sink.jhdf5.repack;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.Foreign.Type;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file that was written anew is compared by what shows any difference. */
class RepackComparisonTest {

    private static final Type INT32 = Foreign.integer(4, true, false);
    private static final Type INT64 = Foreign.integer(8, true, false);
    private static final Type TEXT = Foreign.string(0, NULLTERM, true);
    private static final Type BYTES = Foreign.string(2, NULLPAD, false);
    private static final Type REFERENCE = () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_OBJ);
    private static final long[] UNLIMITED = {ForeignDataset.UNLIMITED};

    private static void make(long f) throws HDF5Exception {
        numbers(f, INT64, 100, 3);
        ForeignDataset.of(f, "words", TEXT, List.of("a", "b", "c"));
        Type row = Foreign.compound(12, new Foreign.Member("n", 0, INT32), new Foreign.Member("s", 4, TEXT));
        ForeignDataset.of(f, "table", row, List.of(List.of(1, "x"), List.of(2, "y")));
        Foreign.soft(f, "g", "/x");
        ForeignDataset.link(f, "x", "h/i");
        ForeignDataset.of(
                f, "refs", REFERENCE, List.of(ForeignDataset.reference(f, "x"), ForeignDataset.reference(f, "h")));
        ForeignDataset.attribute(f, "/", "to", REFERENCE, ForeignDataset.reference(f, "h"));
        ForeignDataset.attribute(f, "/", "n", INT32, 5);
        ForeignDataset.attribute(f, "h", "lists", BYTES, new long[] {2}, List.of("ab", "c"));
    }

    private static void numbers(long f, Type type, int chunk, int fill) throws HDF5Exception {
        new ForeignDataset(f, "x", type)
                .shape(5000)
                .maximum(UNLIMITED)
                .chunk(chunk)
                .gzip(4)
                .fill(fill)
                .with(IntStream.range(0, 5000).toArray());
    }

    @TempDir
    Path directory;

    private Path file;
    private Path other;

    @BeforeEach
    void make() throws Exception {
        file = directory.resolve("data.h5");
        other = directory.resolve("other.h5");
        Foreign.make(file, false, RepackComparisonTest::make);
        Files.copy(file, other);
    }

    private List<String> differences() {
        List<String> found = new ArrayList<>();
        FileDriver access = new PosixDriver(false);
        try (ReadableFile one = ReadableFile.open(new StoredFile(file, access), ReadableFile.Purpose.READ);
                ReadableFile two = ReadableFile.open(new StoredFile(other, access), ReadableFile.Purpose.READ)) {
            RepackReferences references = new RepackReferences(one.id);
            List<String> paths = List.of("/", "/h", "/x", "/words", "/table", "/refs");
            for (String path : paths) {
                if (two.kind(path) != null) {
                    references.put(
                            Links.header(one.id, path),
                            new RepackReferences.ReferencePlace(path, Links.header(two.id, path)));
                }
            }
            RepackComparison comparison = new RepackComparison(one, two, references, found::add);
            for (String path : paths) {
                try (RepackComparison.Elements elements = comparison.object(path)) {
                    while (elements != null && elements.next()) {
                        // until all is compared
                    }
                }
            }
        }
        return found;
    }

    @Test
    void copiesDoNotDiffer() {
        assertThat(differences()).isEmpty();
    }

    private void change(Foreign.Content change) {
        Foreign.make(other, false, change);
    }

    private static Arguments[] changes() {
        return new Arguments[] {
            changed("/x: its values from [4300] on", f -> ForeignDataset.write(f, "x", 4321, new int[] {0})),
            changed(
                    "/x: SIMPLE { ( 5000 ) / ( H5S_UNLIMITED ) }, now SIMPLE { ( 5001 ) / ( H5S_UNLIMITED ) }",
                    f -> H5.H5Dset_extent(H5.H5Dopen(f, "x", HDF5Constants.H5P_DEFAULT), new long[] {5001})),
            changed("/words: its values from [0] on", f -> ForeignDataset.write(f, "words", 1, List.of("B"))),
            changed(
                    "/table: its values from [0] on",
                    f -> ForeignDataset.write(f, "table", 1, List.of(List.of(2, "z")))),
            changed(
                    "/refs: its values from [0] on",
                    f -> ForeignDataset.write(f, "refs", 0, List.of(ForeignDataset.reference(f, "words")))),
            changed(
                    "/@to: its value",
                    f -> ForeignDataset.attribute(f, "/", "to", REFERENCE, ForeignDataset.reference(f, "x"))),
            changed("/@n: its value", f -> ForeignDataset.attribute(f, "/", "n", INT32, 6)),
            changed("/@n: H5T_STD_I32LE, now H5T_STD_I64LE", f -> ForeignDataset.attribute(f, "/", "n", INT64, 5)),
            changed("/@n: the attribute", f -> H5.H5Adelete(f, "n")),
            changed(
                    "/h: attributes that the old file does not have",
                    f -> ForeignDataset.attribute(f, "h", "more", INT64, 1)),
            changed(
                    "/h@lists: SIMPLE { ( 2 ) / ( 2 ) }, now SIMPLE { ( 3 ) / ( 3 ) }",
                    f -> ForeignDataset.attribute(f, "h", "lists", BYTES, new long[] {3}, List.of("ab", "c", "d"))),
            changed("/g: the link", f -> H5.H5Ldelete(f, "g", HDF5Constants.H5P_DEFAULT)),
            changed("/h/i: the link", f -> H5.H5Ldelete(f, "h/i", HDF5Constants.H5P_DEFAULT)),
            changed("/h/j: a link that the old file does not have", f -> ForeignDataset.link(f, "x", "h/j")),
        };
    }

    private static Arguments changed(String reported, Foreign.Content change) {
        return Arguments.of(reported, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void whatDiffersIsNamed(String reported, Foreign.Content change) {
        change(change);

        assertThat(differences()).containsExactly(reported);
    }

    private static Arguments[] remakes() {
        return new Arguments[] {
            changed("chunks of [100], now of [50]", f -> numbers(f, INT64, 50, 3)),
            changed("the fill value", f -> numbers(f, INT64, 100, 4)),
            changed("H5T_STD_I64LE, now H5T_STD_U64LE", f -> numbers(f, Foreign.integer(8, false, false), 100, 3)),
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("remakes")
    void whatADatasetIsMadeOfIsCompared(String reported, Foreign.Content remake) {
        change(f -> {
            for (String path : List.of("x", "h/i", "refs")) {
                H5.H5Ldelete(f, path, HDF5Constants.H5P_DEFAULT);
            }
            remake.into(f);
        });

        assertThat(differences()).contains("/x: " + reported).noneMatch(line -> line.contains("values"));
    }
}
