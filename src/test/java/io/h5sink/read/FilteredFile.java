package io.h5sink.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.foreign.RepackedFile;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes two datasets of each type, one with filters and the other without; parts of them are never written. */
final class FilteredFile {

    private static final long NONE = Hdf5Calls.DEFAULT;
    private static final long UNLIMITED = ForeignDataset.UNLIMITED;
    private static final byte[] LETTERS = " \0abcdefg".getBytes(StandardCharsets.US_ASCII);

    private record Grid(String name, long[] shape, long[] maximum, long[] chunk) {

        /** What follows is never written. */
        long[] written() {
            long[] count = shape.clone();
            for (int axis = 0; axis < shape.length && !name.equals("single"); axis++) {
                count[axis] = Math.max(1, shape[axis] - 2 * chunk[axis]);
            }
            return count;
        }
    }

    private static final List<Grid> GRIDS = List.of(
            new Grid("single", new long[] {30}, new long[] {30}, new long[] {30}),
            new Grid("fixed", new long[] {40}, new long[] {40}, new long[] {7}),
            new Grid("paged", new long[] {3000}, new long[] {3000}, new long[] {2}),
            new Grid("growing", new long[] {50}, new long[] {UNLIMITED}, new long[] {7}),
            new Grid("tree", new long[] {23, 17}, new long[] {UNLIMITED, UNLIMITED}, new long[] {5, 4}),
            new Grid("cube", new long[] {9, 8, 7}, new long[] {UNLIMITED, 8, 7}, new long[] {4, 8, 3}));

    private FilteredFile() {}

    /**
     * Makes it.
     *
     * @param filters their names, with a plus between them
     */
    static void make(Path file, String filters, boolean latest) {
        Foreign.make(file, latest, f -> {
            Random random = new Random(7);
            int n = 0;
            for (Map.Entry<String, Foreign.Type> type : RepackedFile.types().entrySet()) {
                for (Grid grid : GRIDS) {
                    n++;
                    boolean all = List.of("f8be", "i4", "nested").contains(type.getKey());
                    boolean some = all || (n + n / 6) % 3 == 0;
                    if (some && (!grid.name.equals("paged") || type.getKey().equals("f8be"))) {
                        twice(f, type.getKey(), type.getValue(), grid, filters, n, random);
                    }
                }
            }
        });
    }

    private static void twice(
            long file, String name, Foreign.Type type, Grid grid, String filters, int n, Random random)
            throws HDF5Exception {
        long made = type.make();
        byte[] raw = raw(name, made, grid, random);
        long bytes = H5.H5Tget_size(made) * Arrays.stream(grid.chunk).reduce(1, (a, b) -> a * b);
        for (String kind : List.of("plain", "packed")) {
            String path = kind + "/" + name + "_" + grid.name;
            ForeignDataset dataset = new ForeignDataset(file, path, type)
                    .shape(grid.shape)
                    .maximum(grid.maximum)
                    .chunk(grid.chunk);
            if (n % 2 != 0) {
                dataset.property(creation -> H5.H5Pset_alloc_time(creation, HDF5Constants.H5D_ALLOC_TIME_INCR));
            }
            if (kind.equals("packed")) {
                for (String filter : filters.split("\\+")) {
                    dataset.property(creation -> filter(creation, filter, (int) bytes));
                }
            }
            if (n % 4 == 0 && List.of("f8be", "i4").contains(name)) {
                dataset.fill(41);
            }
            dataset.unwritten();
            write(file, path, made, grid, raw);
        }
        H5.H5Tclose(made);
    }

    /** Sets a filter, of which LZF must know how large a chunk is. */
    private static void filter(long creation, String filter, int bytes) throws HDF5Exception {
        switch (filter) {
            case "gzip" -> H5.H5Pset_deflate(creation, 4);
            case "shuffle" -> H5.H5Pset_shuffle(creation);
            case "fletcher32" -> H5.H5Pset_fletcher32(creation);
            default ->
                H5.H5Pset_filter(creation, 32000, HDF5Constants.H5Z_FLAG_OPTIONAL, 3, new int[] {4, 0x105, bytes});
        }
    }

    private static byte[] raw(String name, long type, Grid grid, Random random) throws HDF5Exception {
        int size = (int) H5.H5Tget_size(type);
        byte[] raw = new byte[(int) (Arrays.stream(grid.written()).reduce(1, (a, b) -> a * b) * size)];
        random.nextBytes(raw);
        boolean text = H5.H5Tget_class(type) == HDF5Constants.H5T_STRING;
        for (int i = 0; i < raw.length; i++) {
            if (name.equals("bool")) {
                raw[i] &= 1;
            } else if (text || (name.equals("nested") && i % size >= 30 && i % size < 34)) {
                raw[i] = LETTERS[Byte.toUnsignedInt(raw[i]) % LETTERS.length];
            } else if (name.equals("enum") && i % size == 0) {
                System.arraycopy(RepackedFile.CONSTANTS[random.nextInt(3)], 0, raw, i++, size);
            }
        }
        return raw;
    }

    private static void write(long file, String path, long type, Grid grid, byte[] raw) throws HDF5Exception {
        long dataset = H5.H5Dopen(file, path, NONE);
        long space = H5.H5Dget_space(dataset);
        long[] count = grid.written();
        H5.H5Sselect_hyperslab(space, HDF5Constants.H5S_SELECT_SET, new long[count.length], null, count, null);
        long memory = H5.H5Screate_simple(count.length, count, null);
        H5.H5Dwrite(dataset, type, memory, space, NONE, raw, false);
        H5.H5Sclose(memory);
        H5.H5Sclose(space);
        H5.H5Dclose(dataset);
    }
}
