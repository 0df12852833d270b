package io.h5sink.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5Dataset;
import io.h5sink.H5ReadException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Slice;
import io.h5sink.H5Source;
import io.h5sink.foreign.HostileChunks;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.judge.Python;
import io.h5sink.testing.Require;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filtered chunks, which are read in Java, give what HDF5 reads where there are no filters; and damaged ones an error. */
class UnpackedChunksTest {

    /** Two datasets of each type, one with filters and the other without; parts of them are never written. */
    private static final String TYPES = """
            import h5py, numpy as np, sys
            T = h5py.h5t

            def text(size, pad, set=T.CSET_ASCII):
                t = T.C_S1.copy()
                t.set_size(size)
                t.set_strpad(pad)
                t.set_cset(set)
                return t

            def odd(base, size, bits, offset):
                t = base.copy()
                t.set_size(size)
                t.set_precision(bits)
                t.set_offset(offset)
                return t

            def compound(size, *members):
                t = T.create(T.COMPOUND, size)
                for name, offset, member in members:
                    t.insert(name.encode(), offset, member)
                return t

            def names(base, **values):
                t = T.enum_create(base)
                for name, value in values.items():
                    t.enum_insert(name.encode(), value)
                return t

            rng = np.random.default_rng(7)

            opaque = T.create(T.OPAQUE, 5)
            opaque.set_tag(b'bytes')
            point = compound(24, ('x', 3, T.IEEE_F64BE), ('n', 16, T.STD_I16BE), ('c', 20, T.STD_U8LE))
            types = dict(
                f8=T.IEEE_F64LE, f8be=T.IEEE_F64BE, f4be=T.IEEE_F32BE, f2=T.IEEE_F16LE, u8=T.STD_U64LE, i4be=T.STD_I32BE,
                i3=odd(T.STD_I32LE, 3, 24, 0), i5be=odd(T.STD_I64BE, 5, 37, 2), bits=T.STD_B16BE, opaque=opaque,
                nullterm=text(6, T.STR_NULLTERM), nullpad=text(6, T.STR_NULLPAD), spacepad=text(6, T.STR_SPACEPAD),
                enum=names(T.STD_I16BE, A=7, B=-3, C=300), bool=names(T.STD_I8LE, FALSE=0, TRUE=1), point=point,
                array=T.array_create(T.STD_I16BE, (2, 3)), points=T.array_create(point, (2,)),
                nested=compound(70, ('p', 1, point), ('s', 30, text(4, T.STR_SPACEPAD)), ('a', 40, T.array_create(T.IEEE_F32BE, (3,)))))
            grids = dict(single=((30,), (30,), (30,)), fixed=((40,), (40,), (7,)), paged=((3000,), (3000,), (2,)),
                growing=((50,), (None,), (7,)), tree=((23, 17), (None, None), (5, 4)), cube=((9, 8, 7), (None, 8, 7), (4, 8, 3)))
            filters = sys.argv[2].split('+')
            with h5py.File(sys.argv[1], 'w', libver=sys.argv[3]) as f:
                for kind in 'plain', 'packed':
                    f.create_group(kind)
                n = 0
                for t, type in types.items():
                    for g, (shape, maximum, chunk) in grids.items():
                        n += 1
                        if t not in ('f8', 'i4be', 'nested') and (n + n // 6) % 3 or (g == 'paged' and t != 'f8'):
                            continue
                        raw = rng.integers(0, 256, (int(np.prod(shape)), type.get_size()), dtype='u1')
                        if t in ('enum', 'bool'):
                            raw = np.array([[0, 7], [255, 253], [1, 44]], 'u1')[raw[:, 0] % 3] if t == 'enum' else raw % 2
                        elif type.get_class() == T.STRING:
                            raw = np.frombuffer(b' \\0abcdefg', 'u1')[raw % 9]
                        elif t == 'nested':
                            raw[:, 30:34] = np.frombuffer(b' \\0abcdefg', 'u1')[raw[:, 30:34] % 9]
                        raw = raw.tobytes()
                        for kind in 'plain', 'packed':
                            dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                            dcpl.set_chunk(chunk)
                            if n % 2:
                                dcpl.set_alloc_time(h5py.h5d.ALLOC_TIME_INCR)
                            if kind == 'packed':
                                for name in filters:
                                    if name == 'gzip':
                                        dcpl.set_deflate(4)
                                    elif name == 'shuffle':
                                        dcpl.set_shuffle()
                                    elif name == 'fletcher32':
                                        dcpl.set_fletcher32()
                                    elif name == 'lzf':
                                        dcpl.set_filter(32000, h5py.h5z.FLAG_OPTIONAL)
                            if n % 4 == 0 and t in ('f8', 'i4be'):
                                dcpl.set_fill_value(np.array(41, '<f8' if t == 'f8' else '>i4'))
                            space = h5py.h5s.create_simple(shape, tuple(h5py.h5s.UNLIMITED if m is None else m for m in maximum))
                            d = h5py.h5d.create(f[kind].id, (t + '_' + g).encode(), type, space, dcpl)
                            part = d.get_space()
                            if g != 'single': # what follows is never written
                                part.select_hyperslab((0,) * len(shape), tuple(max(1, s - 2 * c) for s, c in zip(shape, chunk)))
                            count = part.get_select_npoints()
                            values = np.frombuffer(raw[:count * type.get_size()], 'V%d' % type.get_size())
                            d.write(h5py.h5s.create_simple((count,)), part, values, type)
            """;

    private static final List<List<String>> SLICES = List.of(
            List.of("...", "3", "2:9", "::5", "5:29:3", "-1", "8:8"),
            List.of("...", "3, 4", "2:9, 3:12", "::7, 5", "4::2, 1::3", ":, -1", "22, ::2"),
            List.of("...", "3, 4, 5", "2:7, 3:5, 1:6", "::5, :, 3", "1::2, 1::3, ::2", ":, :, -1", "4:8, 2:4"));

    private static final Foreign.Type TEXT = Foreign.string(0, Foreign.Padding.NULLTERM, true);

    @TempDir
    Path directory;

    static Stream<List<String>> filtersAndVersions() {
        return Stream.of(
                        "gzip",
                        "shuffle+gzip",
                        "shuffle",
                        "fletcher32",
                        "fletcher32+gzip",
                        "lzf+fletcher32",
                        "shuffle+lzf")
                .flatMap(filters -> Stream.of("earliest", "latest").map(version -> List.of(filters, version)));
    }

    @ParameterizedTest
    @MethodSource("filtersAndVersions")
    void allTypesAreReadAsWithoutFilters(List<String> how) {
        boolean packs = !how.get(0).contains("lzf") || LibraryFilters.packs(32000);
        if (packs) {
            Path file = directory.resolve("data.h5");
            FilteredFile.make(file, how.get(0), how.get(1).equals("latest"));
            assertSame(file);
        }
        if (!packs || Python.isPresent()) {
            Path file = directory.resolve("python.h5");
            Python.run(TYPES, file, how.get(0), how.get(1));
            assertSame(file);
        }
    }

    private static void assertSame(Path file) {
        try (H5Source h5 = H5Source.open(file)) {
            List<String> names = h5.group("plain").datasets();
            assertThat(names).hasSizeGreaterThan(40);
            for (String name : names) {
                H5Dataset plain = h5.dataset("plain/" + name);
                H5Dataset packed = h5.dataset("packed/" + name);
                assertThat(packed.filters()).isNotEmpty();
                for (String slice : SLICES.get(plain.shape().size() - 1)) {
                    assertThat(outcome(packed.slice(slice)))
                            .as("%s[%s]", name, slice)
                            .isEqualTo(outcome(plain.slice(slice)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void craftedChunksAreRefused(String version) {
        Path file = directory.resolve("data.h5");
        HostileChunks.make(file);
        try (H5Source h5 = H5Source.open(Path.of(file + version))) {
            assertThat(h5.datasets()).hasSize(5 * 11);
            for (String name : h5.datasets()) {
                H5Dataset dataset = h5.dataset(name);
                int first = name.startsWith("single") ? 0 : name.startsWith("paged") ? 8 : 6;
                String at = "[" + first + (name.startsWith("tree") ? ", 0]" : "]");
                if (name.endsWith("-long")) { // of which HDF5, too, takes as much as it needs
                    assertThat(reported(dataset.slice("8").read()))
                            .as(name)
                            .isEqualTo(name.startsWith("tree") ? List.of(0L, 0L, 0L, 0L, 60L, 61L, 62L) : 0L);
                } else {
                    assertThatThrownBy(() -> dataset.slice("8").read())
                            .as(name)
                            .isInstanceOf(H5ReadException.class)
                            .hasMessageStartingWith(
                                    file + version + ": /" + name + ": it is damaged: the chunk at " + at + ": ");
                    assertThatThrownBy(dataset::read).as(name).isInstanceOf(H5ReadException.class);
                }
                if (first > 0) {
                    assertThat(reported(dataset.slice("1").read()))
                            .as(name)
                            .isEqualTo(reported(
                                    name.startsWith("tree")
                                            ? LongStream.range(7, 14).toArray()
                                            : 1L));
                }
            }
        }
    }

    /** Where nothing was written and nothing is filled, there are zeros, also where something else has just been read. */
    @Test
    void whatIsNotFilledIsZero() {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, false, f -> {
            for (String name : List.of("plain", "packed")) {
                ForeignDataset dataset = new ForeignDataset(f, name, Foreign.integer(8, true, false))
                        .shape(3 << 20)
                        .chunk(1 << 18)
                        .property(creation -> H5.H5Pset_fill_time(creation, HDF5Constants.H5D_FILL_TIME_NEVER))
                        .fill(7);
                (name.equals("packed") ? dataset.gzip(1) : dataset).unwritten();
                ForeignDataset.write(f, name, 0, Collections.nCopies(1 << 20, 1));
            }
        });
        try (H5Source h5 = H5Source.open(file)) {
            for (String name : h5.datasets()) {
                assertThat(LongStream.of(h5.dataset(name).read(long[].class)).sum())
                        .as(name)
                        .isEqualTo(1 << 20);
            }
        }
    }

    /** Thousands of chunks, for which every kind of index needs more than one level. */
    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void largeIndexes(String version) {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, version.equals("latest"), f -> {
            large(f, "fixed", 6000).chunk(1).unwritten();
            large(f, "growing", 40_000)
                    .maximum(ForeignDataset.UNLIMITED)
                    .chunk(1)
                    .unwritten();
            large(f, "tree", 70, 140)
                    .maximum(ForeignDataset.UNLIMITED, ForeignDataset.UNLIMITED)
                    .chunk(1, 2)
                    .unwritten();
            for (int row = 0; row < 40_000; row += 3) {
                for (String name : row < 6000 ? List.of("fixed", "growing") : List.of("growing")) {
                    ForeignDataset.write(f, name, row, new int[] {row});
                }
            }
            for (int row = 0; row < 70; row += 3) {
                int[] values = IntStream.range(row * 140, (row + 1) * 140).toArray();
                ForeignDataset.write(f, "tree", new long[] {row, 0}, new long[] {1, 140}, values);
            }
        });
        try (H5Source h5 = H5Source.open(file)) {
            for (String name : List.of("fixed", "growing")) {
                int rows = name.equals("fixed") ? 6000 : 40_000;
                int[] all =
                        IntStream.range(0, rows).map(i -> i % 3 == 0 ? i : -1).toArray();
                H5Dataset dataset = h5.dataset(name);
                assertThat(dataset.read(int[].class)).as(name).isEqualTo(all);
                assertThat(dataset.slice("5001").read(int.class)).as(name).isEqualTo(5001);
                assertThat(dataset.slice("::999").read(int[].class))
                        .as(name)
                        .isEqualTo(IntStream.iterate(0, i -> i < rows, i -> i + 999)
                                .toArray());
            }
            H5Dataset tree = h5.dataset("tree");
            assertThat(tree.slice("66").read(int[].class))
                    .isEqualTo(IntStream.range(66 * 140, 67 * 140).toArray());
            assertThat(tree.slice("::3, 139").read(int[].class))
                    .isEqualTo(
                            IntStream.range(0, 24).map(i -> 3 * i * 140 + 139).toArray());
            assertThat(tree.slice("68:, 77:80").read(int[][].class)).isDeepEqualTo(new int[][] {
                {-1, -1, -1}, {69 * 140 + 77, 69 * 140 + 78, 69 * 140 + 79}
            });
        }
    }

    private static ForeignDataset large(long file, String path, long... shape) {
        return new ForeignDataset(file, path, Foreign.integer(4, true, false))
                .shape(shape)
                .gzip(4)
                .fill(-1);
    }

    /** A source goes on with the file that it has opened, and follows links into others. */
    @Test
    void otherFiles() throws IOException {
        Path file = directory.resolve("data.h5");
        other("data.h5", 0, 0);
        other("other.h5", 1000, 0);
        other("outer.h5", 0, 1024);
        int[] own = IntStream.range(0, 100).toArray();
        int[] linked = IntStream.range(1000, 1100).toArray();
        try (H5Source h5 = H5Source.open(directory.resolve("outer.h5"))) {
            assertThat(h5.dataset("a").read(int[].class)).isEqualTo(own);
            assertThat(h5.dataset("link").read(int[].class)).isEqualTo(linked);
        }
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("a").slice("3").read(int.class)).isEqualTo(3);
            Files.move(directory.resolve("other.h5"), file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(h5.dataset("a").read(int[].class)).isEqualTo(own);
            try (H5Source now = H5Source.open(file)) {
                assertThat(now.dataset("a").read(int[].class)).isEqualTo(linked);
            }
        }
    }

    private void other(String name, int first, int userBlock) {
        Foreign.make(
                directory.resolve(name),
                Foreign.Format.OLDEST,
                creation -> H5.H5Pset_userblock(creation, userBlock),
                f -> {
                    for (int i = 0; i < first / 1000; i++) {
                        ForeignDataset.attribute(f, "/", "moves what follows", TEXT, "x".repeat(3000));
                    }
                    new ForeignDataset(f, "a", Foreign.integer(8, true, false))
                            .shape(100)
                            .chunk(7)
                            .property(H5::H5Pset_shuffle)
                            .gzip(4)
                            .with(IntStream.range(first, first + 100).toArray());
                    Foreign.external(f, "link", Path.of("other.h5"), "/a");
                });
    }

    /** Chunks that reach beyond the dataset may be stored as they are. */
    @Test
    void edgesWithoutFilters() {
        Require.that(Files.exists(Path.of("/proc/self/maps")), "there is no /proc/self/maps");
        Path file = directory.resolve("data.h5");
        Python.run("""
                import ctypes, h5py, numpy as np, sys
                with h5py.File(sys.argv[1], 'w', libver='latest') as f:
                    dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                    dcpl.set_chunk((4, 3))
                    dcpl.set_deflate(1)
                    dcpl.set_shuffle()
                    maps = open('/proc/self/maps').read().split() # h5py has no function for it
                    library = next(m for m in maps if m.split('/')[-1].startswith('libhdf5') and '_hl' not in m)
                    set_chunk_opts = ctypes.CDLL(library).H5Pset_chunk_opts
                    set_chunk_opts.argtypes = ctypes.c_int64, ctypes.c_uint
                    assert set_chunk_opts(dcpl.id, 2) >= 0
                    space = h5py.h5s.create_simple((10, 7), (h5py.h5s.UNLIMITED, 7))
                    d = h5py.Dataset(h5py.h5d.create(f.id, b'a', h5py.h5t.STD_I32BE, space, dcpl))
                    d[...] = np.arange(70).reshape(10, 7)
                """, file);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("a").slice("9").read(int[].class)).containsExactly(63, 64, 65, 66, 67, 68, 69);
            assertThat(h5.dataset("a").slice("::3, 6").read(int[].class)).containsExactly(6, 27, 48, 69);
        }
    }

    /** What is read, or why it cannot be: of an enumeration without zero, the elements that nobody wrote. */
    static Object outcome(H5Slice slice) {
        try {
            return reported(slice.read());
        } catch (H5SchemaException e) {
            return String.valueOf(e.getMessage()).replaceFirst("/(plain|packed)/", "/");
        }
    }

    private static Object reported(Object value) {
        if (value.getClass().isArray()) {
            return IntStream.range(0, Array.getLength(value))
                    .mapToObj(i -> reported(Array.get(value, i)))
                    .toList();
        }
        if (value instanceof Map<?, ?> members) {
            Map<Object, Object> reported = new TreeMap<>();
            members.forEach((name, member) -> reported.put(name, reported(member)));
            return reported;
        }
        return value;
    }
}
