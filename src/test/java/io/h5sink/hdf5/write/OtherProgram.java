package io.h5sink.hdf5.write;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.judge.Python;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another program that writes and reads a file: h5py, or the C library in this process where there is no h5py. Elements of rows count from
 * 0. Options of datasets are in the words of h5py.
 */
final class OtherProgram {

    /** What all scripts know; a dataset may have a layout message of version 3, which is old, and no width, which is one axis. */
    private static final String WORDS = """
            import sys, json, numpy, h5py
            name = sys.argv[1]

            def rows(first, end, width):
                width = width or 1
                return numpy.arange(first * width, end * width, dtype='<i4').reshape(end - first, width)

            def make(old, width, rows_there, libver='v110', **options):
                with h5py.File(name, 'w', libver='latest'):
                    pass
                with h5py.File(name, 'r+', libver=('v108', 'v110') if old else libver) as f:
                    d = f.create_dataset('d', shape=(rows_there, width) if width else (rows_there,), dtype='<i4', **options)
                    d[...] = rows(0, rows_there, width).reshape(d.shape)
                    f.create_dataset('other', data=7)

            def append(count):
                with h5py.File(name, 'r+', libver='latest') as f:
                    d = f['d']
                    before = d.shape[0]
                    d.resize(before + count, 0)
                    d[before:] = rows(before, before + count, *d.shape[1:] or [0]).reshape(d[before:].shape)

            def check(count):
                with h5py.File(name, 'r') as f:
                    d = f['d']
                    assert d.shape[0] == count, d.shape
                    expected = rows(0, count, *d.shape[1:] or [0]).reshape(d.shape)
                    assert (d[...] == expected).all(), numpy.argwhere(d[...] != expected)[:10]
                    for i in list(range(0, count, max(1, count // 50))):
                        assert (d[i] == expected[i]).all()
                    assert f['other'][()] == 7
            """;

    private final Path file;

    OtherProgram(Path file) {
        this.file = file;
    }

    /** Runs a script of h5py, which knows how to make, append and check; leaves the test out if there is none. */
    static void run(String script, Object... arguments) {
        Python.run(WORDS + script, arguments);
    }

    private static String python(boolean value) {
        return value ? "True" : "False";
    }

    /** Makes the file, with a dataset "d" of rows, and another one; with one axis if the width is 0. */
    void make(boolean old, int width, int rows, String options) {
        if (Python.isPresent()) {
            run("make(%s, %d, %d, %s)".formatted(python(old), width, rows, options), file);
            return;
        }
        Hdf5Calls.makeLatest(file, to -> {});
        change(old, to -> {
            long[] shape = width == 0 ? new long[] {rows} : new long[] {rows, width};
            create(to, "d", shape, options, creation -> {}, dataset -> write(dataset, shape, 0));
            create(to, "other", new long[0], "", creation -> {}, dataset -> write(dataset, new long[0], 7));
        });
    }

    /** Adds rows to the dataset. */
    void append(int count) {
        if (Python.isPresent()) {
            run("append(%d)".formatted(count), file);
            return;
        }
        change(
                false,
                to -> with(to, "d", dataset -> {
                    long[] shape = shape(dataset)[0];
                    long before = shape[0];
                    shape[0] += count;
                    H5.H5Dset_extent(dataset, shape);
                    long[] first = new long[shape.length];
                    first[0] = before;
                    shape[0] = count;
                    long[] ones = new long[shape.length];
                    Arrays.fill(ones, 1);
                    if (count > 0) {
                        long space = H5.H5Dget_space(dataset);
                        H5.H5Sselect_hyperslab(space, HDF5Constants.H5S_SELECT_SET, first, ones, shape, ones);
                        long memory = H5.H5Screate_simple(shape.length, shape, null);
                        int[] elements = counting(before * elements(shape) / count, elements(shape));
                        H5.H5Dwrite(
                                dataset,
                                HDF5Constants.H5T_NATIVE_INT,
                                memory,
                                space,
                                HDF5Constants.H5P_DEFAULT,
                                elements);
                        H5.H5Sclose(memory);
                        H5.H5Sclose(space);
                    }
                }));
    }

    /** Asserts that the dataset has so many rows, and the other one its value. */
    void check(int count) {
        if (Python.isPresent()) {
            run("check(%d)".formatted(count), file);
            return;
        }
        change(false, to -> {
            with(to, "d", dataset -> {
                long[] shape = shape(dataset)[0];
                assertThat(shape[0]).isEqualTo(count);
                assertThat(read(dataset)).isEqualTo(counting(0, elements(shape)));
            });
            with(to, "other", dataset -> assertThat(read(dataset)).containsExactly(7));
        });
    }

    /** Asserts that behind rows of 5 elements is the fill value -3, once the dataset has 7 more rows and all elements that each may have. */
    void checkFill(int count) {
        check(count);
        if (Python.isPresent()) {
            run("""
                    with h5py.File(name, 'r+', libver='latest') as f:
                        d = f['d']
                        most = d.maxshape[1] or 8
                        d.resize((%d, most))
                        assert (d[%d:] == -3).all(), d[%d:]
                        assert (d[:, 5:] == -3).all(), d[:]
                    """.formatted(count + 7, count, count), file);
            return;
        }
        change(
                false,
                to -> with(to, "d", dataset -> {
                    long most = shape(dataset)[1][1];
                    int width = most == HDF5Constants.H5S_UNLIMITED ? 8 : (int) most;
                    H5.H5Dset_extent(dataset, new long[] {count + 7, width});
                    int[] all = read(dataset);
                    assertThat(all).hasSize((count + 7) * width);
                    for (int i = 0; i < all.length; i++) {
                        boolean row = i / width < count && i % width < 5;
                        assertThat(all[i]).as("element %d", i).isEqualTo(row ? i / width * 5 + i % width : -3);
                    }
                }));
    }

    /** Makes the file, with a dataset "v" of so many rows of 5 elements, whose chunks are there at once or not, and which has values or not. */
    void makeValues(boolean old, int length, String options, boolean early, boolean written) {
        make(old, 5, 0, "chunks=True, maxshape=(None, 5)");
        if (Python.isPresent()) {
            run("""
                    with h5py.File(name, 'r+', libver=('v108', 'v110') if %s else 'v110') as f:
                        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                        made = f.create_dataset('made', shape=(%d, 5), dtype='<i4', %s)
                        plist = made.id.get_create_plist()
                        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY if %s else h5py.h5d.ALLOC_TIME_INCR)
                        h5py.h5d.create(f.id, b'v', made.id.get_type(), made.id.get_space(), plist)
                        del f['made']
                        if %s:
                            f['v'][...] = -7
                    """.formatted(python(old), length, options, python(early), python(written)), file);
            return;
        }
        long[] shape = {length, 5};
        int time = early ? HDF5Constants.H5D_ALLOC_TIME_EARLY : HDF5Constants.H5D_ALLOC_TIME_INCR;
        change(old, to -> {
            create(to, "v", shape, options, creation -> H5.H5Pset_alloc_time(creation, time), dataset -> {
                if (written) {
                    int[] sevens = new int[elements(shape)];
                    Arrays.fill(sevens, -7);
                    write(dataset, sevens);
                }
            });
        });
    }

    /** Asserts that the dataset "v" has rows from a number on, and gives it more for a moment. */
    void checkValues(int first, int length) {
        if (Python.isPresent()) {
            run("""
                    with h5py.File(name, 'r+') as f:
                        v = f['v']
                        assert (v[...] == rows(%d, %d, 5)).all(), v[...]
                        if v.maxshape[0] is None:
                            v.resize(%d, 0)
                            v.resize(%d, 0)
                    """.formatted(first, first + length, length + 5, length), file);
            return;
        }
        change(
                true,
                to -> with(to, "v", dataset -> {
                    assertThat(read(dataset)).isEqualTo(counting(first * 5L, length * 5));
                    if (shape(dataset)[1][0] == HDF5Constants.H5S_UNLIMITED) {
                        H5.H5Dset_extent(dataset, new long[] {length + 5, 5});
                        H5.H5Dset_extent(dataset, new long[] {length, 5});
                    }
                }));
    }

    private void change(boolean old, Hdf5Calls.Content content) {
        if (old) {
            Hdf5Calls.addOld(file, content);
        } else {
            Hdf5Calls.addLatest(file, content);
        }
    }

    private static void create(
            long to, String name, long[] shape, String options, Hdf5Calls.Content properties, Hdf5Calls.Content content)
            throws HDF5Exception {
        long[] chunk = options.contains("chunks=True") ? new long[] {16, 5} : numbers(options, "chunks");
        long[] maximum = numbers(options, "maxshape");
        Hdf5Calls.Content filters = creation -> {
            if (options.contains("shuffle=True")) {
                H5.H5Pset_shuffle(creation);
            }
            if (options.contains("compression='gzip'")) {
                H5.H5Pset_deflate(creation, 4);
            } else if (options.contains("compression='lzf'")) {
                assertThat(LibraryFilters.isKnown(Filter.LZF)).isTrue();
                int[] values = {4, 0x105, Integer.BYTES * elements(chunk)
                }; // of h5py's filter, of LZF, and the size of a chunk
                H5.H5Pset_filter(creation, Filter.LZF, HDF5Constants.H5Z_FLAG_OPTIONAL, values.length, values);
            }
            if (options.contains("fletcher32=True")) {
                H5.H5Pset_fletcher32(creation);
            }
            Matcher fill = Pattern.compile("fillvalue=(-?\\d+)").matcher(options);
            if (fill.find()) {
                H5.H5Pset_fill_value(
                        creation, HDF5Constants.H5T_NATIVE_INT, new int[] {Integer.parseInt(fill.group(1))});
            }
            properties.put(creation);
        };
        Hdf5Calls.dataset(to, name, HDF5Constants.H5T_STD_I32LE, shape, maximum, chunk, filters, content);
    }

    /** The numbers in an option, of which None is without a limit. */
    private static long @Nullable [] numbers(String options, String name) {
        Matcher list = Pattern.compile(name + "=\\(([^)]*)\\)").matcher(options);
        return list.find()
                ? Stream.of(list.group(1).split(", *"))
                        .mapToLong(word -> word.equals("None") ? HDF5Constants.H5S_UNLIMITED : Long.parseLong(word))
                        .toArray()
                : null;
    }

    private static void with(long file, String name, Hdf5Calls.Content content) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, name, HDF5Constants.H5P_DEFAULT);
        try {
            content.put(dataset);
        } finally {
            H5.H5Dclose(dataset);
        }
    }

    /** The shape, and what it may become. */
    private static long[][] shape(long dataset) throws HDF5Exception {
        long space = H5.H5Dget_space(dataset);
        int rank = H5.H5Sget_simple_extent_ndims(space);
        long[][] shape = new long[2][rank];
        H5.H5Sget_simple_extent_dims(space, shape[0], shape[1]);
        H5.H5Sclose(space);
        return shape;
    }

    private static int elements(long[] shape) {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    }

    private static int[] counting(long first, int count) {
        return IntStream.range((int) first, (int) first + count).toArray();
    }

    private static void write(long dataset, long[] shape, int first) throws HDF5Exception {
        write(dataset, counting(first, elements(shape)));
    }

    private static void write(long dataset, int[] elements) throws HDF5Exception {
        if (elements.length > 0) {
            int all = HDF5Constants.H5S_ALL;
            H5.H5Dwrite(dataset, HDF5Constants.H5T_NATIVE_INT, all, all, HDF5Constants.H5P_DEFAULT, elements);
        }
    }

    private static int[] read(long dataset) throws HDF5Exception {
        int[] elements = new int[elements(shape(dataset)[0])];
        if (elements.length > 0) {
            int all = HDF5Constants.H5S_ALL;
            H5.H5Dread(dataset, HDF5Constants.H5T_NATIVE_INT, all, all, HDF5Constants.H5P_DEFAULT, elements);
        }
        return elements;
    }
}
