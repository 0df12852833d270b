package io.h5sink.read;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static io.h5sink.jhdf5.Foreign.Padding.SPACEPAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5FileException;
import io.h5sink.H5ReadException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.access.OpenFiles;
import io.h5sink.foreign.BadObjects;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.Foreign.Member;
import io.h5sink.jhdf5.Foreign.Type;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.SmallDisk;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever h5py and PyTables write is read, with the values that they have written. */
class SourceTest {

    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    record Point(String name, double[] place, int count) {}

    private static final Type INT64 = Foreign.integer(8, true, false);
    private static final Type FLOAT64 = Foreign.real(8, false);
    private static final Type LONG_DOUBLE = () -> H5.H5Tcopy(HDF5Constants.H5T_NATIVE_LDOUBLE);
    private static final Type TEXT = Foreign.string(0, NULLTERM, true);
    private static final Type BOOL = Foreign.enumeration(Foreign.integer(1, true, false), "FALSE 0", "TRUE 1");
    private static final Type REFERENCE = () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_OBJ);

    @TempDir
    Path directory;

    /** The file that the C library makes, and the same that h5py makes, where that is. */
    private List<Path> made(Foreign.Content content, String script) {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, false, content);
        if (!Python.isPresent()) {
            return List.of(file);
        }
        Path other = directory.resolve("python.h5");
        Python.run(
                "import h5py, numpy as np, sys, os\nwith h5py.File(sys.argv[1], 'w') as f:\n" + script.indent(4),
                other);
        return List.of(file, other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<", ">"})
    void numbersOfAllWidthsAndOrders(String order) {
        boolean bigEndian = order.equals(">");
        Foreign.Content content = f -> {
            for (int bytes = 1; bytes <= 8; bytes *= 2) {
                long most = -1L >>> (65 - 8 * bytes);
                ForeignDataset.of(f, "i" + bytes, Foreign.integer(bytes, true, bigEndian), new long[] {~most, most, 1});
                ForeignDataset.of(f, "u" + bytes, Foreign.integer(bytes, false, bigEndian), new long[] {0, -1, 1});
            }
            Type half = () -> {
                long type = BadObjects.half();
                H5.H5Tset_order(type, bigEndian ? HDF5Constants.H5T_ORDER_BE : HDF5Constants.H5T_ORDER_LE);
                return type;
            };
            ForeignDataset.of(f, "f2", half, reals(0x1p-24, 65504));
            ForeignDataset.of(f, "f4", Foreign.real(4, bigEndian), reals(Float.MIN_VALUE, Float.MAX_VALUE));
            ForeignDataset.of(f, "f8", Foreign.real(8, bigEndian), reals(Double.MIN_VALUE, Double.MAX_VALUE));
        };
        for (Path file : made(content, """
                for kind in 'i1 i2 i4 i8 u1 u2 u4 u8'.split():
                    limits = np.iinfo(kind)
                    f[kind] = np.array([limits.min, limits.max, 1], '%s' + kind)
                for kind in 'f2 f4 f8'.split():
                    f[kind] = np.array([1.5, -0.0, np.inf, np.finfo(kind).smallest_subnormal, np.finfo(kind).max], '%s' + kind)
                """.formatted(order, order))) {
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.dataset("i1").read()).isEqualTo(new byte[] {-128, 127, 1});
                assertThat(h5.dataset("i2").read()).isEqualTo(new short[] {-32768, 32767, 1});
                assertThat(h5.dataset("i4").read()).isEqualTo(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE, 1});
                assertThat(h5.dataset("i8").read()).isEqualTo(new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 1});
                assertThat(h5.dataset("u1").read()).isEqualTo(new short[] {0, 255, 1});
                assertThat(h5.dataset("u2").read()).isEqualTo(new int[] {0, 65535, 1});
                assertThat(h5.dataset("u4").read()).isEqualTo(new long[] {0, 4294967295L, 1});
                assertThat(h5.dataset("u8").read()).isEqualTo(new BigInteger[] {
                    BigInteger.ZERO, new BigInteger("18446744073709551615"), BigInteger.ONE
                });
                assertThat(h5.dataset("f2").read())
                        .isEqualTo(new float[] {1.5f, -0.0f, Float.POSITIVE_INFINITY, 0x1p-24f, 65504});
                assertThat(h5.dataset("f4").read())
                        .isEqualTo(
                                new float[] {1.5f, -0.0f, Float.POSITIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE});
                assertThat(h5.dataset("f8").read())
                        .isEqualTo(
                                new double[] {1.5, -0.0, Double.POSITIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE});
            }
        }
    }

    private static double[] reals(double least, double most) {
        return new double[] {1.5, -0.0, Double.POSITIVE_INFINITY, least, most};
    }

    /** HDF5 turns the bytes of some round and leaves their signs as they are. */
    @Test
    void numbersThatUseSomeOfTheirBits() {
        Foreign.Content content = f -> {
            for (boolean bigEndian : new boolean[] {false, true}) {
                for (int[] how : new int[][] {{2, 12, 0}, {2, 12, 3}, {4, 20, 0}, {4, 31, 1}, {8, 40, 7}, {8, 40, 0}}) {
                    ForeignDataset.of(
                            f,
                            "%s %d %d %d".formatted(bigEndian ? "be" : "le", how[0], how[1], how[2]),
                            Foreign.bits(Foreign.integer(how[0], true, bigEndian), how[1], how[2]),
                            new int[] {-5, 3, -1, 7});
                }
            }
        };
        for (Path file : made(content, """
                for base, order in (h5py.h5t.STD_I32LE, 'le'), (h5py.h5t.STD_I32BE, 'be'):
                    for size, bits, offset in (2, 12, 0), (2, 12, 3), (4, 20, 0), (4, 31, 1), (8, 40, 7), (8, 40, 0):
                        t = base.copy()
                        t.set_size(size)
                        t.set_precision(bits)
                        t.set_offset(offset)
                        name = '%s %d %d %d' % (order, size, bits, offset)
                        d = h5py.h5d.create(f.id, name.encode(), t, h5py.h5s.create_simple((4,)))
                        values = np.array([-5, 3, -1, 7], 'i%d' % size)
                        d.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
                        assert d.dtype.kind == 'i' and f[name][()].tolist() == values.tolist()
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                for (String name : h5.root().datasets()) {
                    if (name.equals("be 8 40 0")) {
                        assertThatThrownBy(() -> h5.dataset(name).read())
                                .hasMessageContaining("expected a big-endian integer that uses all of its 8 bytes");
                    } else {
                        assertThat(h5.dataset(name).slice(":").read(long[].class))
                                .as(name)
                                .containsExactly(-5, 3, -1, 7);
                    }
                }
            }
        }
    }

    @Test
    void conversionsAreChecked() {
        Foreign.Content content = f -> {
            ForeignDataset.of(f, "long", INT64, new long[] {1, (1L << 53) + 1});
            ForeignDataset.of(f, "double", FLOAT64, new double[] {1, 1e300});
            ForeignDataset.of(f, "unsigned", Foreign.integer(8, false, false), new long[] {Long.MIN_VALUE + 2048});
        };
        for (Path file : made(content, """
                f['long'] = np.array([1, 2**53 + 1])
                f['double'] = np.array([1.0, 1e300])
                f['unsigned'] = np.array([2**63 + 2048], 'u8')
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.dataset("long").slice(":1").read(double[].class)).containsExactly(1);
                assertThat(h5.dataset("long").slice("0").read(byte.class)).isEqualTo((byte) 1);
                assertThat(h5.dataset("double").slice("0").read(int.class)).isEqualTo(1);
                assertThat(h5.dataset("unsigned").read(double[].class)).containsExactly(0x1p63 + 2048);
                assertThatThrownBy(() -> h5.dataset("long").read(double[].class))
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessage(
                                file + ": /long: expected a number that double holds exactly, found 9007199254740993");
                assertThatThrownBy(() -> h5.dataset("long").read(int[].class)).hasMessageContaining("9007199254740993");
                assertThatThrownBy(() -> h5.dataset("double").read(float[].class))
                        .hasMessageContaining("1.0E300");
                assertThatThrownBy(() -> h5.dataset("double").read(long[].class))
                        .hasMessageContaining("1.0E300");
                assertThatThrownBy(() -> h5.dataset("unsigned").read(long[].class))
                        .hasMessageContaining("9223372036854777856");
                assertThatThrownBy(() -> h5.dataset("double").read(double[][].class))
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessageContaining("float64");
            }
        }
    }

    @Test
    void textAndNames() {
        Foreign.Content content = f -> {
            ForeignDataset.of(f, "variable", TEXT, List.of("", "grün", "😀"));
            ForeignDataset.of(f, "fixed", Foreign.string(5, NULLPAD, false), List.of("ab", "", "abcde"));
            ForeignDataset.of(f, "space", Foreign.string(4, SPACEPAD, false), List.of("a   ", " b c"));
            ForeignDataset.of(f, "latin", Foreign.string(1, NULLPAD, false), List.of(new byte[] {(byte) 0xe4}));
            Type colour = Foreign.enumeration(Foreign.integer(2, true, false), "RED -3", "GREEN 2", "BLUE 70");
            ForeignDataset.of(f, "enum", colour, new int[] {2, 70, -3});
            ForeignDataset.of(f, "bool", BOOL, new int[] {1, 0});
            ForeignDataset.scalar(f, "scalar", TEXT, "text");
            Type opaque = () -> H5.H5Tcreate(HDF5Constants.H5T_OPAQUE, 2);
            ForeignDataset.of(f, "opaque", opaque, List.of(new byte[] {'a', 'b'}, new byte[] {'c', 'd'}));
        };
        for (Path file : made(content, """
                f['variable'] = ['', 'grün', '😀']
                f['fixed'] = np.array([b'ab', b'', b'abcde'], 'S5')
                space = h5py.h5t.C_S1.copy(); space.set_size(4); space.set_strpad(h5py.h5t.STR_SPACEPAD)
                d = h5py.h5d.create(f.id, b'space', space, h5py.h5s.create_simple((2,)))
                d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b'a   ', b' b c'], 'S4'), mtype=space)
                f['latin'] = np.array([b'\\xe4'], 'S1')
                f.create_dataset('enum', data=[2, 70, -3], dtype=h5py.enum_dtype({'RED': -3, 'GREEN': 2, 'BLUE': 70}, 'i2'))
                f['bool'] = [True, False]
                f['scalar'] = 'text'
                f['opaque'] = np.array([b'ab', b'cd'], 'V2')
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.dataset("variable").read()).isEqualTo(new String[] {"", "grün", "😀"});
                assertThat(h5.dataset("fixed").read()).isEqualTo(new String[] {"ab", "", "abcde"});
                assertThat(h5.dataset("space").read()).isEqualTo(new String[] {"a", " b c"});
                assertThat(h5.dataset("enum").read()).isEqualTo(new String[] {"GREEN", "BLUE", "RED"});
                assertThat(h5.dataset("enum").read(Colour[].class))
                        .containsExactly(Colour.GREEN, Colour.BLUE, Colour.RED);
                assertThat(h5.dataset("bool").read()).isEqualTo(new boolean[] {true, false});
                assertThat(h5.dataset("scalar").read()).isEqualTo("text");
                assertThat(h5.dataset("opaque").read()).isEqualTo(new byte[][] {{'a', 'b'}, {'c', 'd'}});
                assertThat(h5.dataset("latin").read()).isEqualTo(new String[] {"ä"});
            }
        }
    }

    @Test
    void compoundsArraysSequencesAndReferences() {
        Foreign.Content content = f -> {
            Type point = Foreign.compound(
                    40,
                    new Member("count", 3, Foreign.integer(2, false, true)),
                    new Member("name", 8, TEXT),
                    new Member("place", 24, Foreign.array(Foreign.real(4, false), 2)));
            ForeignDataset.of(
                    f,
                    "points",
                    point,
                    List.of(List.of(1, "one", new float[] {1, 2}), List.of(65535, "two", new float[] {3, 4})));
            ForeignDataset.of(
                    f,
                    "matrix",
                    Foreign.array(Foreign.integer(4, true, false), 2, 3),
                    List.of(new int[] {0, 1, 2, 3, 4, 5}, new int[] {6, 7, 8, 9, 10, 11}));
            ForeignDataset.of(
                    f,
                    "ragged",
                    Foreign.sequence(Foreign.real(8, true)),
                    List.of(new double[] {1, 2}, new double[0], new double[] {3}));
            ForeignDataset.of(f, "words", Foreign.sequence(TEXT), List.of(List.of(), List.of("a", "bc")));
            ForeignDataset.of(
                    f, "refs", REFERENCE, List.of(ForeignDataset.reference(f, "matrix"), new byte[Long.BYTES]));
            Type region = () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_DSETREG);
            ForeignDataset.of(f, "region", region, List.of(ForeignDataset.region(f, "matrix", 0, 1)));
            Type complex = Foreign.compound(16, new Member("r", 0, FLOAT64), new Member("i", 8, FLOAT64));
            ForeignDataset.of(f, "complex", complex, List.of(List.of(1, 2)));
        };
        for (Path file : made(content, """
                kind = np.dtype({'names': ['count', 'name', 'place'], 'formats': ['>u2', h5py.string_dtype(), '(2,)f4'],
                                 'offsets': [3, 8, 24], 'itemsize': 40})
                points = np.zeros(2, kind)
                points['count'] = [1, 65535]; points['place'] = [[1, 2], [3, 4]]
                points['name'] = ['one', 'two']
                f.create_dataset('points', data=points)
                f.create_dataset('matrix', (2,), dtype=np.dtype('(2,3)i4'))[...] = np.arange(12).reshape(2, 2, 3)
                ragged = f.create_dataset('ragged', (3,), dtype=h5py.vlen_dtype('>f8'))
                ragged[0] = [1, 2]; ragged[2] = [3]
                words = f.create_dataset('words', (2,), dtype=h5py.vlen_dtype(h5py.string_dtype()))
                words[1] = np.array(['a', 'bc'], object)
                f.create_dataset('refs', data=[f['matrix'].ref, h5py.Reference()], dtype=h5py.ref_dtype)
                f.create_dataset('region', data=[f['matrix'].regionref[:1]], dtype=h5py.regionref_dtype)
                f['complex'] = np.array([1 + 2j])
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                Point[] points = h5.dataset("points").read(Point[].class);
                assertThat(points).usingRecursiveComparison().isEqualTo(new Point[] {
                    new Point("one", new double[] {1, 2}, 1), new Point("two", new double[] {3, 4}, 65535)
                });
                assertThat(h5.dataset("points").slice("1").read())
                        .usingRecursiveComparison()
                        .isEqualTo(Map.of("count", 65535, "name", "two", "place", new float[] {3, 4}));
                assertThat(h5.dataset("matrix").read()).isEqualTo(new int[][][] {
                    {{0, 1, 2}, {3, 4, 5}}, {{6, 7, 8}, {9, 10, 11}}
                });
                assertThat(h5.dataset("ragged").read()).isEqualTo(new double[][] {{1, 2}, {}, {3}});
                assertThat(h5.dataset("words").read()).isEqualTo(new String[][] {{}, {"a", "bc"}});
                assertThat(h5.dataset("refs").read()).isEqualTo(new String[] {"/matrix", ""});
                assertThat(h5.dataset("region").read()).isEqualTo(new String[] {"/matrix"});
                assertThat(h5.dataset("complex").slice("0").read()).isEqualTo(Map.of("r", 1.0, "i", 2.0));
            }
        }
    }

    @Test
    void aCompoundWithAReferenceIsACompoundAlsoAsAnAttribute() {
        Foreign.Content content = f -> {
            ForeignDataset.scalar(f, "target", INT64, 1);
            Type use = Foreign.compound(
                    12, new Member("where", 0, REFERENCE), new Member("count", 8, Foreign.integer(4, true, false)));
            byte[] target = ForeignDataset.reference(f, "target");
            ForeignDataset.scalar(f, "d", use, List.of(target, 7));
            ForeignDataset.attribute(f, "d", "a", use, List.of(target, 7));
            ForeignDataset.attribute(f, "d", "plain", REFERENCE, target);
        };
        for (Path file : made(content, """
                f['target'] = 1
                kind = np.dtype([('where', h5py.ref_dtype), ('count', 'i4')])
                value = np.array((f['target'].ref, 7), kind)
                f['d'] = value
                f['d'].attrs.create('a', value, dtype=kind)
                f['d'].attrs['plain'] = f['target'].ref
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                H5Attributes attributes = h5.dataset("d").attributes();

                assertThat(h5.dataset("d").type())
                        .isEqualTo("compound{where: variable-length UTF-8 string, count: int32}");
                assertThat(attributes.type("a")).isEqualTo(h5.dataset("d").type());
                assertThat(attributes.type("plain")).isEqualTo("reference");
            }
        }
    }

    @Test
    void layoutsFiltersAndOddShapes() {
        Foreign.make(directory.resolve("other.h5"), false, f -> ForeignDataset.of(f, "x", INT64, new int[] {1, 2, 3}));
        Foreign.Content content = f -> {
            int[] values = IntStream.range(0, 600).toArray();
            matrix(f, "contiguous").with(values);
            matrix(f, "compact")
                    .property(creation -> H5.H5Pset_layout(creation, HDF5Constants.H5D_COMPACT))
                    .with(values);
            matrix(f, "chunked").chunk(7, 8).with(values);
            matrix(f, "gzip")
                    .chunk(7, 8)
                    .property(H5::H5Pset_shuffle)
                    .gzip(6)
                    .property(H5::H5Pset_fletcher32)
                    .with(values);
            matrix(f, "scaleoffset")
                    .chunk(7, 8)
                    .property(creation -> H5.H5Pset_scaleoffset(creation, HDF5Constants.H5Z_SO_INT, 0))
                    .with(values);
            matrix(f, "unwritten").shape(2, 3).chunk(1, 1).fill(7).unwritten();
            new ForeignDataset(f, "empty", FLOAT64).empty().unwritten();
            new ForeignDataset(f, "none", Foreign.real(4, false))
                    .shape(0, 3)
                    .maximum(ForeignDataset.UNLIMITED, 3)
                    .chunk(1024, 3)
                    .unwritten();
            ForeignDataset.scalar(f, "a/b/c", INT64, 1);
            Foreign.soft(f, "soft", "/a/b");
            Foreign.soft(f, "dangling", "/nowhere");
            Foreign.external(f, "external", Path.of("other.h5"), "x");
            matrix(f, "virtual").shape(2, 3).property(SourceTest::twice).unwritten();
            H5.H5Tcommit(f, "named", FLOAT64.make(), Hdf5Calls.DEFAULT, Hdf5Calls.DEFAULT, Hdf5Calls.DEFAULT);
        };
        for (Path file : made(content, """
                a = np.arange(600).reshape(20, 30)
                f['contiguous'] = a
                compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE); compact.set_layout(h5py.h5d.COMPACT)
                h5py.h5d.create(f.id, b'compact', h5py.h5t.STD_I64LE, h5py.h5s.create_simple((20, 30)), compact).write(
                    h5py.h5s.ALL, h5py.h5s.ALL, a)
                f.create_dataset('chunked', data=a, chunks=(7, 8))
                f.create_dataset('gzip', data=a, chunks=(7, 8), compression=6, shuffle=True, fletcher32=True)
                f.create_dataset('scaleoffset', data=a, chunks=(7, 8), scaleoffset=0)
                f.create_dataset('unwritten', (2, 3), 'i8', chunks=(1, 1), fillvalue=7)
                f['empty'] = h5py.Empty('f8')
                f.create_dataset('none', (0, 3), maxshape=(None, 3))
                f['a/b/c'] = 1
                f['soft'] = h5py.SoftLink('/a/b')
                f['dangling'] = h5py.SoftLink('/nowhere')
                with h5py.File(os.path.join(os.path.dirname(sys.argv[1]), 'other.h5'), 'w') as other:
                    other['x'] = [1, 2, 3]
                f['external'] = h5py.ExternalLink('other.h5', 'x')
                layout = h5py.VirtualLayout((2, 3), 'i8')
                layout[0] = h5py.VirtualSource('other.h5', 'x', (3,))
                layout[1] = h5py.VirtualSource('other.h5', 'x', (3,))
                f.create_virtual_dataset('virtual', layout)
                f['named'] = np.dtype('f8')
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                for (String name : List.of("contiguous", "compact", "chunked", "gzip", "scaleoffset")) {
                    assertThat(h5.dataset(name).slice("3:19:5, ..., -2:").read(long[][].class))
                            .as(name)
                            .isEqualTo(new long[][] {{118, 119}, {268, 269}, {418, 419}, {568, 569}});
                    assertThat(h5.dataset(name).slice("-1, 4").read()).as(name).isEqualTo(574L);
                }
                assertThat(h5.dataset("unwritten").read()).isEqualTo(new long[][] {{7, 7, 7}, {7, 7, 7}});
                assertThat(h5.dataset("unwritten").fillValue()).isEqualTo(7L);
                assertThat(h5.dataset("gzip"))
                        .returns(List.of("shuffle", "gzip 6", "fletcher32"), H5Dataset::filters)
                        .returns(List.of(7L, 8L), H5Dataset::chunks)
                        .returns(List.of(20L, 30L), H5Dataset::shape)
                        .returns(600L, H5Dataset::size)
                        .returns(2, H5Dataset::ndim)
                        .returns("int64", H5Dataset::type)
                        .returns(0L, H5Dataset::fillValue)
                        .hasToString("/gzip int64[20, 30]");
                assertThat(h5.dataset("contiguous"))
                        .returns(4800L, H5Dataset::bytes)
                        .returns(List.of(), H5Dataset::chunks);
                assertThat(h5.dataset("none").read()).isEqualTo(new float[0][]);
                assertThatThrownBy(() -> h5.dataset("empty").read()).hasMessageContaining("found an empty one");
                assertThat(h5.groups()).containsExactly("a", "soft");
                assertThat(h5.group("a").groups()).containsExactly("b");
                assertThat(h5.group("soft").dataset("c").read()).isEqualTo(1L);
                assertThat(h5.datasets()).contains("external", "virtual").doesNotContain("dangling", "named");
                assertThat(h5.dataset("external").read()).isEqualTo(new long[] {1, 2, 3});
                assertThat(h5.dataset("virtual").read()).isEqualTo(new long[][] {{1, 2, 3}, {1, 2, 3}});
            }
        }
    }

    private static ForeignDataset matrix(long file, String path) {
        return new ForeignDataset(file, path, INT64).shape(20, 30);
    }

    /** Each of two rows is a dataset in another file. */
    private static void twice(long creation) throws HDF5Exception {
        long source = H5.H5Screate_simple(1, new long[] {3}, null);
        long space = H5.H5Screate_simple(2, new long[] {2, 3}, null);
        for (int row = 0; row < 2; row++) {
            H5.H5Sselect_hyperslab(
                    space, HDF5Constants.H5S_SELECT_SET, new long[] {row, 0}, null, new long[] {1, 3}, null);
            H5.H5Pset_virtual(creation, space, "other.h5", "x", source);
        }
        H5.H5Sclose(space);
        H5.H5Sclose(source);
    }

    @Test
    void attributes() {
        Foreign.Content content = f -> {
            ForeignDataset.attribute(f, "/", "number", INT64, 7);
            ForeignDataset.attribute(
                    f, "/", "vector", Foreign.real(4, true), new long[] {2, 2}, new float[] {1, 2, 3, 4});
            ForeignDataset.attribute(f, "/", "text", TEXT, "grün");
            ForeignDataset.attribute(f, "/", "texts", TEXT, new long[] {2}, List.of("a", ""));
            ForeignDataset.attribute(f, "/", "fixed", Foreign.string(3, NULLPAD, false), "abc");
            ForeignDataset.attribute(f, "/", "flag", BOOL, 1);
            ForeignDataset.attribute(f, "/", "empty", FLOAT64, null, List.of());
            ForeignDataset.attribute(f, "/", "bfloat", LONG_DOUBLE, 1);
        };
        for (Path file : made(content, """
                f.attrs['number'] = 7
                f.attrs['vector'] = np.array([[1, 2], [3, 4]], '>f4')
                f.attrs['text'] = 'grün'
                f.attrs['texts'] = ['a', '']
                f.attrs['fixed'] = np.bytes_('abc')
                f.attrs['flag'] = True
                f.attrs['empty'] = h5py.Empty('f8')
                f.attrs['bfloat'] = np.longdouble(1)
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                H5Attributes attributes = h5.attributes();
                assertThat(attributes.keySet())
                        .containsExactly("bfloat", "empty", "fixed", "flag", "number", "text", "texts", "vector");
                assertThat(attributes.get("number")).isEqualTo(7L);
                assertThat(attributes.get("vector")).isEqualTo(new float[][] {{1, 2}, {3, 4}});
                assertThat(attributes.get("text")).isEqualTo("grün");
                assertThat(attributes.get("texts")).isEqualTo(new String[] {"a", ""});
                assertThat(attributes.get("fixed")).isEqualTo("abc");
                assertThat(attributes.get("flag")).isEqualTo(true);
                assertThat(attributes.get("empty")).isEqualTo(new Object[0]);
                assertThat(attributes.get("bfloat")).isEqualTo(1.0);
                assertThat(attributes.get("number", int.class)).isEqualTo(7);
                assertThatThrownBy(() -> attributes.get("none", int.class)).isInstanceOf(H5SchemaException.class);
                assertThatThrownBy(() -> attributes.get("text", int.class)).isInstanceOf(H5SchemaException.class);
            }
        }
    }

    @Test
    void whatJavaHasNoValueForIsListedAndRefusedAndOtherFloatsAreTheNearest() {
        Foreign.Content content = f -> {
            ForeignDataset.of(f, "long", LONG_DOUBLE, new double[] {1.5});
            Type brain = () -> {
                long type = H5.H5Tcopy(HDF5Constants.H5T_IEEE_F32LE);
                H5.H5Tset_fields(type, 15, 7, 8, 0, 7);
                H5.H5Tset_size(type, 2);
                H5.H5Tset_ebias(type, 127);
                return type;
            };
            ForeignDataset.of(f, "brain", brain, new double[] {1, -2.5});
            Type time = () -> H5.H5Tcopy(HDF5Constants.H5T_UNIX_D32LE);
            new ForeignDataset(f, "time", time).shape(2).unwritten();
        };
        for (Path file : made(content, """
                f['long'] = np.array([1.5], 'g')
                brain = h5py.h5t.IEEE_F32LE.copy()
                brain.set_fields(15, 7, 8, 0, 7); brain.set_size(2); brain.set_ebias(127)
                h5py.h5d.create(f.id, b'brain', brain, h5py.h5s.create_simple((2,))).write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, -2.5], 'f4'))
                h5py.h5d.create(f.id, b'time', h5py.h5t.UNIX_D32LE, h5py.h5s.create_simple((2,)))
                """)) {
            try (H5Source h5 = H5Source.open(file)) {
                assertThat(h5.datasets()).containsExactly("brain", "long", "time");
                assertThat(h5.dataset("time").type()).contains("H5T_TIME");
                assertThatThrownBy(() -> h5.dataset("time").read())
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessageContaining("/time: expected a type that NumPy, too, has a value for");
                assertThat(h5.dataset("brain").type()).isEqualTo("float32");
                assertThat(h5.dataset("brain").read()).isEqualTo(new float[] {1, -2.5f});
                assertThat(h5.dataset("long").read()).isEqualTo(new double[] {1.5});
            }
        }
    }

    @Test
    void replacesElementsInPlace() {
        Foreign.Content content = f -> {
            new ForeignDataset(f, "a", FLOAT64).shape(3, 4).with(new int[12]);
            new ForeignDataset(f, "small", Foreign.integer(1, false, true))
                    .shape(3)
                    .chunk(2)
                    .gzip(4)
                    .with(new int[] {1, 2, 3});
            ForeignDataset.of(f, "fixed", Foreign.string(3, NULLPAD, false), List.of("abc", "def"));
            ForeignDataset.of(f, "text", TEXT, List.of("a"));
        };
        for (Path file : made(content, """
                f['a'] = np.zeros((3, 4))
                f.create_dataset('small', data=[1, 2, 3], dtype='>u1', chunks=(2,), compression='gzip')
                f['fixed'] = np.array([b'abc', b'def'], 'S3')
                f['text'] = ['a']
                """)) {
            try (H5Source h5 = H5Source.update(file)) {
                h5.dataset("a").slice("2, 2").write(2.0);
                h5.dataset("a").slice("0, :2").write(new double[] {5, 6});
                h5.dataset("a").slice("1").write(9);
                h5.dataset("small").slice("1:").write(new int[] {200, 255});
                h5.dataset("fixed").slice("1").write("x");
                assertThat(h5.dataset("a").read()).isEqualTo(new double[][] {{5, 6, 0, 0}, {9, 9, 9, 9}, {0, 0, 2, 0}});
                assertThatThrownBy(() -> h5.dataset("small").slice("0").write(256))
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessageContaining("expected uint8, found 256, a Integer");
                assertThatThrownBy(() -> h5.dataset("a").slice("0").write(new double[3]))
                        .hasMessageContaining("an array of shape [4], found one of 3");
                assertThatThrownBy(() -> h5.dataset("text").slice("0").write("b"))
                        .isInstanceOf(H5SchemaException.class);
                assertThatThrownBy(() -> H5Source.update(file)).isInstanceOf(H5FileException.class);
            }
            assertThat(Listing.of(file)).isEqualTo("""
                    /a: float64[4] [[5.0, 6.0, 0.0, 0.0], [9.0, 9.0, 9.0, 9.0], [0.0, 0.0, 2.0, 0.0]]
                    /fixed: str3 ['abc', 'x']
                    /small: uint8 [1, 200, 255]
                    /text: str ['a']
                    """);
            try (H5Source h5 = H5Source.open(file)) {
                assertThatThrownBy(() -> h5.dataset("a").slice("0").write(1.0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("H5Source.update");
            }
        }
    }

    record Particle(String name, int count, boolean valid, float[] place, Colour colour, Instant time) {}

    @Test
    void tablesOfPyTables() {
        Python.require("tables");
        Path file = directory.resolve("tables.h5");
        Python.run("""
                import numpy as np, sys, tables
                class Particle(tables.IsDescription):
                    name = tables.StringCol(8)
                    count = tables.UInt16Col()
                    valid = tables.BoolCol()
                    place = tables.Float64Col(shape=(2,))
                    colour = tables.EnumCol({'RED': 3, 'GREEN': 1}, 'RED', base='uint8')
                    time = tables.Int64Col()
                with tables.open_file(sys.argv[1], 'w') as f:
                    table = f.create_table('/', 'particles', Particle)
                    for i in range(3):
                        row = table.row
                        row['name'] = 'p%d' % i; row['count'] = i; row['valid'] = i % 2 == 1
                        row['place'] = (i, i + .5); row['colour'] = 3 if i else 1; row['time'] = i
                        row.append()
                    f.create_carray('/', 'array', obj=np.arange(6).reshape(2, 3), filters=tables.Filters(1, 'zlib'))
                    rows = f.create_vlarray('/', 'ragged', tables.Int32Atom())
                    rows.append([1, 2]); rows.append([])
                """, file);
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("particles")
                            .rows()
                            .records(Particle.class)
                            .collectList()
                            .block(Await.LIMIT))
                    .usingRecursiveComparison()
                    .isEqualTo(List.of(
                            new Particle(
                                    "p0", 0, false, new float[] {0, 0.5f}, Colour.GREEN, Instant.ofEpochSecond(0, 0)),
                            new Particle("p1", 1, true, new float[] {1, 1.5f}, Colour.RED, Instant.ofEpochSecond(0, 1)),
                            new Particle(
                                    "p2", 2, false, new float[] {2, 2.5f}, Colour.RED, Instant.ofEpochSecond(0, 2))));
            assertThat(h5.dataset("array").read()).isEqualTo(new long[][] {{0, 1, 2}, {3, 4, 5}});
            assertThat(h5.dataset("ragged").read()).isEqualTo(new int[][] {{1, 2}, {}});
        }
    }

    @Test
    void saysWhatIsThereInstead() throws Exception {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, false, f -> {
            ForeignDataset.scalar(f, "a/b", INT64, 1);
            ForeignDataset.scalar(f, "a/c", INT64, 2);
        });
        try (H5Source h5 = H5Source.open(file)) {
            assertThatThrownBy(() -> h5.dataset("/a/x"))
                    .isInstanceOf(H5SchemaException.class)
                    .hasMessage(file + ": /a/x: expected a dataset, found nothing; /a has b, c");
            assertThatThrownBy(() -> h5.dataset("a")).hasMessageContaining("expected a dataset, found a group");
            assertThatThrownBy(() -> h5.group("a/b")).hasMessageContaining("expected a group, found a dataset");
        }
        H5Source closed = H5Source.open(file);
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.dataset("a/b"))
                .isInstanceOf(H5FileException.class)
                .hasMessage(file + ": the source is closed");
        Path none = directory.resolve("none.h5");
        assertThatThrownBy(() -> H5Source.open(none))
                .isInstanceOf(H5FileException.class)
                .hasMessage(none + ": it does not exist");
        assertThatThrownBy(() -> H5Source.open(directory)).hasMessage(directory + ": it is a directory");
        Files.writeString(none, "no HDF5");
        assertThatThrownBy(() -> H5Source.open(none)).hasMessage(none + ": it is not an HDF5 file (no HDF5 signature)");
        Path cut = directory.resolve("cut.h5");
        Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(file), 1000));
        assertThatThrownBy(() -> H5Source.open(cut)).hasMessageContaining("truncated: 1000 bytes");
    }

    @Test
    void whatIsTooLargeIsSaid() {
        Foreign.Content content = f -> {
            new ForeignDataset(f, "wraps", FLOAT64)
                    .shape(1L << 30, 1L << 30, 2)
                    .chunk(64, 64, 2)
                    .unwritten();
            new ForeignDataset(f, "long", FLOAT64)
                    .shape(2, 1L << 33, 1L << 33)
                    .chunk(1, 64, 64)
                    .unwritten();
            new ForeignDataset(f, "much", FLOAT64)
                    .shape(300_000_000)
                    .chunk(1000)
                    .unwritten();
            ForeignDataset.of(f, "boxes", FLOAT64, new double[] {1, 2});
        };
        for (Path file : made(content, """
                f.create_dataset('wraps', (2**30, 2**30, 2), 'f8', chunks=(64, 64, 2))
                f.create_dataset('long', (2, 2**33, 2**33), 'f8', chunks=(1, 64, 64))
                f.create_dataset('much', (300_000_000,), 'f8', chunks=(1000,))
                f.create_dataset('boxes', data=[1.0, 2.0])
                """)) {
            try (H5Source h5 = H5Source.update(file)) {
                assertThatThrownBy(() -> h5.dataset("wraps").read())
                        .isInstanceOf(H5ReadException.class)
                        .hasMessageContaining("/wraps: there is no memory for shape [1073741824, 1073741824, 2]");
                assertThatThrownBy(() -> h5.dataset("long").read())
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessageContaining("less than 2³¹ elements along each axis");
                assertThat(h5.dataset("long").size()).isEqualTo(Long.MAX_VALUE);
                assertThatThrownBy(() -> h5.dataset("long").rows().records().blockLast(Await.LIMIT))
                        .isInstanceOf(H5SchemaException.class);
                assertThatThrownBy(() -> h5.dataset("long")
                                .rows()
                                .chunks(double[][][].class)
                                .blockLast(Await.LIMIT))
                        .isInstanceOf(H5SchemaException.class);
                assertThatThrownBy(() -> h5.dataset("much").slice("...").write(1.0))
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessageContaining("a part of less than 2³¹ bytes");
                assertThatThrownBy(() -> h5.dataset("boxes").slice("...").write(new Double[] {1.0, null}))
                        .isInstanceOf(H5SchemaException.class)
                        .hasMessageContaining("found null along axis 0");
                assertThat(h5.dataset("boxes").read()).isEqualTo(new double[] {1, 2});
            }
        }
    }

    @Test
    void fillValuesOfAnyLength() {
        Foreign.Content content = f ->
                new ForeignDataset(f, "s", TEXT).shape(3).fill("nothing said").unwritten();
        for (Path file : made(content, "f.create_dataset('s', (3,), h5py.string_dtype(), fillvalue='nothing said')")) {
            try (H5Source h5 = H5Source.open(file)) {
                for (int i = 0; i < 1000; i++) { // each look has the library allocate one
                    assertThat(h5.dataset("s").fillValue()).isEqualTo("nothing said");
                }
                assertThat(h5.dataset("s").read())
                        .isEqualTo(new String[] {"nothing said", "nothing said", "nothing said"});
            }
        }
    }

    /** Writes what does not go into the file, and reports what comes of it. */
    static final class Noise {

        private Noise() {}

        public static void main(String... arguments) {
            Path file = Path.of(arguments[0]);
            H5Source h5 = H5Source.update(file);
            double[] noise = DoubleStream.generate(Math::random).limit(1 << 19).toArray();
            for (int i = 0; i < 2; i++) {
                try {
                    h5.dataset("a").slice("...").write(noise);
                    System.out.println("written");
                } catch (H5ReadException e) {
                    System.out.println(i + " refused: " + e.getMessage());
                }
            }
            try {
                h5.close();
                System.out.println("closed");
            } catch (H5FileException e) {
                System.out.println("open: " + e.getMessage());
            }
            System.out.println("claimed: " + !OpenFiles.claim(List.of(io.h5sink.storage.RealPath.of(file))));
        }
    }

    @Test
    void aFullDiskIsSaidAndNotClosedUpon() throws Exception {
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 600)) {
            Path file = disk.directory().resolve("data.h5");
            Foreign.make(
                    file,
                    false,
                    f -> new ForeignDataset(f, "a", FLOAT64)
                            .shape(1 << 19)
                            .chunk(1 << 13)
                            .gzip(4)
                            .with(new double[1 << 19]));
            disk.leave(20);
            Process process = Jvm.start(Noise.class, file);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(output)
                    .contains("0 refused: " + file + ": /a: HDF5 cannot write it")
                    .contains("1 refused: " + file + ": /a: nothing is read or written any more")
                    .contains("open: " + file + ": HDF5 could not write to it")
                    .contains("claimed: false");
            assertThat(process.waitFor()).as(output).isZero();
        }
    }
}
