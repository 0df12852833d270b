package io.h5sink.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.H5Dataset;
import io.h5sink.H5FileException;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.Library;
import io.h5sink.judge.Python;
import io.h5sink.testing.LibraryWriter;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names beyond U+FFFF, and bytes that are no UTF-8, of which HDF5's Java bindings know neither. */
class OtherNamesTest {

    private static final String SMILE = "\uD83D\uDE00";

    private static final Foreign.Type INT64 = Foreign.integer(8, true, false);

    private static Foreign.Type opaque(int bytes) {
        return () -> H5.H5Tcreate(HDF5Constants.H5T_OPAQUE, bytes);
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"OLDEST", "NEWEST"})
    void whatOthersHaveNamedIsListedAndRead(Foreign.Format format) {
        Path file = directory.resolve("data.h5");
        if (Foreign.takesAllNames()) {
            Foreign.make(file, format, creation -> {}, OtherNamesTest::name);
        } else {
            h5py(file, format);
        }

        try (H5Source source = H5Source.open(file)) {
            for (String path : List.of("/", "/few/", "/many/", "/dir " + SMILE + "/ä/", "/link " + SMILE + "/")) {
                List<String> names = List.of("plain", SMILE, "grün", "café", "ðÿ");
                for (int i = 0; i < names.size(); i++) {
                    assertThat(source.dataset(path + names.get(i)).read())
                            .as(path + names.get(i))
                            .isEqualTo(new long[] {i});
                }
            }
            assertThat(source.group("/few").attributes().get(SMILE)).isEqualTo(1L);
            assertThat(source.group("/few").attributes().get("grün")).isEqualTo(2L);
            assertThat(source.group("/many").attributes()).containsKeys("°C", SMILE, "n29");
            assertThat(source.dataset("/böth").read()).isEqualTo(new long[] {3});
            assertThat(source.dataset("/b\uDCF6th").read()).isEqualTo(new long[] {2});
            if (Library.describe().contains("bytedeco")) { // others give such paths garbled
                assertThat(source.dataset("/references").read())
                        .isEqualTo(new String[] {"/few/plain", "/few/" + SMILE, "/few/grün"});
            }
        }
    }

    /** What h5py makes, too, in {@link #h5py}. */
    private static void name(long file) throws HDF5Exception {
        for (String group : List.of("/few/", "/many/", "/dir " + SMILE + "/ä/", "/")) {
            List<String> names = new ArrayList<>(List.of("plain", SMILE, "grün", "caf\uDCE9", "ðÿ"));
            for (int i = 0; group.equals("/many/") && i < 30; i++) {
                names.add("n" + i);
            }
            for (int i = 0; i < names.size(); i++) {
                ForeignDataset.of(file, group + names.get(i), INT64, List.of(i));
                String attribute = i == 3 ? "x" : names.get(i);
                ForeignDataset.attribute(file, group, attribute, INT64, i);
            }
            ForeignDataset.attribute(file, group, "\uDCB0C", Foreign.integer(4, true, false), 0);
        }
        ForeignDataset.of(file, "both", INT64, List.of(1));
        ForeignDataset.of(file, "b\uDCF6th", INT64, List.of(2));
        ForeignDataset.of(file, "böth", INT64, List.of(3));
        Foreign.soft(file, "link " + SMILE, "/dir " + SMILE + "/ä");
        List<byte[]> references = new ArrayList<>();
        for (String name : List.of("plain", SMILE, "grün")) {
            references.add(ForeignDataset.reference(file, "/few/" + name));
        }
        ForeignDataset.of(file, "references", Foreign.like(HDF5Constants.H5T_STD_REF_OBJ), references);
    }

    private static void h5py(Path file, Foreign.Format format) {
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w', libver=sys.argv[2]) as f:
                    for group in ('few', 'many', 'dir 😀/\u00e4', '/'):
                        g = f if group == '/' else f.require_group(group)
                        names = ['plain', '😀', 'gr\u00fcn', b'caf\\xe9', '\u00f0\u00ff'] + ['n%d' % i for i in range(30 if group == 'many' else 0)]
                        for i, name in enumerate(names):
                            g.create_dataset(name, data=[i])
                            g.attrs[name if isinstance(name, str) else 'x'] = i
                        h5py.h5a.create(g.id, b'\\xb0C', h5py.h5t.STD_I32LE, h5py.h5s.create(h5py.h5s.SCALAR))
                    f['both'] = [1]; f.create_dataset(b'b\\xf6th', data=[2]); f['b\u00f6th'] = [3]
                    f['link 😀'] = h5py.SoftLink('/dir 😀/\u00e4')
                    f.create_dataset('references', data=[f['few'][n].ref for n in ('plain', '😀', 'gr\u00fcn')], dtype=h5py.ref_dtype)
                """, file, format == Foreign.Format.OLDEST ? "earliest" : "latest");
    }

    @Test
    void andStaysWhenRowsAreAppended() {
        Path file = directory.resolve("data.h5");
        if (Foreign.takesAllNames()) {
            Foreign.make(file, false, id -> {
                ForeignDataset.of(id, SMILE, INT64, List.of(1));
                ForeignDataset.of(id, "caf\uDCE9", INT64, List.of(2));
                new ForeignDataset(id, "a", INT64)
                        .shape(1)
                        .maximum(ForeignDataset.UNLIMITED)
                        .chunk(1024)
                        .with(List.of(7));
                ForeignDataset.attribute(id, "a", SMILE, INT64, 1);
            });
        } else {
            Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    f['😀'] = [1]; f.create_dataset(b'caf\\xe9', data=[2])
                    f.create_dataset('a', data=[7], maxshape=(None,)).attrs['😀'] = 1
                """, file);
        }

        Run.write(file, H5Record.of("a", 8L).and("b", 1));

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.datasets()).containsExactlyInAnyOrder(SMILE, "café", "a", "b");
            assertThat(source.dataset("/a").read()).isEqualTo(new long[] {7, 8});
            assertThat(source.dataset("/a").attributes().get(SMILE)).isEqualTo(1L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theyAreWrittenByJavaAndByTheEmbeddedLibrary(boolean library) {
        boolean embedded = Library.describe().contains("bytedeco");
        assumeTrue(embedded || !library, "JNI cannot pass names beyond U+FFFF, and JHDF5 has nothing else");
        Path file = directory.resolve(embedded ? "d" + SMILE + ".h5" : "data.h5"); // which JHDF5 opens

        for (int i = 1; i <= 2; i++) {
            H5Writer.Builder<H5Record> writer = H5Writer.to(file);
            Run.write(
                    (library ? LibraryWriter.of(writer, file) : writer)
                            .group("/" + SMILE)
                            .attribute("/" + SMILE, SMILE, "yes")
                            .column("x" + SMILE, c -> c.unit("m")),
                    reactor.core.publisher.Flux.just(H5Record.of("x" + SMILE, i).and(SMILE + "/y", "t" + i)));
        }

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.group("/" + SMILE).datasets()).containsExactly("x" + SMILE);
            assertThat(source.dataset("/" + SMILE + "/x" + SMILE).read()).isEqualTo(new int[] {1, 2});
            assertThat(source.dataset("/" + SMILE + "/" + SMILE + "/y").read()).isEqualTo(new String[] {"t1", "t2"});
            assertThat(source.dataset("/" + SMILE + "/x" + SMILE).attributes().get("units"))
                    .isEqualTo("m");
            assertThat(source.group("/" + SMILE).attributes().get(SMILE)).isEqualTo("yes");
        }
    }

    @Test
    void othersSayThatTheyCannot() {
        assumeTrue(!Library.describe().contains("bytedeco"), "the embedded HDF5 passes all names");
        Path file = directory.resolve("data.h5");

        Run.Failure failure =
                Run.fail(LibraryWriter.of(H5Writer.to(file), file), H5Record.of("good", 1), H5Record.of(SMILE, 1));

        assertThat(failure.error()).hasMessageContaining("JHDF5 cannot pass them on; the embedded HDF5 can");
        assertThat(failure.error().safeRecords()).isEqualTo(1);
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> H5Source.open(directory.resolve(SMILE + ".h5")))
                .withMessageContaining("JHDF5 cannot pass on");
    }

    @Test
    void textThatIsNoUtf8IsLatin1() {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, false, id -> {
            ForeignDataset.of(
                    id,
                    "s",
                    Foreign.string(3, Foreign.Padding.NULLPAD, false),
                    List.of("m", new byte[] {(byte) 0xB5, 'm'}, "µm"));
            ForeignDataset.attribute(
                    id, "s", "units", Foreign.string(2, Foreign.Padding.NULLPAD, false), new byte[] {(byte) 0xB0, 'C'});
            ForeignDataset.of(id, "o", opaque(2), List.of(new byte[] {'a', 'b'}, new byte[] {'c', 'd'}));
            ForeignDataset.of(
                    id,
                    "c",
                    Foreign.compound(
                            7,
                            new Foreign.Member("a", 0, Foreign.integer(4, true, false)),
                            new Foreign.Member("b", 4, opaque(3))),
                    List.of(List.of(1, new byte[] {'x', 'y', 'z'})));
            ForeignDataset.attribute(id, "s", "opaque", opaque(3), new byte[] {'1', '2', '3'});
        });

        try (H5Source source = H5Source.open(file)) {
            H5Dataset text = source.dataset("/s");
            assertThat(text.read()).isEqualTo(new String[] {"m", "µm", "µm"});
            assertThat(text.attributes().get("units")).isEqualTo("°C");
            assertThat(text.attributes().get("opaque")).isEqualTo(new byte[] {'1', '2', '3'});
            assertThat(source.dataset("/o").read()).isEqualTo(new byte[][] {{'a', 'b'}, {'c', 'd'}});
            assertThat(source.dataset("/o").type()).contains("opaque");
            assertThat(((Map<?, ?>) ((Object[]) source.dataset("/c").read())[0]).get("b"))
                    .isEqualTo(new byte[] {'x', 'y', 'z'});
        }
    }

    @Test
    void indexesOfPyTablesAreMarkedAsOutOfDate() {
        Path file = directory.resolve("data.h5");
        Python.run("""
                import numpy as np, pandas as pd, sys
                with pd.HDFStore(sys.argv[1], 'w') as s:
                    s.append('df', pd.DataFrame({'a': np.arange(2000.), 'b': np.arange(2000.) * 2}))
                """, file);
        record Frame(long index, double[] values_block_0) {}

        Run.write(
                H5Writer.<Object>to(file).group("/df").layout(Layout.TABLE),
                reactor.core.publisher.Flux.range(0, 3).map(i -> new Frame(777777, new double[] {i, i + 0.5})));

        assertThat(Python.run("""
                import pandas as pd, sys
                with pd.HDFStore(sys.argv[1], 'r') as s:
                    print(len(s.select('df', 'index==777777')), len(s['df']), s['df']['b'].iloc[-1], s.get_storer('df').nrows)
                """, file).strip()).isEqualTo("3 2003 2.5 2003");
    }
}
