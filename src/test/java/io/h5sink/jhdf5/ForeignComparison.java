package io.h5sink.jhdf5;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether two files have the same links and objects, with the same types, shapes and bytes, as the C library says; that filters differ
 * is not minded. Values that lie elsewhere, as strings do, are for others to compare.
 */
public final class ForeignComparison {

    private static final long DEFAULT = HDF5Constants.H5P_DEFAULT;

    /** Data of this size and more are stored in one layout only if that is by chunks. */
    private static final long SMALL = 4096;

    private final long one;
    private final long other;
    private final Map<Long, Long> places = new HashMap<>();
    private final Paths paths = new Paths(new TreeSet<>(), new TreeSet<>());

    private ForeignComparison(long one, long other) {
        this.one = one;
        this.other = other;
    }

    /** Where objects are, each once. */
    public record Paths(Set<String> groups, Set<String> datasets) {}

    /** Fails where they differ; what both have. */
    public static Paths assertSame(Path one, Path other) {
        FileDriver access = new PosixDriver(false);
        try (ReadableFile first = ReadableFile.open(new StoredFile(one, access), ReadableFile.Purpose.READ);
                ReadableFile second = ReadableFile.open(new StoredFile(other, access), ReadableFile.Purpose.READ)) {
            ForeignComparison comparison = new ForeignComparison(first.id, second.id);
            comparison.object("/");
            return comparison.paths;
        } catch (HDF5Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Reads something of one of both. */
    private interface Reading<T> {
        T of(long id) throws HDF5Exception;
    }

    private static <T> T same(String what, long a, long b, Reading<T> reading) throws HDF5Exception {
        T expected = reading.of(a);
        assertThat(reading.of(b)).as(what).isEqualTo(expected);
        return expected;
    }

    private void object(String path) throws HDF5Exception {
        long from = Links.header(one, path);
        long to = Links.header(other, path);
        Long known = places.putIfAbsent(from, to);
        if (known != null) {
            assertThat(to).as(path).isEqualTo(known);
            return;
        }
        assertThat(places.values()).as(path).containsOnlyOnce(to);
        try (Handle a = Links.open(one, path);
                Handle b = Links.open(other, path)) {
            int kind = same(path, a.id, b.id, H5::H5Iget_type);
            same(path + ": comment", a.id, b.id, H5::H5Oget_comment);
            attributes(path, a.id, b.id);
            if (kind == HDF5Constants.H5I_GROUP) {
                paths.groups.add(path);
                group(path.equals("/") ? "/" : path + "/", a.id, b.id);
            } else if (kind == HDF5Constants.H5I_DATASET) {
                paths.datasets.add(path);
                dataset(path, a.id, b.id);
            } else {
                assertThat(H5.H5Tequal(a.id, b.id)).as(path).isTrue();
            }
        }
    }

    private static List<String> links(long group) throws HDF5Exception {
        long creation = H5.H5Gget_create_plist(group);
        boolean ordered = (H5.H5Pget_link_creation_order(creation) & HDF5Constants.H5P_CRT_ORDER_TRACKED) != 0;
        H5.H5Pclose(creation);
        List<String> names = new ArrayList<>();
        for (long i = 0; i < H5.H5Gget_info(group).nlinks; i++) {
            names.add(Named.link(group, ordered ? HDF5Constants.H5_INDEX_CRT_ORDER : HDF5Constants.H5_INDEX_NAME, i));
        }
        return names;
    }

    private void group(String prefix, long a, long b) throws HDF5Exception {
        for (String name : same(prefix, a, b, ForeignComparison::links)) {
            String path = prefix + name;
            int type = same(path, a, b, group -> H5.H5Lget_info(group, name, DEFAULT).type);
            same(path, a, b, group -> H5.H5Lget_info(group, name, DEFAULT).cset);
            if (type == HDF5Constants.H5L_TYPE_HARD) {
                object(path);
            } else {
                boolean external = type == HDF5Constants.H5L_TYPE_EXTERNAL;
                same(path, a, b, group -> List.of(Named.value(group, name, external)));
            }
        }
    }

    private static List<String> attributes(long object) throws HDF5Exception {
        List<String> names = new ArrayList<>();
        for (long i = 0; i < H5.H5Oget_info(object).num_attrs; i++) {
            names.add(Named.attribute(object, HDF5Constants.H5_INDEX_NAME, HDF5Constants.H5_ITER_INC, i));
        }
        return names;
    }

    private void attributes(String path, long a, long b) throws HDF5Exception {
        for (String name : same(path + ": attributes", a, b, ForeignComparison::attributes)) {
            try (Handle mine = Handle.attribute(Named.openAttribute(a, name));
                    Handle theirs = Handle.attribute(Named.openAttribute(b, name))) {
                String what = path + "@" + name;
                long type = type(what, H5.H5Aget_type(mine.id), H5.H5Aget_type(theirs.id));
                long elements = space(what, H5.H5Aget_space(mine.id), H5.H5Aget_space(theirs.id));
                if (elements > 0 && isPlain(type)) {
                    same(what, mine.id, theirs.id, id -> {
                        byte[] bytes = new byte[(int) (elements * H5.H5Tget_size(type))];
                        H5.H5Aread(id, type, bytes);
                        return Arrays.hashCode(bytes);
                    });
                }
                H5.H5Tclose(type);
            }
        }
    }

    /** The first of two that are the same. */
    private static long type(String what, long a, long b) throws HDF5Exception {
        assertThat(H5.H5Tequal(a, b)).as("type of " + what).isTrue();
        same(what, a, b, H5::H5Tcommitted);
        H5.H5Tclose(b);
        return a;
    }

    private static long space(String what, long a, long b) throws HDF5Exception {
        assertThat(H5.H5Sextent_equal(a, b)).as("shape of " + what).isTrue();
        long elements =
                H5.H5Sget_simple_extent_type(a) == HDF5Constants.H5S_NULL ? 0 : H5.H5Sget_simple_extent_npoints(a);
        H5.H5Sclose(a);
        H5.H5Sclose(b);
        return elements;
    }

    /** Whether bytes are values. */
    private static boolean isPlain(long type) throws HDF5Exception {
        int kind = H5.H5Tget_class(type);
        if (kind == HDF5Constants.H5T_ARRAY) {
            long element = H5.H5Tget_super(type);
            boolean plain = isPlain(element);
            H5.H5Tclose(element);
            return plain;
        }
        boolean plain = kind != HDF5Constants.H5T_VLEN
                && kind != HDF5Constants.H5T_REFERENCE
                && !(kind == HDF5Constants.H5T_STRING && H5.H5Tis_variable_str(type));
        for (int i = 0; plain && kind == HDF5Constants.H5T_COMPOUND && i < H5.H5Tget_nmembers(type); i++) {
            long member = H5.H5Tget_member_type(type, i);
            plain = isPlain(member);
            H5.H5Tclose(member);
        }
        return plain;
    }

    private void dataset(String path, long a, long b) throws HDF5Exception {
        long type = type(path, H5.H5Dget_type(a), H5.H5Dget_type(b));
        int axes = H5.H5Sget_simple_extent_ndims(H5.H5Dget_space(a));
        long elements = space(path, H5.H5Dget_space(a), H5.H5Dget_space(b));
        long size = H5.H5Tget_size(type);
        boolean plain = isPlain(type);
        long mine = H5.H5Dget_create_plist(a);
        long theirs = H5.H5Dget_create_plist(b);
        if (H5.H5Pget_layout(mine) == HDF5Constants.H5D_CHUNKED) {
            same(path + ": chunks", mine, theirs, creation -> {
                long[] chunk = new long[axes];
                H5.H5Pget_chunk(creation, axes, chunk);
                return Arrays.toString(chunk);
            });
        } else if (elements * size < SMALL) {
            same(path + ": layout", mine, theirs, H5::H5Pget_layout);
        }
        same(path + ": when to fill", mine, theirs, creation -> number(creation, H5::H5Pget_fill_time));
        int filled = same(path + ": fill value", mine, theirs, list -> number(list, H5::H5Pfill_value_defined));
        if (filled == HDF5Constants.H5D_FILL_VALUE_USER_DEFINED && plain) {
            same(path + ": fill value", mine, theirs, creation -> {
                byte[] value = new byte[(int) size];
                H5.H5Pget_fill_value(creation, type, value);
                return Arrays.toString(value);
            });
        }
        boolean early = number(mine, H5::H5Pget_alloc_time) == HDF5Constants.H5D_ALLOC_TIME_EARLY;
        if (elements > 0 && !early) {
            same(
                    path + ": whether anything is stored",
                    a,
                    b,
                    dataset -> Library.calls().storageSize(dataset) == 0);
        }
        if (elements > 0 && plain) {
            same(path + ": values", a, b, dataset -> Arrays.hashCode(bytes(dataset, type, elements * size)));
        } else if (elements > 0 && H5.H5Tequal(type, HDF5Constants.H5T_STD_REF_DSETREG)) {
            same(
                    path + ": regions",
                    a,
                    b,
                    dataset -> regions(dataset, bytes(dataset, type, elements * size), (int) size));
        }
        H5.H5Pclose(mine);
        H5.H5Pclose(theirs);
        H5.H5Tclose(type);
    }

    /** Asks for a number. */
    private interface Asking {
        int into(long list, int[] one) throws HDF5Exception;
    }

    private static int number(long list, Asking asking) throws HDF5Exception {
        int[] one = new int[1];
        asking.into(list, one);
        return one[0];
    }

    private static byte[] bytes(long dataset, long type, long count) throws HDF5Exception {
        byte[] bytes = new byte[(int) count];
        H5.H5Dread(dataset, type, HDF5Constants.H5S_ALL, HDF5Constants.H5S_ALL, DEFAULT, bytes, false);
        return bytes;
    }

    private static List<String> regions(long dataset, byte[] references, int size) throws HDF5Exception {
        List<String> found = new ArrayList<>();
        for (int at = 0; at < references.length; at += size) {
            byte[] reference = Arrays.copyOfRange(references, at, at + size);
            if (Arrays.equals(reference, new byte[size])) {
                found.add("none");
                continue;
            }
            long region = H5.H5Rget_region(dataset, HDF5Constants.H5R_DATASET_REGION, reference);
            long[] start = new long[H5.H5Sget_simple_extent_ndims(region)];
            long[] end = new long[start.length];
            H5.H5Sget_select_bounds(region, start, end);
            found.add(Arrays.toString(start) + " to " + Arrays.toString(end) + ", " + H5.H5Sget_select_npoints(region));
            H5.H5Sclose(region);
        }
        return found;
    }
}
