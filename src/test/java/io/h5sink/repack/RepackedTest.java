package io.h5sink.repack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.Compression;
import io.h5sink.H5Dataset;
import io.h5sink.H5Field;
import io.h5sink.H5FileException;
import io.h5sink.H5ReadException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.foreign.HostileChunks;
import io.h5sink.foreign.RepackedFile;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.StoredChunk;
import io.h5sink.judge.Python;
import io.h5sink.judge.SameFiles;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    private static final Foreign.Type REFERENCE = () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_OBJ);

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
        SameFiles.assertSame(file, to);
    }

    @ParameterizedTest
    @CsvSource({"earliest, gzip", "latest, gzip", "earliest, none", "latest, none", "latest, auto"})
    void allTypesShapesAndLinksAreCarriedOver(String version, String how) throws IOException {
        Compression compression =
                how.equals("gzip") ? Compression.gzip(6) : how.equals("auto") ? Compression.auto() : Compression.none();
        RepackedFile.make(file, version.equals("latest") ? Foreign.Format.HDF5_1_10 : Foreign.Format.OLDEST);

        assertThat(repack(compression)).isEmpty();

        mustBeTheSame();
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-H", "-g", "/commented", to)).contains("COMMENT \"what a group\"");
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.unfinished");

        Files.move(to, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(repack(Compression.none())).isEmpty();
        mustBeTheSame();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thoseOfNewerFormatsAreCarriedOverToo(boolean compressed) {
        RepackedFile.make(file, Foreign.Format.NEWEST);

        assertThat(repack(compressed ? Compression.gzip(6) : Compression.none()))
                .isEmpty();

        SameFiles.assertSameHere(file, to);
    }

    @ParameterizedTest
    @CsvSource({"lzf, 32000", "zstd, 32015", "lz4, 32004"})
    void chunksAreCompressedByWhatHdf5Lacks(String how, int filter) {
        record Number(long x) {}
        Run.write(
                H5Writer.<Number>to(file).chunkRows(1000).compression(Compression.lzf()),
                Flux.range(0, 100_003).map(Number::new));
        Foreign.make(
                file,
                false,
                f -> new ForeignDataset(f, "y", Foreign.real(8, false))
                        .shape(10_000, 6)
                        .with(IntStream.range(0, 60_000).toArray()));
        Compression compression =
                how.equals("lzf") ? Compression.lzf() : how.equals("zstd") ? Compression.zstd(3) : Compression.lz4();

        if (!LibraryFilters.packs(filter) && !isEmbedded()) {
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
        String dataset = layout == Layout.TABLE ? "table" : "value";
        try (H5Source source = H5Source.open(to)) {
            assertThat(source.dataset(dataset))
                    .returns(List.of(10_000L), H5Dataset::shape)
                    .extracting(H5Dataset::filters, LIST)
                    .last(STRING)
                    .startsWith("gzip");
            assertThat(source.dataset(".h5sink/positions").filters()).isEmpty();
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        d = f['table'] if 'table' in f else f['value']
                        print(d.compression, d.shape, f['.h5sink/positions'].compression)
                    """, to)).isEqualToIgnoringWhitespace("gzip (10000,) None");
        }
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
        Foreign.make(file, false, f -> {
            sparse(f, "sparse", 10_000_000, 10_000).gzip(4).unwritten();
            ForeignDataset.write(f, "sparse", new long[] {5_000_000, 77}, new long[] {1, 1}, List.of(3));
            sparse(f, "nothing", 1L << 50, 1L << 50).unwritten();
        });

        assertThat(repack(Compression.gzip(1))).isEmpty();

        try (H5Source source = H5Source.open(to)) {
            assertThat(source.dataset("sparse").slice("5000000, 76:79").read()).isEqualTo(new float[] {0, 3, 0});
            assertThat(source.dataset("sparse").bytes()).isBetween(1L, 1000L);
            assertThat(source.dataset("nothing").bytes()).isZero();
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        d = f['sparse']
                        print(d.id.get_num_chunks(), d[5_000_000, 76:79], f['nothing'].id.get_num_chunks())
                    """, to)).isEqualToIgnoringWhitespace("1 [0. 3. 0.] 0");
        }
    }

    private static ForeignDataset sparse(long file, String path, long... shape) {
        return new ForeignDataset(file, path, Foreign.real(4, false))
                .shape(shape)
                .chunk(128, 128);
    }

    @Test
    void whatWentThroughAnUnknownFilterStaysAsItIs() throws IOException {
        String chunk = "in a way of its own";
        Foreign.make(file, false, f -> {
            new ForeignDataset(f, "x", Foreign.integer(4, true, false))
                    .shape(20)
                    .maximum(ForeignDataset.UNLIMITED)
                    .chunk(10)
                    .property(creation ->
                            H5.H5Pset_filter(creation, 300, HDF5Constants.H5Z_FLAG_OPTIONAL, 3, new int[] {1, 2, 3}))
                    .unwritten();
            ForeignDataset.attribute(f, "x", "to", REFERENCE, ForeignDataset.reference(f, "x"));
        });
        StoredChunk.write(file, List.of(new StoredChunk("x", 10, chunk.getBytes(StandardCharsets.US_ASCII))));

        assertThat(repack(Compression.gzip(1))).isEmpty();

        assertThat(Files.readString(to, StandardCharsets.ISO_8859_1)).containsOnlyOnce(chunk);
        try (H5Source source = H5Source.open(to)) {
            assertThat(source.dataset("x").filters()).singleElement().asString().contains("300");
            assertThat(source.dataset("x").attributes().get("to")).isEqualTo("/x");
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        d = f['x']
                        print(d.id.read_direct_chunk((10,)), d.id.get_create_plist().get_filter(0)[:3], f[d.attrs['to']] == d)
                    """, to))
                    .isEqualToIgnoringWhitespace("(0, b'in a way of its own') (300, 1, (1, 2, 3)) True");
        }
    }

    @Test
    void referencesThatLeadNowhereAreReported() {
        Foreign.make(file, false, f -> {
            Hdf5Calls.ints(f, "gone", 1);
            byte[] gone = ForeignDataset.reference(f, "gone");
            ForeignDataset.of(f, "refs", REFERENCE, List.of(gone, ForeignDataset.reference(f, "/")));
            ForeignDataset.attribute(f, "/", "to", REFERENCE, gone);
            H5.H5Ldelete(f, "gone", HDF5Constants.H5P_DEFAULT);
        });

        assertThat(repack(Compression.none()))
                .containsExactly(
                        "/@to: a reference that leads to nothing in the file",
                        "/refs: a reference that leads to nothing in the file");

        try (H5Source source = H5Source.open(to)) {
            assertThat(source.dataset("refs").read()).isEqualTo(new String[] {"", "/"});
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(bool(f['refs'][0]), f[f['refs'][1]].name)
                    """, to)).isEqualToIgnoringWhitespace("False /");
        }
    }

    @Test
    void aUserBlockIsReported() {
        Foreign.make(
                file,
                Foreign.Format.OLDEST,
                creation -> H5.H5Pset_userblock(creation, 1024),
                f -> Hdf5Calls.ints(f, "x", 1));

        assertThat(repack(Compression.none())).containsExactly("user block: 1024 bytes in front of the file");
    }

    @Test
    void aDamagedChunkIsNamedAndThereIsNoNewFile() throws IOException {
        Foreign.make(file, false, f -> {
            Hdf5Calls.ints(f, "good", 1);
            new ForeignDataset(f, "bad", Foreign.integer(8, true, false))
                    .shape(5000)
                    .chunk(1000)
                    .gzip(4)
                    .with(IntStream.range(0, 5000).toArray());
        });
        byte[] packed = HostileChunks.zlib("far too short".getBytes(StandardCharsets.US_ASCII));
        StoredChunk.write(file, List.of(new StoredChunk("bad", 2000, packed)));
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
        Foreign.make(file, false, f -> Hdf5Calls.ints(f, "x", 1));
        Files.writeString(to, "something");

        assertThatThrownBy(() -> repack(Compression.none()))
                .isInstanceOf(H5FileException.class)
                .hasMessageContaining(to + " exists already");

        assertThat(to).hasContent("something");
        assertThat(directory).isDirectoryNotContaining("glob:**.unfinished");
    }
}
