package io.h5sink.hdf5;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that was written anew is compared by what tells any difference. */
class RepackComparisonTest {

    private static final String MAKE = """
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], 'w') as f:
                f.create_dataset('x', data=np.arange(5000), chunks=(100,), maxshape=(None,), compression='gzip', fillvalue=3)
                f['words'] = np.array(['a', 'b', 'c'], dtype=h5py.string_dtype())
                f['table'] = np.array([(1, 'x'), (2, 'y')], [('n', 'i4'), ('s', h5py.string_dtype())])
                f['g'] = h5py.SoftLink('/x')
                f['h/i'] = f['x']
                f['refs'] = np.array([f['x'].ref, f['h'].ref], dtype=h5py.ref_dtype)
                f.attrs['to'] = f['h'].ref
                f.attrs['n'] = np.int32(5)
                f['h'].attrs['lists'] = np.array([b'ab', b'c'])
            """;

    @TempDir
    Path directory;

    private Path file;
    private Path other;

    @BeforeEach
    void make() throws Exception {
        file = directory.resolve("data.h5");
        other = directory.resolve("other.h5");
        Python.run(MAKE, file);
        Files.copy(file, other);
    }

    private List<String> differences() {
        List<String> found = new ArrayList<>();
        Access access = new PlainAccess(false);
        try (SourceFile one = SourceFile.open(file, access, SourceFile.Use.READ);
                SourceFile two = SourceFile.open(other, access, SourceFile.Use.READ)) {
            RepackReferences references = new RepackReferences(one.id);
            List<String> paths = List.of("/", "/h", "/x", "/words", "/table", "/refs");
            for (String path : paths) {
                if (two.kind(path) != null) {
                    references.put(
                            Links.header(one.id, path), new RepackReferences.Place(path, Links.header(two.id, path)));
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f['x'][4321] = 0 | /x: its values from [4300] on",
                "f['x'].resize((5001,)) | /x: SIMPLE { ( 5000 ) / ( H5S_UNLIMITED ) }, now SIMPLE { ( 5001 ) / ( H5S_UNLIMITED ) }",
                "f['words'][1] = 'B' | /words: its values from [0] on",
                "t = f['table'][()]; t[1]['s'] = 'z'; f['table'][...] = t | /table: its values from [0] on",
                "f['refs'][0] = f['words'].ref | /refs: its values from [0] on",
                "f.attrs['to'] = f['x'].ref | /@to: its value",
                "f.attrs['n'] = np.int32(6) | /@n: its value",
                "f.attrs['n'] = np.int64(5) | /@n: H5T_STD_I32LE, now H5T_STD_I64LE",
                "del f.attrs['n'] | /@n: the attribute",
                "f['h'].attrs['more'] = 1 | /h: attributes that the old file does not have",
                "f['h'].attrs['lists'] = np.array([b'ab', b'c', b'd']) | /h@lists: SIMPLE { ( 2 ) / ( 2 ) }, now SIMPLE { ( 3 ) / ( 3 ) }",
                "del f['g'] | /g: the link",
                "del f['h/i'] | /h/i: the link",
                "f['h/j'] = f['x'] | /h/j: a link that the old file does not have",
            })
    void whatDiffersIsNamed(String change, String told) {
        Python.run("import h5py, numpy as np, sys\nwith h5py.File(sys.argv[1], 'r+') as f:\n    " + change, other);

        assertThat(differences()).containsExactly(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chunks=(50,), fillvalue=3, dtype='i8' | chunks of [100], now of [50]",
                "chunks=(100,), fillvalue=4, dtype='i8' | the fill value",
                "chunks=(100,), fillvalue=3, dtype='u8' | H5T_STD_I64LE, now H5T_STD_U64LE",
            })
    void whatADatasetIsMadeOfIsCompared(String how, String told) {
        Python.run(
                "import h5py, numpy as np, sys\nwith h5py.File(sys.argv[1], 'r+') as f:\n"
                        + "    del f['x'], f['h/i'], f['refs']\n"
                        + "    f.create_dataset('x', data=np.arange(5000), maxshape=(None,), " + how + ")\n",
                other);

        assertThat(differences()).contains("/x: " + told).noneMatch(line -> line.contains("values"));
    }
}
