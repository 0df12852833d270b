package io.h5sink.compression;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.H5Source;
import io.h5sink.filter.Filter;
import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.Filtering;
import io.h5sink.filter.Samples;
import io.h5sink.filter.Samples.Content;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.judge.Contents;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Require;
import io.jhdf.HdfFile;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chunks that the codecs make are read by HDF5's own filters, and chunks that those make are read by the codecs. */
class ChunksInFilesTest {

    /** Elements of 1 to 4096 bytes, and how many to a chunk. */
    private static final int[][] SHAPES = {
        {1, 1},
        {1, 1001},
        {2, 7},
        {2, 5000},
        {3, 333},
        {4, 1},
        {4, 1024},
        {8, 2},
        {8, 999},
        {8, 131_072},
        {16, 100},
        {28, 300},
        {4096, 9}
    };

    /**
     * A dataset of one chunk with the filters of a chain, as h5py makes it. The filter of Zstd is registered anew where no
     * plugin has it, around the library of the system.
     */
    private static final String DATASETS = """
            import ctypes, ctypes.util, sys, h5py, numpy
            try:
                import hdf5plugin
            except ImportError:
                pass

            IDS = {'ZSTD': 32015, 'LZ4': 32004}

            def register_zstd():
                zstd = ctypes.CDLL(ctypes.util.find_library('zstd'))
                c = ctypes.CDLL(None)
                size, address = ctypes.c_size_t, ctypes.c_void_p
                for f in zstd.ZSTD_decompress, zstd.ZSTD_compress, zstd.ZSTD_compressBound:
                    f.restype = size
                zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
                c.malloc.restype, c.malloc.argtypes, c.free.argtypes = address, [size], [address]
                zstd.ZSTD_decompress.argtypes = [address, size, address, size]
                zstd.ZSTD_compress.argtypes = [address, size, address, size, ctypes.c_int]
                zstd.ZSTD_getFrameContentSize.argtypes = [address, size]
                zstd.ZSTD_compressBound.argtypes = [size]
                call = ctypes.CFUNCTYPE(size, ctypes.c_uint, size, ctypes.POINTER(ctypes.c_uint), size,
                                        ctypes.POINTER(size), ctypes.POINTER(address))

                def zstd_filter(flags, count, values, nbytes, buffer_size, buffer):
                    reverse = flags & 0x100
                    capacity = (zstd.ZSTD_getFrameContentSize(buffer[0], nbytes) if reverse
                            else zstd.ZSTD_compressBound(nbytes))
                    out = c.malloc(capacity)
                    n = (zstd.ZSTD_decompress(out, capacity, buffer[0], nbytes) if reverse
                         else zstd.ZSTD_compress(out, capacity, buffer[0], nbytes, values[0]))
                    if zstd.ZSTD_isError(size(n)):
                        return 0
                    c.free(buffer[0])
                    buffer[0], buffer_size[0] = out, capacity
                    return n

                class Class(ctypes.Structure):
                    _fields_ = [('version', ctypes.c_int), ('id', ctypes.c_int), ('encodes', ctypes.c_uint),
                                ('decodes', ctypes.c_uint), ('name', ctypes.c_char_p), ('can', address),
                                ('local', address), ('call', call)]

                filter = Class(1, 32015, 1, 1, b'zstd', None, None, call(zstd_filter))
                ctypes.CDLL(h5py.h5z.__file__).H5Zregister(ctypes.byref(filter))
                h5py.filter_of_zstd = filter

            if not h5py.h5z.filter_avail(32015):
                register_zstd()

            def dataset(f, name, element, count, method, level, shuffle, fletcher32, **more):
                dtype = {1: 'u1', 2: 'u2', 4: 'u4', 8: 'u8'}.get(element, 'V%d' % element)
                options = dict(shuffle=shuffle == 'true', fletcher32=fletcher32 == 'true')
                if method == 'GZIP':
                    options.update(compression='gzip', compression_opts=level)
                elif method == 'LZF':
                    options.update(compression='lzf')
                elif method != 'NONE':
                    options.update(compression=IDS[method], compression_opts=(level,))
                return f.create_dataset(name, (count,), dtype, chunks=(count,), maxshape=(None,), **options, **more)

            def cases(directory):
                for line in open(directory + '/cases'):
                    n, element, count, method, level, shuffle, fletcher32, mask = line.split()
                    yield n, int(mask), (int(element), int(count), method, int(level), shuffle, fletcher32)

            def content(directory, name):
                return open(directory + '/' + name, 'rb').read()
            """;

    private static final String STORE = DATASETS + """
            directory = sys.argv[1]
            with h5py.File(directory + '/chunks.h5', 'w') as f:
                for n, mask, how in cases(directory):
                    dataset(f, n, *how).id.write_direct_chunk((0,), content(directory, n + '.stored'), mask)
            with h5py.File(directory + '/chunks.h5', 'r') as f:
                for n, mask, how in cases(directory):
                    properties = f[n].id.get_create_plist()
                    filters = [properties.get_filter(i)[:3] for i in range(properties.get_nfilters())]
                    same = f[n][()].tobytes() == content(directory, n + '.raw')
                    print(n, 'same' if same else 'DIFFERS', how, '|', ' '.join(str(x).replace(' ', '') for x in filters))
            """;

    private static final String WRITE = DATASETS + """
            directory = sys.argv[1]
            with h5py.File(directory + '/chunks.h5', 'w') as f:
                for n, mask, how in cases(directory):
                    d = dataset(f, n, *how)
                    d[...] = numpy.frombuffer(content(directory, n + '.raw'), d.dtype)
                    d.flush()
                    mask, stored = d.id.read_direct_chunk((0,))
                    open(directory + '/' + n + '.stored', 'wb').write(stored)
                    print(mask)
            """;

    private record Case(Filtering chain, int element, int count, byte[] raw, FilterPipeline pipeline) {

        String line(int n, int mask) {
            return "%d %d %d %s %d %s %s %d%n"
                    .formatted(
                            n,
                            element,
                            count,
                            chain.method(),
                            chain.level(),
                            chain.shuffle(),
                            chain.fletcher32(),
                            mask);
        }

        String what() {
            return chain + " " + count + " of " + element;
        }

        Foreign.Type type() {
            return Foreign.string(element, Foreign.Padding.NULLPAD, false);
        }

        void assertDecoded(ByteBuffer chunk, int mask, Scratch scratch) {
            ByteBuffer stored = ByteBuffer.allocateDirect(chunk.remaining()).put(chunk);
            ByteBuffer decoded = ByteBuffer.allocateDirect(raw.length);
            pipeline.decode(stored.flip(), mask, decoded, scratch);
            assertThat(Samples.bytes(decoded.flip())).as(what()).isEqualTo(raw);
        }
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Method.class)
    void hdf5ReadsWhatTheCodecsMakeFromDatasetsThatH5pyMakesTheSame(Method method) throws IOException {
        List<Case> cases = cases(method);
        StringBuilder lines = new StringBuilder();
        List<Integer> masks = new ArrayList<>();
        List<ByteBuffer> chunks = new ArrayList<>();
        try (Scratch scratch = new Scratch()) {
            for (int n = 0; n < cases.size(); n++) {
                Case one = cases.get(n);
                ByteBuffer stored = ByteBuffer.allocateDirect(one.pipeline.bound());
                ByteBuffer chunk =
                        ByteBuffer.allocateDirect(one.raw.length).put(one.raw).flip();
                masks.add(one.pipeline.encode(chunk, stored, scratch));
                chunks.add(stored.flip());
                lines.append(one.line(n, masks.get(n)));
                Files.write(directory.resolve(n + ".stored"), Samples.bytes(stored));
            }
        }
        if (Foreign.hasPacked()) {
            make(
                    cases,
                    (id, n, one) -> Foreign.packed(
                            id, "" + n, one.type(), one.count, one.pipeline.filters(), masks.get(n), chunks.get(n)));
            each(
                    cases,
                    (id, n, one) -> assertThat(Foreign.elements(id, "" + n))
                            .as(one.what())
                            .isEqualTo(one.raw));
        }
        if (isJudgedByH5py()) {
            Files.writeString(directory.resolve("cases"), lines);
            requireFilter(method);

            List<String> answers = Python.run(STORE, directory).lines().toList();

            assertThat(answers).hasSameSizeAs(cases);
            for (int n = 0; n < cases.size(); n++) {
                String[] answer = answers.get(n).split("\\| ?", -1);
                assertThat(answer[0]).startsWith(n + " same");
                assertThat(answer[1])
                        .as(cases.get(n).what())
                        .isEqualTo(inPython(cases.get(n).pipeline.filters()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theCodecsReadWhatHdf5Makes(Method method) throws IOException {
        List<Case> cases = cases(method);
        if (Foreign.hasPacked()) {
            make(
                    cases,
                    (id, n, one) ->
                            Foreign.unpacked(id, "" + n, one.type(), one.count, one.pipeline.filters(), one.raw));
            each(
                    cases,
                    (id, n, one) -> assertThat(Foreign.filters(id, "" + n))
                            .as(one.what())
                            .isEqualTo(one.pipeline.filters()));
            try (HdfFile hdf = new HdfFile(directory.resolve("library.h5"));
                    Scratch scratch = new Scratch()) {
                for (int n = 0; n < cases.size(); n++) {
                    ChunkedDataset dataset = (ChunkedDataset) hdf.getDatasetByPath("/" + n);
                    assertThat(Contents.chunks(dataset)).hasSize(1);
                    long[] mask = Contents.chunks(dataset)
                            .iterator()
                            .next()
                            .getFilterMask()
                            .toLongArray();
                    ByteBuffer stored = dataset.getRawChunkBuffer(new int[1]);
                    cases.get(n).assertDecoded(stored, mask.length == 0 ? 0 : (int) mask[0], scratch);
                }
            }
        }
        if (isJudgedByH5py()) {
            StringBuilder lines = new StringBuilder();
            for (int n = 0; n < cases.size(); n++) {
                lines.append(cases.get(n).line(n, 0));
            }
            Files.writeString(directory.resolve("cases"), lines);
            requireFilter(method);

            List<Integer> masks =
                    Python.run(WRITE, directory).lines().map(Integer::valueOf).toList();

            assertThat(masks).hasSameSizeAs(cases);
            try (Scratch scratch = new Scratch()) {
                for (int n = 0; n < cases.size(); n++) {
                    byte[] stored = Files.readAllBytes(directory.resolve(n + ".stored"));
                    cases.get(n).assertDecoded(ByteBuffer.wrap(stored), masks.get(n), scratch);
                }
            }
        }
    }

    /** Does something with each case, in a file that is open. */
    private interface Act {
        void with(long file, int n, Case one) throws HDF5Exception;
    }

    /** Makes a file by the C library, which has the filters of HDF5 itself and is given the others. */
    private void make(List<Case> cases, Act dataset) {
        cases.forEach(one -> one.pipeline.filters().forEach(filter -> LibraryFilters.packs(filter.id())));
        each(cases, dataset);
    }

    private void each(List<Case> cases, Act act) {
        Foreign.make(directory.resolve("library.h5"), false, id -> {
            for (int n = 0; n < cases.size(); n++) {
                act.with(id, n, cases.get(n));
            }
        });
    }

    /** Which it must be where the C library cannot be given chunks. */
    private static boolean isJudgedByH5py() {
        if (!Foreign.hasPacked()) {
            Python.require();
        }
        return Python.isPresent();
    }

    @Test
    void hdf5AndH5dumpReadGzipWithShuffleAndChecksum() throws IOException {
        Path file = stored(new Filtering(Method.GZIP, 1, true, true));
        byte[] expected = Samples.bytes(Samples.chunk(Content.WALK, 80_000));
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("x").filters()).containsExactly("shuffle", "gzip 1", "fletcher32");
        }
        Foreign.make(file, false, id -> assertThat(Foreign.elements(id, "x")).isEqualTo(expected));

        if (Tool.isPresent("h5dump")) {
            Path out = directory.resolve("out");
            assertThat(Tool.h5dump("-p", "-H", file))
                    .contains("PREPROCESSING SHUFFLE", "COMPRESSION DEFLATE { LEVEL 1 }", "CHECKSUM FLETCHER32");
            Tool.h5dump("-d", "/x", "-b", "LE", "-o", out, file);
            assertThat(out).hasBinaryContent(expected);
        }
    }

    @Test
    void h5dumpReadsLz4WithItsPlugin() throws IOException {
        requireFilter(Method.LZ4);
        Path file = stored(new Filtering(Method.LZ4, 0, true, false));
        Path out = directory.resolve("out");

        Tool.h5dump("-d", "/x", "-b", "LE", "-o", out, file);
        assertThat(out).hasBinaryContent(Samples.bytes(Samples.chunk(Content.WALK, 80_000)));
    }

    /** Without checksums, which jHDF 0.13 does not take off before it decompresses LZF, not from what h5py wrote either. */
    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GZIP", "LZF", "LZ4"})
    void jhdfReadsThem(Method method) throws IOException {
        Path file = stored(new Filtering(method, method == Method.GZIP ? 1 : 0, true, false));
        long[] expected = new long[10_000];
        Samples.chunk(Content.WALK, 80_000)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(expected);

        try (HdfFile hdf = new HdfFile(file)) {
            BigInteger[] found = (BigInteger[]) hdf.getDatasetByPath("/x").getData();
            assertThat(Stream.of(found).mapToLong(BigInteger::longValue).toArray())
                    .isEqualTo(expected);
        }
    }

    /** A file with a dataset {@code x} of 10,000 elements of 8 bytes in one chunk. */
    private Path stored(Filtering chain) throws IOException {
        FilterPipeline pipeline = FilterPipeline.of(chain, 8, 80_000);
        ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
        try (Scratch scratch = new Scratch()) {
            assertThat(pipeline.encode(Samples.chunk(Content.WALK, 80_000), stored, scratch))
                    .isZero();
        }
        Path file = directory.resolve("x.h5");
        if (Foreign.hasPacked()) {
            Foreign.make(
                    file,
                    false,
                    id -> Foreign.packed(
                            id, "x", Foreign.integer(8, false, false), 10_000, pipeline.filters(), 0, stored.flip()));
            return file;
        }
        requireFilter(chain.method());
        Files.write(directory.resolve("x.stored"), Samples.bytes(stored.flip()));
        Python.run(DATASETS + """
                directory, level = sys.argv[1], int(sys.argv[3])
                with h5py.File(directory + '/x.h5', 'w') as f:
                    d = dataset(f, 'x', 8, 10000, sys.argv[2], level, sys.argv[4], sys.argv[5])
                    d.id.write_direct_chunk((0,), content(directory, 'x.stored'), 0)
                """, directory, chain.method(), chain.level(), chain.shuffle(), chain.fletcher32());
        return file;
    }

    private List<Case> cases(Method method) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (Filtering chain : Samples.chains()) {
            if (chain.method() != method) {
                continue;
            }
            for (int[] shape : SHAPES) {
                for (Content content : Content.values()) {
                    int bytes = shape[0] * shape[1];
                    byte[] raw = Samples.bytes(Samples.chunk(content, bytes));
                    Files.write(directory.resolve(cases.size() + ".raw"), raw);
                    cases.add(new Case(chain, shape[0], shape[1], raw, FilterPipeline.of(chain, shape[0], bytes)));
                }
            }
        }
        return cases;
    }

    private static void requireFilter(Method method) {
        if (method == Method.LZ4) {
            Python.require("hdf5plugin");
            boolean present = Python.run("import hdf5plugin, h5py; print(h5py.h5z.filter_avail(32004))")
                    .startsWith("True");
            Require.that(present, "HDF5 has no filter for LZ4 (apt-get install hdf5-filter-plugin)");
        }
    }

    /** As h5py's {@code get_filter} prints it. */
    private static String inPython(List<Filter> filters) {
        return filters.stream()
                .map(filter -> "(%d,%d,(%s))"
                        .formatted(
                                filter.id(),
                                filter.flags(),
                                filter.values().stream().map(String::valueOf).collect(Collectors.joining(","))
                                        + (filter.values().size() == 1 ? "," : "")))
                .collect(Collectors.joining(" "));
    }
}
