package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.hdf5.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** A repacked file is, to other programs, the one that it was made of. */
class RepackedTest {

    record Reading(
            long time,
            int station,
            double value,
            @H5Field(length = 6) String name) {
        static Reading of(int i) {
            return new Reading(i, i % 3, i + 0.25, "n" + i);
        }
    }

    @TempDir
    Path directory;

    private Path file;
    private Path to;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
        to = directory.resolve("new.h5");
    }

    private List<String> repack(Compression compression) {
        try (H5Source source = H5Source.open(file)) {
            return source.repack(to, compression);
        }
    }

    private void mustBeTheSame() {
        assertThat(Python.run(RepackedScripts.COMPARE, file, to)).isEqualToIgnoringWhitespace("same");
        Tool.Answer answer = Tool.run("h5diff", "-c", file, to);
        assertThat(answer.output().lines())
                .allMatch(line -> line.endsWith("is an empty dataset") || line.endsWith("is a virtual dataset"));
        assertThat(answer.status()).isZero();
    }

    private void python(String script) {
        Python.run("import h5py, numpy as np, sys\nwith h5py.File(sys.argv[1], 'a') as f:\n" + script.indent(4), file);
    }

    @ParameterizedTest
    @CsvSource({"earliest, gzip", "latest, gzip", "earliest, none", "latest, none", "latest, auto"})
    void allTypesShapesAndLinksAreCarriedOver(String version, String how) throws IOException {
        Compression compression =
                how.equals("gzip") ? Compression.gzip(6) : how.equals("auto") ? Compression.auto() : Compression.none();
        Python.run(RepackedScripts.EVERYTHING, file, version);

        assertThat(repack(compression)).isEmpty();

        mustBeTheSame();
        assertThat(Tool.h5dump("-H", "-g", "/commented", to)).contains("COMMENT \"what a group\"");
        assertThat(directory).isDirectoryNotContaining("glob:**.unfinished");

        Files.move(to, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(repack(Compression.none())).isEmpty();
        mustBeTheSame();
    }

    @ParameterizedTest
    @CsvSource({"lzf, 32000", "zstd, 32015", "lz4, 32004"})
    void chunksAreCompressedByWhatHdf5Lacks(String how, int filter) {
        python("""
                f.create_dataset('x', data=np.arange(100_003), maxshape=(None,), chunks=(1000,), compression='lzf')
                f['y'] = np.arange(60_000.).reshape(-1, 6)
                """);
        Compression compression =
                how.equals("lzf") ? Compression.lzf() : how.equals("zstd") ? Compression.zstd(3) : Compression.lz4();

        if (!Library.hasFilter(filter) && !isEmbedded()) {
            assertThatThrownBy(() -> repack(compression))
                    .isInstanceOf(H5SchemaException.class)
                    .hasMessageStartingWith(file + ": /x: expected a filter that HDF5 1.10")
                    .hasMessageContaining("(" + how.toUpperCase(Locale.ROOT) + ")");
            assertThat(directory).isDirectoryNotContaining("glob:**new*");
            return;
        }
        assertThat(repack(compression)).isEmpty();

        try (H5Source source = H5Source.open(to)) {
            assertThat(source.dataset("/x").filters())
                    .hasSize(2)
                    .last()
                    .asString()
                    .startsWith(how);
            assertThat(source.dataset("/y").filters())
                    .hasSize(2)
                    .last()
                    .asString()
                    .startsWith(how);
            assertThat(source.dataset("/x").bytes()).isLessThan(400_000);
            assertThat(source.dataset("/x").read(long[].class))
                    .isEqualTo(LongStream.range(0, 100_003).toArray());
            assertThat(source.dataset("/y").slice("9999").read(double[].class))
                    .containsExactly(59994, 59995, 59996, 59997, 59998, 59999);
        }
    }

    private static boolean isEmbedded() {
        return Library.describe().contains("bytedeco");
    }

    @ParameterizedTest
    @EnumSource
    void aSinkGoesOnFromItsPositions(Layout layout) {
        H5Writer<Reading> writer = H5Writer.<Reading>to(file)
                .layout(layout)
                .position(Reading::time)
                .build();
        writer.write(Flux.range(0, 5000).map(Reading::of)).block();
        assertThat(repack(Compression.gzip(1))).isEmpty();
        mustBeTheSame();

        H5Writer<Reading> next = H5Writer.<Reading>to(to)
                .layout(layout)
                .position(Reading::time)
                .compression(Compression.gzip(1))
                .build();
        assertThat(next.positions()).isEqualTo(writer.positions()).containsValue(4999L);
        next.write(Flux.range(5000, 5000).map(Reading::of)).block();

        assertThat(next.positions()).containsValue(9999L);
        try (H5Source source = H5Source.open(to)) {
            Flux<Reading> rows = layout == Layout.TABLE
                    ? source.dataset("/table").rows().records(Reading.class)
                    : source.records(Reading.class);
            assertThat(rows.collectList().block())
                    .isEqualTo(
                            Flux.range(0, 10_000).map(Reading::of).collectList().block());
        }
        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    d = f['table'] if 'table' in f else f['value']
                    print(d.compression, d.shape, f['.h5sink/positions'].compression)
                """, to)).isEqualToIgnoringWhitespace("gzip (10000,) None");
    }

    @Test
    void filesOfPyTablesAndPandasAreCarriedOver() {
        Python.require("tables", "pandas");
        Python.run("""
                import numpy as np, pandas, sys, tables
                with tables.open_file(sys.argv[1], 'w', title='ours') as f:
                    class Row(tables.IsDescription):
                        name = tables.StringCol(16)
                        number = tables.UInt64Col(dflt=7)
                        kind = tables.EnumCol(['a', 'b'], 'a', 'uint8')
                        class inner(tables.IsDescription):
                            x = tables.Float64Col(shape=(2, 3))
                    t = f.create_table('/', 'table', Row, filters=tables.Filters(5, 'blosc' if 'blosc' in sys.argv else 'zlib'))
                    for i in range(3000):
                        t.row['name'], t.row['number'], t.row['inner/x'] = 'n%d' % i, i, i
                        t.row.append()
                    t.flush()
                    t.cols.name.create_index()
                    v = f.create_vlarray('/', 'lists', tables.Int32Atom())
                    for i in range(50):
                        v.append(list(range(i)))
                    f.create_vlarray('/', 'objects', tables.ObjectAtom()).append({'a': 1})
                    f.create_earray('/g', 'grows', tables.Float32Atom(), (0, 5), createparents=True).append(np.ones((20, 5)))
                    f.create_carray('/g', 'chunks', obj=np.arange(5000), filters=tables.Filters(1, 'zlib'))
                    f.create_soft_link('/', 'soft', '/g/grows')
                pandas.DataFrame(dict(a=range(10), b=list('abcdefghij'))).to_hdf(sys.argv[1], 'frame', format='table')
                """, file);

        assertThat(repack(Compression.gzip(6))).isEmpty();

        mustBeTheSame();
        assertThat(Python.run("""
                import pandas, sys, tables
                with tables.open_file(sys.argv[1]) as f:
                    print(f.root.table.colindexed['name'], f.root.table.read_where('name == b"n77"')['number'], f.root.lists[3],
                        f.root.objects[0], f.root.soft().shape)
                print(pandas.read_hdf(sys.argv[1], 'frame').shape)
                """, to)).isEqualToIgnoringWhitespace("True [77] [0 1 2] {'a': 1} (20, 5) (10, 2)");
    }

    @Test
    void whatWasNeverWrittenIsNotStored() {
        python("""
                f.create_dataset('sparse', (10_000_000, 10_000), 'f4', chunks=(128, 128), compression='gzip')[5_000_000, 77] = 3
                f.create_dataset('nothing', (2**50, 2**50), 'f4', chunks=(128, 128))
                """);

        assertThat(repack(Compression.gzip(1))).isEmpty();

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    d = f['sparse']
                    print(d.id.get_num_chunks(), d[5_000_000, 76:79], f['nothing'].id.get_num_chunks())
                """, to)).isEqualToIgnoringWhitespace("1 [0. 3. 0.] 0");
    }

    @Test
    void whatWentThroughAnUnknownFilterStaysAsItIs() {
        python("""
                space = h5py.h5s.create_simple((20,), (h5py.h5s.UNLIMITED,))
                plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                plist.set_chunk((10,))
                plist.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, (1, 2, 3))
                d = h5py.h5d.create(f.id, b'x', h5py.h5t.STD_I32LE, space, plist)
                d.write_direct_chunk((10,), b'in a way of its own', 0)
                f['x'].attrs['to'] = f['x'].ref
                """);

        assertThat(repack(Compression.gzip(1))).isEmpty();

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    d = f['x']
                    print(d.id.read_direct_chunk((10,)), d.id.get_create_plist().get_filter(0)[:3], f[d.attrs['to']] == d)
                """, to))
                .isEqualToIgnoringWhitespace("(0, b'in a way of its own') (32001, 1, (1, 2, 3)) True");
    }

    @Test
    void referencesThatLeadNowhereAreTold() {
        python("""
                f['gone'] = 1
                f['refs'] = np.array([f['gone'].ref, f['/'].ref], dtype=h5py.ref_dtype)
                f.attrs['to'] = f['gone'].ref
                del f['gone']
                """);

        assertThat(repack(Compression.none()))
                .containsExactly(
                        "/@to: a reference that leads to nothing in the file",
                        "/refs: a reference that leads to nothing in the file");

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    print(bool(f['refs'][0]), f[f['refs'][1]].name)
                """, to)).isEqualToIgnoringWhitespace("False /");
    }

    @Test
    void aUserBlockIsTold() {
        Python.run(
                "import h5py, sys; f = h5py.File(sys.argv[1], 'w', userblock_size=1024); f['x'] = 1; f.close()", file);

        assertThat(repack(Compression.none())).containsExactly("user block: 1024 bytes in front of the file");
    }

    @Test
    void aDamagedChunkIsNamedAndThereIsNoNewFile() throws IOException {
        python("""
                f['good'] = 1
                f.create_dataset('bad', data=np.arange(5000), chunks=(1000,), compression='gzip')
                """);
        Python.run("""
                import h5py, sys, zlib
                with h5py.File(sys.argv[1], 'r') as f:
                    chunk = f['bad'].id.get_chunk_info(2)
                short = zlib.compress(b'far too short')
                with open(sys.argv[1], 'r+b') as f:
                    f.seek(chunk.byte_offset)
                    f.write(short)
                """, file);
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> repack(Compression.gzip(1)))
                .isInstanceOf(H5ReadException.class)
                .hasMessageStartingWith(
                        file + ": /bad: it is damaged: the chunk at [2000]: it has 13 bytes, where 8000");

        assertThat(directory).isDirectoryNotContaining("glob:**new*");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void anExistingFileIsLeftAlone() throws IOException {
        python("f['x'] = 1");
        Files.writeString(to, "something");

        assertThatThrownBy(() -> repack(Compression.none()))
                .isInstanceOf(H5FileException.class)
                .hasMessageContaining(to + " exists already");

        assertThat(to).hasContent("something");
        assertThat(directory).isDirectoryNotContaining("glob:**.unfinished");
    }
}
