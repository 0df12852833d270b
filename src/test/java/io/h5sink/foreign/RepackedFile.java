package io.h5sink.foreign;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static io.h5sink.jhdf5.Foreign.Padding.SPACEPAD;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.Foreign.Member;
import io.h5sink.jhdf5.Foreign.Type;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.ForeignScales;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes a file with all that HDF5 can put into one. */
public final class RepackedFile {

    private static final long NONE = Hdf5Calls.DEFAULT;
    private static final long UNLIMITED = ForeignDataset.UNLIMITED;
    private static final int ORDERED = 3; // tracked and indexed

    private static final Type INT32 = Foreign.integer(4, true, false);
    private static final Type INT64 = Foreign.integer(8, true, false);
    private static final Type FLOAT32 = Foreign.real(4, false);
    private static final Type FLOAT64 = Foreign.real(8, false);
    private static final Type TEXT = Foreign.string(0, NULLTERM, true);
    private static final Type REFERENCE = () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_OBJ);
    private static final Type REGION = () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_DSETREG);
    private static final Type POINT = Foreign.compound(
            24,
            new Member("x", 3, Foreign.real(8, true)),
            new Member("n", 16, Foreign.integer(2, true, true)),
            new Member("c", 20, Foreign.integer(1, false, false)));

    /** Of an enumeration that has none for zero: 7, -3 and 300. */
    public static final byte[][] CONSTANTS = {{0, 7}, {-1, -3}, {1, 44}};

    private final long file;
    private final boolean latest;
    private final Random random = new Random(5);

    private RepackedFile(long file, boolean latest) {
        this.file = file;
        this.latest = latest;
    }

    public static void make(Path path, Foreign.Format format) {
        Path raw = path.resolveSibling(path.getFileName() + ".raw");
        Foreign.make(path, format, creation -> H5.H5Pset_link_creation_order(creation, ORDERED), file -> {
            RepackedFile made = new RepackedFile(file, format != Foreign.Format.OLDEST);
            made.typesAndLayouts();
            made.fills();
            made.words();
            made.links();
            made.namedTypes();
            made.references();
            made.attributes();
            made.scales();
            made.elsewhere(raw);
        });
        ByteBuffer numbers = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, 10).forEach(numbers::putInt);
        try {
            Files.write(raw, numbers.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types of all kinds whose elements have one size, by names of them. */
    public static Map<String, Type> types() {
        Map<String, Type> types = new LinkedHashMap<>();
        types.put("f2", BadObjects::half);
        types.put("f4", FLOAT32);
        types.put("f8be", Foreign.real(8, true));
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
            types.put("i" + bytes, Foreign.integer(bytes, true, false));
            types.put("u" + bytes, Foreign.integer(bytes, false, false));
        }
        types.put("u2be", Foreign.integer(2, false, true));
        types.put("u8be", Foreign.integer(8, false, true));
        types.put("i3", Foreign.bits(Foreign.integer(3, true, false), 24, 0));
        types.put("i5", Foreign.bits(Foreign.integer(5, true, true), 37, 2));
        types.put("bits", () -> H5.H5Tcopy(HDF5Constants.H5T_STD_B16BE));
        types.put("opaque", () -> {
            long type = H5.H5Tcreate(HDF5Constants.H5T_OPAQUE, 5);
            H5.H5Tset_tag(type, "bytes");
            return type;
        });
        types.put("nullterm", Foreign.string(6, NULLTERM, false));
        types.put("nullpad", Foreign.string(6, NULLPAD, false));
        types.put("spacepad", Foreign.string(6, SPACEPAD, false));
        types.put("utf8", Foreign.string(9, NULLPAD, true));
        types.put("enum", () -> {
            long type = H5.H5Tenum_create(HDF5Constants.H5T_STD_I16BE);
            for (int i = 0; i < CONSTANTS.length; i++) {
                H5.H5Tenum_insert(type, List.of("A", "B", "C").get(i), CONSTANTS[i]);
            }
            return type;
        });
        types.put("bool", Foreign.enumeration(Foreign.integer(1, true, false), "FALSE 0", "TRUE 1"));
        types.put("point", POINT);
        types.put("array", Foreign.array(Foreign.integer(2, true, true), 2, 3));
        types.put("points", Foreign.array(POINT, 2));
        types.put(
                "nested",
                Foreign.compound(
                        70,
                        new Member("p", 1, POINT),
                        new Member("s", 30, Foreign.string(4, SPACEPAD, false)),
                        new Member("a", 40, Foreign.array(Foreign.real(4, true), 3))));
        return types;
    }

    private record Layout(String name, long[] shape, long @Nullable [] maximum, long @Nullable [] chunk) {}

    private static final List<Layout> LAYOUTS = List.of(
            new Layout("scalar", new long[] {}, null, null),
            new Layout("row", new long[] {40}, null, null),
            new Layout("large", new long[] {90, 70}, null, null),
            new Layout("fixed", new long[] {40, 3}, null, new long[] {7, 2}),
            new Layout("growing", new long[] {50}, new long[] {UNLIMITED}, new long[] {7}),
            new Layout("tree", new long[] {23, 17}, new long[] {UNLIMITED, UNLIMITED}, new long[] {5, 4}),
            new Layout("limited", new long[] {23, 17}, new long[] {30, 40}, new long[] {5, 4}),
            new Layout("none", new long[] {0, 3}, new long[] {UNLIMITED, 3}, new long[] {4, 3}),
            new Layout("empty", new long[] {0}, null, null),
            new Layout("single", new long[] {30}, null, new long[] {30}),
            new Layout("compact", new long[] {20}, null, null));

    private static final List<ForeignDataset.Property> FILTERS = List.of(
            creation -> {},
            creation -> H5.H5Pset_deflate(creation, 3),
            creation -> {
                H5.H5Pset_shuffle(creation);
                H5.H5Pset_deflate(creation, 3);
                H5.H5Pset_fletcher32(creation);
            },
            H5::H5Pset_shuffle,
            H5::H5Pset_fletcher32);

    private void typesAndLayouts() throws HDF5Exception {
        int n = 0;
        for (Map.Entry<String, Type> type : types().entrySet()) {
            for (Layout layout : LAYOUTS) {
                n++;
                if (List.of("row", "growing", "fixed").contains(layout.name) || n % 3 == 0) {
                    raw("z" + type.getKey() + "_" + layout.name, type.getValue(), layout, FILTERS.get(n % 5));
                }
            }
        }
    }

    private void raw(String name, Type type, Layout layout, ForeignDataset.Property filters) throws HDF5Exception {
        ForeignDataset dataset = new ForeignDataset(file, name, type)
                .shape(layout.shape)
                .property(creation -> H5.H5Pset_obj_track_times(creation, false));
        if (layout.maximum != null) {
            dataset.maximum(layout.maximum);
        }
        if (layout.chunk != null) {
            dataset.chunk(layout.chunk).property(filters);
        } else if (layout.name.equals("compact")) {
            dataset.property(creation -> H5.H5Pset_layout(creation, HDF5Constants.H5D_COMPACT));
        }
        dataset.unwritten();
        long id = H5.H5Dopen(file, name, NONE);
        long made = H5.H5Dget_type(id);
        long count = Arrays.stream(layout.shape).reduce(1, (a, b) -> a * b);
        byte[] bytes = new byte[(int) (count * H5.H5Tget_size(made))];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(4);
        }
        H5.H5Dwrite(id, made, NONE, NONE, NONE, bytes, false);
        if (layout.name.equals("tree")) {
            H5.H5Dset_extent(id, new long[] {40, 33}); // most of it never written
        }
        H5.H5Tclose(made);
        H5.H5Dclose(id);
    }

    private ForeignDataset of(String path, Type type, long... shape) {
        return new ForeignDataset(file, path, type).shape(shape);
    }

    private void fills() throws HDF5Exception {
        of("fill", INT32, 100).maximum(UNLIMITED).chunk(8).fill(-7).unwritten();
        ForeignDataset.write(file, "fill", 13, Collections.nCopies(16, 5));
        of("fillnever", INT32, 100).chunk(8).fill(-7).unwritten();
        of("fillcontiguous", FLOAT64, 5000).fill(Double.NaN).unwritten();
        of("early", INT32, 30)
                .chunk(8)
                .property(creation -> H5.H5Pset_alloc_time(creation, HDF5Constants.H5D_ALLOC_TIME_EARLY))
                .unwritten();
        of("empty", FLOAT64).empty().unwritten();
    }

    private void words() throws HDF5Exception {
        ForeignDataset.of(file, "words", TEXT, List.of("", "x", "ü€".repeat(500)));
        ForeignDataset.of(file, "wordsascii", Foreign.string(0, NULLTERM, false), List.of("a", "bc"));
        ForeignDataset.scalar(file, "word", TEXT, "one");
        of("manywords", TEXT, 10_000)
                .maximum(UNLIMITED)
                .chunk(3000)
                .gzip(4)
                .fill("none")
                .unwritten();
        ForeignDataset.write(
                file,
                "manywords",
                0,
                IntStream.range(0, 9500).mapToObj(i -> "w" + i % 777).toList());
        of("ragged", Foreign.sequence(FLOAT32), 3, 4)
                .maximum(UNLIMITED, 4)
                .chunk(2, 4)
                .unwritten();
        sequence("ragged", new long[] {0, 1}, new float[] {1, 2});
        sequence("ragged", new long[] {2, 3}, IntStream.range(0, 500).toArray());
    }

    private void sequence(String path, long[] at, Object elements) throws HDF5Exception {
        long[] count = new long[at.length];
        Arrays.fill(count, 1);
        ForeignDataset.write(file, path, at, count, List.of(elements));
    }

    private void links() throws HDF5Exception {
        ForeignDataset.of(file, "g/h/deep", INT64, new int[] {0, 1, 2, 3, 4});
        long group = H5.H5Gcreate(file, "commented", NONE, NONE, NONE);
        comment(group);
        H5.H5Gclose(group);
        ForeignDataset.link(file, "fill", "g/again");
        ForeignDataset.link(file, "/", "g/root");
        ForeignDataset.link(file, "g", "g/h/up");
        Foreign.soft(file, "soft", "/g/h/deep");
        Foreign.soft(file, "dangling", "no/where");
        Foreign.external(file, "outside", Path.of("other.h5"), "/x/y");
        ForeignDataset.scalar(file, "gü", INT64, 1);
        long creation = H5.H5Pcreate(HDF5Constants.H5P_GROUP_CREATE);
        H5.H5Pset_link_creation_order(creation, ORDERED);
        H5.H5Pset_attr_creation_order(creation, ORDERED);
        H5.H5Gclose(H5.H5Gcreate(file, "ordered", NONE, creation, NONE));
        H5.H5Pclose(creation);
        for (String name : List.of("zebra", "ape", "mouse")) {
            Hdf5Calls.group(file, "ordered/" + name);
            ForeignDataset.attribute(file, "ordered", name, TEXT, name);
        }
    }

    @SuppressWarnings("deprecation") // no other function does it
    private static void comment(long group) throws HDF5Exception {
        H5.H5Oset_comment(group, "what a group");
    }

    private void namedTypes() throws HDF5Exception {
        Type pair =
                Foreign.compound(16, new Member("x", 0, FLOAT64), new Member("y", 8, Foreign.integer(8, false, false)));
        long made = pair.make();
        H5.H5Tcommit(file, "g/type", made, NONE, NONE, NONE);
        H5.H5Tclose(made);
        Type named = () -> H5.H5Topen(file, "g/type", NONE);
        ForeignDataset.attribute(file, "g/type", "of", TEXT, "a type");
        of("atyped", named, 4).maximum(UNLIMITED).chunk(2).unwritten();
        ForeignDataset.write(file, "atyped", 1, List.of(List.of(1.5, -1L)));
        ForeignDataset.attribute(file, "atyped", "typed", named, List.of(2, 3));
        ForeignDataset.link(file, "g/type", "atype");
    }

    private byte[] to(String path) throws HDF5Exception {
        return ForeignDataset.reference(file, path);
    }

    private byte[] region(String path, long from, long count) throws HDF5Exception {
        return ForeignDataset.region(file, path, from, count);
    }

    private void references() throws HDF5Exception {
        ForeignDataset.of(file, "refs", REFERENCE, List.of(to("g"), to("words"), new byte[8], to("/")));
        of("chunkedrefs", REFERENCE, 700).maximum(UNLIMITED).chunk(256).gzip(4).unwritten();
        ForeignDataset.write(file, "chunkedrefs", 3, Collections.nCopies(597, to("g/h")));
        ForeignDataset.of(
                file, "regions", REGION, List.of(region("fill", 3, 6), new byte[12], region("g/h/deep", 2, 3)));
        of("reflists", Foreign.sequence(REFERENCE), 2).unwritten();
        sequence("reflists", new long[] {1}, List.of(to("fill"), to("g")));
        Type mixed = Foreign.compound(
                50,
                new Member("a", 0, Foreign.integer(2, true, false)),
                new Member("s", 2, TEXT),
                new Member("v", 18, Foreign.sequence(Foreign.integer(4, true, true))),
                new Member("r", 34, REFERENCE),
                new Member("d", 42, Foreign.real(8, true)));
        of("mixed", mixed, 3).maximum(UNLIMITED).chunk(2).unwritten();
        ForeignDataset.write(file, "mixed", 0, List.of(List.of(1, "text", new int[] {3, 4}, to("fill"), 0.5)));
    }

    private void attributes() throws HDF5Exception {
        ForeignDataset.attribute(file, "/", "title", TEXT, "all");
        for (int i = 0; i < 20; i++) {
            ForeignDataset.attribute(file, "g", "many" + i, INT64, i);
        }
        put("ref", REFERENCE, null, to("words"));
        put("region", REGION, null, region("fill", 1, 2));
        ForeignDataset.attribute(file, "g/h", "empty", INT32, null, List.of());
        put("words", TEXT, new long[] {2}, List.of("a", "bü"));
        put("fixed", Foreign.string(2, NULLPAD, false), new long[] {2}, List.of("ab", "c"));
        put("number", Foreign.integer(8, false, false), null, -1L);
        put(
                "big",
                Foreign.integer(2, true, true),
                new long[] {2, 3},
                IntStream.range(0, 6).toArray());
        put("zero", FLOAT64, new long[] {0, 3}, List.of());
        Type pair = Foreign.compound(
                4,
                new Member("a", 0, Foreign.integer(1, true, false)),
                new Member("b", 1, Foreign.string(3, NULLPAD, false)));
        put("compound", pair, new long[] {1}, List.of(List.of(1, "x")));
        put(
                "bool",
                Foreign.enumeration(Foreign.integer(1, true, false), "FALSE 0", "TRUE 1"),
                new long[] {2},
                List.of("TRUE", "FALSE"));
        put("vlen", Foreign.sequence(INT32), new long[] {2}, List.of(new int[] {0, 1}, new int[] {0, 1, 2}));
        if (latest) {
            put("dense", INT64, new long[] {20_000}, IntStream.range(0, 20_000).toArray());
        }
    }

    /** An attribute of a group; a scalar if there is no shape. */
    private void put(String name, Type type, long @Nullable [] shape, Object value) throws HDF5Exception {
        ForeignDataset.attribute(
                file, "g/h", name, type, shape == null ? new long[0] : shape, shape == null ? List.of(value) : value);
    }

    private void scales() throws HDF5Exception {
        ForeignDataset.of(file, "time", INT64, IntStream.range(0, 40).toArray());
        ForeignScales.scale(file, "time", "time");
        ForeignScales.label(file, Map.of("zf4_row", List.of("time")));
        ForeignDataset.attribute(
                file,
                "zi2_growing",
                "DIMENSION_LABELS",
                Foreign.string(0, NULLTERM, false),
                new long[] {1},
                List.of("rows"));
    }

    private void elsewhere(Path raw) throws HDF5Exception {
        if (latest) {
            of("virtual", INT64, 40)
                    .fill(-1)
                    .property(creation -> {
                        long space = H5.H5Screate_simple(1, new long[] {40}, null);
                        H5.H5Pset_virtual(creation, space, ".", "time", space);
                        H5.H5Sclose(space);
                    })
                    .unwritten();
        }
        of("external", INT32, 10)
                .property(creation -> H5.H5Pset_external(creation, raw.toString(), 0, 40))
                .unwritten();
    }
}
