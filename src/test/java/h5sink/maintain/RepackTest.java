package h5sink.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Running;
import h5sink.Running.Answer;
import h5sink.Underway;
import h5sink.console.ExitCode;
import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5Source;
import io.h5sink.foreign.BadObjects;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.Python;
import io.h5sink.judge.SameFiles;
import io.h5sink.testing.Await;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepackTest {

    private static final Foreign.Type TEXT = Foreign.string(0, Foreign.Padding.NULLTERM, true);
    private static final Foreign.Type INT16 = Foreign.integer(2, true, false);
    private static final Foreign.Type DOUBLE = Foreign.real(8, false);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private void makeForeign() {
        Running.run(
                "{\"t\":\"2026-05-01T12:00:00Z\",\"n\":1,\"s\":\"a\",\"v\":[1,2]}\n"
                        + "{\"t\":\"2026-05-01T12:00:01Z\",\"s\":\"b\",\"v\":[3,4]}\n",
                "record",
                file,
                "--group=/labelled");
        Foreign.make(file, false, id -> {
            ForeignDataset.attribute(id, "/", "title", TEXT, "both");
            Hdf5Calls.group(id, "empty");
            ForeignDataset.attribute(id, "empty", "numbers", INT16, new long[] {3}, List.of(0, 1, 2));
            ForeignDataset.scalar(id, "scalar", DOUBLE, 1.5);
            new ForeignDataset(id, "small", INT16)
                    .shape(25_000, 4)
                    .with(IntStream.range(0, 100_000).toArray());
            ForeignDataset.of(
                    id, "half", BadObjects::half, List.of(new byte[] {0, 0}, new byte[] {0, 0x3C}, new byte[] {0, 0x40
                    }));
            ForeignDataset.of(
                    id,
                    "flags",
                    Foreign.enumeration(Foreign.integer(1, true, false), "FALSE 0", "TRUE 1"),
                    List.of("TRUE", "FALSE"));
            ForeignDataset.of(id, "names", TEXT, List.of("x", "ü"));
            ForeignDataset.attribute(id, "names", "of", TEXT, "things");
        });
    }

    @Test
    void repackKeepsAll() throws IOException {
        makeForeign();
        Path before = Files.copy(file, directory.resolve("before.h5"));

        assertThat(Running.succeed("repack", file, "--compress", "gzip"))
                .singleElement()
                .asString()
                .startsWith(file + ": ");

        assertThat(Files.size(file)).isLessThan(Files.size(before));
        SameFiles.assertSame(before, file);
        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset("/small").filters()).anyMatch(filter -> filter.startsWith("gzip"));
        }
        mustBeTheSame(before);
        addMore();
        Running.succeed("repack", file, "--compress=none");

        try (H5Source source = H5Source.open(file)) {
            assertThat(((Map<?, ?>) ((Object[]) source.dataset("/table").read())[0]).values())
                    .hasToString("[1, 2.5]");
            assertThat(source.dataset("/nothing").shape()).containsExactly(0L, 2L);
            assertThat(source.dataset("/large").read(BigInteger[].class))
                    .containsExactly(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
            assertThat(source.dataset("/names").attributes().get("to")).isEqualTo("/large");
            assertThat(source.dataset("/small").filters()).isEmpty();
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(f['table'][0], f['nothing'].shape, f['large'][0], f[f['names'].attrs['to']].name, f['small'].compression)
                    """, file))
                    .isEqualToIgnoringWhitespace("(1, 2.5) (0, 2) 18446744073709551615 /large None");
        }
    }

    private void addMore() {
        Foreign.make(file, false, id -> {
            ForeignDataset.of(
                    id,
                    "table",
                    Foreign.compound(
                            12,
                            new Foreign.Member("a", 0, Foreign.integer(4, true, false)),
                            new Foreign.Member("b", 4, DOUBLE)),
                    List.of(List.of(1, 2.5)));
            new ForeignDataset(id, "nothing", DOUBLE).shape(0, 2).unwritten();
            ForeignDataset.of(id, "large", Foreign.integer(8, false, false), List.of(-1L));
            byte[] large = ForeignDataset.reference(id, "large");
            ForeignDataset.attribute(id, "names", "to", Foreign.like(HDF5Constants.H5T_STD_REF_OBJ), large);
        });
    }

    /** For h5py, where that is there, which follows references. */
    private void mustBeTheSame(Path before) {
        if (!Python.isPresent()) {
            return;
        }
        assertThat(Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'r') as one, h5py.File(sys.argv[2], 'r') as two:
                    def compare(name, thing):
                        other = two[name]
                        labels = 'DIMENSION_LIST', 'REFERENCE_LIST'
                        assert sorted(thing.attrs) == sorted(other.attrs), name
                        for key in set(thing.attrs) - set(labels):
                            numpy.testing.assert_array_equal(thing.attrs[key], other.attrs[key], name)
                        if isinstance(thing, h5py.Dataset) and thing.shape is not None:
                            assert thing.dtype == other.dtype and thing.shape == other.shape, name
                            numpy.testing.assert_array_equal(thing[()], other[()], name)
                    one.visititems(compare)
                    assert dict(one.attrs) == dict(two.attrs)
                    print(two['small'].compression, two['labelled/n'].dims[0][0].name, sorted(two))
                """, before, file))
                .isEqualToIgnoringWhitespace(
                        "gzip /labelled/t ['empty', 'flags', 'half', 'labelled', 'names', 'scalar', 'small']");
    }

    @Test
    void whatIsLostIsNamedAndKeepsTheOldFile() throws IOException {
        Foreign.Type reference = Foreign.like(HDF5Constants.H5T_STD_REF_OBJ);
        Foreign.make(file, false, id -> {
            Hdf5Calls.ints(id, "gone", 1);
            ForeignDataset.of(id, "refs", reference, List.of(ForeignDataset.reference(id, "gone")));
            H5.H5Ldelete(id, "gone", HDF5Constants.H5P_DEFAULT);
        });
        byte[] bytes = Files.readAllBytes(file);
        Path to = directory.resolve("to.h5");

        Answer inPlace = Running.run("", "repack", file, "--compress=none");
        Answer beside = Running.run("", "repack", file, "--compress=none", "--to", to);

        String reported =
                "h5sink: " + file + ": not carried over: /refs: a reference that leads to nothing in the file";
        assertThat(inPlace.status()).isEqualTo(ExitCode.ERROR);
        assertThat(inPlace.err())
                .containsExactly(
                        reported, "h5sink: " + file + ": left as it is; --to NEW writes the rest to another file");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(beside.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(beside.err()).containsExactly(reported);
        assertThat(to).isRegularFile();
        assertThat(directory).isDirectoryNotContaining("glob:**{.repack,.unfinished}");
    }

    @Test
    void aKilledRepackLeavesTheOldFile() throws IOException {
        Random random = new Random(1);
        double[] values =
                DoubleStream.generate(random::nextGaussian).limit(5_000_000).toArray();
        Foreign.make(
                file,
                false,
                id -> Hdf5Calls.dataset(
                        id,
                        "x",
                        HDF5Constants.H5T_IEEE_F64LE,
                        new long[] {values.length},
                        null,
                        new long[] {20_000},
                        dataset -> H5.H5Dwrite(dataset, HDF5Constants.H5T_NATIVE_DOUBLE, 0, 0, 0, values, false)));
        byte[] bytes = Files.readAllBytes(file);

        try (Running repack = Running.start("repack", file, "--compress=gzip:9")) {
            Path unfinished = directory.resolve(".data.h5.repack.unfinished");
            Await.until("it has begun", () -> Files.exists(unfinished));
            repack.kill();
            repack.answerWithoutOutput();
        }
        assertThat(directory).isDirectoryContaining("glob:**.unfinished");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);

        Running.succeed("repack", file, "--compress=gzip:2");
        assertThat(Files.size(file)).isLessThan(bytes.length);
        assertThat(directory).isDirectoryNotContaining("glob:**{.repack,.unfinished}");
    }

    @Test
    void doesNotReplaceAFileUnderItsSinkWhicheverWayLeadsToIt() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link.h5"), file);
        Underway stream = new Underway(file);

        Answer during = Running.run("", "repack", link, "--compress=none");
        stream.next(2);
        stream.complete();
        Running.succeed("repack", link, "--compress=none");

        assertThat(during.status()).isEqualTo(ExitCode.ERROR);
        assertThat(during.err()).singleElement().asString().startsWith("h5sink: " + link + ": there is a journal: ");
        assertThat(link).isSymbolicLink();
        assertThat(Running.succeed("show", file, "/n")).containsExactly("1", "2");
    }
}
