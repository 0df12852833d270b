package h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Running.Answer;
import io.h5sink.Await;
import io.h5sink.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepackTest {

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
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'r+') as f:
                    f.attrs['title'] = 'both'
                    f.create_group('empty').attrs['numbers'] = numpy.arange(3, dtype='i2')
                    f['scalar'] = 1.5
                    f['small'] = numpy.arange(100_000, dtype='i2').reshape(-1, 4)
                    f['half'] = numpy.arange(5, dtype='f2')
                    f['flags'] = numpy.array([True, False])
                    f['names'] = numpy.array(['x', 'ü'], dtype=h5py.string_dtype())
                    f['names'].attrs['of'] = 'things'
                """, file);
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

        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'r+') as f:
                    f['table'] = numpy.array([(1, 2.5)], [('a', 'i4'), ('b', 'f8')])
                    f['nothing'] = numpy.zeros((0, 2))
                    f['large'] = numpy.array([2**64 - 1], 'u8')
                    f['names'].attrs['to'] = f['large'].ref
                """, file);
        Running.succeed("repack", file, "--compress=none");

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(f['table'][0], f['nothing'].shape, f['large'][0], f[f['names'].attrs['to']].name, f['small'].compression)
                """, file))
                .isEqualToIgnoringWhitespace("(1, 2.5) (0, 2) 18446744073709551615 /large None");
    }

    @Test
    void whatIsLostIsNamedAndKeepsTheOldFile() throws IOException {
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    f['gone'] = 1
                    f['refs'] = numpy.array([f['gone'].ref], dtype=h5py.ref_dtype)
                    del f['gone']
                """, file);
        byte[] bytes = Files.readAllBytes(file);
        Path to = directory.resolve("to.h5");

        Answer inPlace = Running.run("", "repack", file, "--compress=none");
        Answer beside = Running.run("", "repack", file, "--compress=none", "--to", to);

        String told = "h5sink: " + file + ": not carried over: /refs: a reference that leads to nothing in the file";
        assertThat(inPlace.status()).isEqualTo(Cli.ERROR);
        assertThat(inPlace.err())
                .containsExactly(told, "h5sink: " + file + ": left as it is; --to NEW writes the rest to another file");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(beside.status()).isEqualTo(Cli.FINDINGS);
        assertThat(beside.err()).containsExactly(told);
        assertThat(to).isRegularFile();
        assertThat(directory).isDirectoryNotContaining("glob:**{.repack,.unfinished}");
    }

    @Test
    void aKilledRepackLeavesTheOldFile() throws IOException {
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    f.create_dataset('x', data=numpy.random.default_rng(1).normal(size=5_000_000), chunks=(20_000,))
                """, file);
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

        assertThat(during.status()).isEqualTo(Cli.ERROR);
        assertThat(during.err()).singleElement().asString().startsWith("h5sink: " + link + ": there is a journal: ");
        assertThat(link).isSymbolicLink();
        assertThat(Running.succeed("show", file, "/n")).containsExactly("1", "2");
    }
}
