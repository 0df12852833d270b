package io.h5sink.foreign;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Foreign;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a file of all kinds of objects, as others make them, whose names say what they are. */
public final class BadObjects {

    /** Also for selections, of which the default is all. */
    private static final long NONE = Hdf5Calls.DEFAULT;

    /** {@code H5S_UNLIMITED}, which is not known before the library is there. */
    private static final long UNLIMITED = -1;

    private static final Foreign.Type INT32 = Foreign.integer(4, true, false);
    private static final Foreign.Type INT8 = Foreign.integer(1, true, false);

    private final long file;

    private BadObjects(long file) {
        this.file = file;
    }

    public static void make(Path file) {
        Path raw = file.resolveSibling(file.getFileName() + ".raw");
        try {
            Files.write(raw, new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Hdf5Calls.make(file, id -> {
            BadObjects objects = new BadObjects(id);
            objects.numbers();
            objects.names();
            objects.texts();
            objects.shapes();
            objects.namedTypes();
            objects.elsewhere(raw);
        });
    }

    private void numbers() throws HDF5Exception {
        rows("int64", Foreign.integer(8, true, false), 3);
        rows("uint32", Foreign.integer(4, false, false), 3);
        rows("int32 big-endian", Foreign.integer(4, true, true), 3);
        rows("float32", Foreign.real(4, false), 3);
        rows("float16", BadObjects::half, 3);
        rows("float64", Foreign.real(8, false), 3);
    }

    /** The type of 16-bit floats. */
    public static long half() throws HDF5Exception {
        long type = H5.H5Tcopy(HDF5Constants.H5T_IEEE_F32LE);
        H5.H5Tset_fields(type, 15, 10, 5, 0, 10);
        H5.H5Tset_size(type, 2);
        H5.H5Tset_ebias(type, 15);
        return type;
    }

    private void names() throws HDF5Exception {
        rows("bool", Foreign.enumeration(INT8, "FALSE 0", "TRUE 1"), 1);
        rows("enum", Foreign.enumeration(INT8, "GREEN 1", "RED 0"), 1);
        rows("enum of int32", Foreign.enumeration(INT32, "BLUE 2", "GREEN 1", "RED 0"), 1);
    }

    private void texts() throws HDF5Exception {
        for (boolean utf8 : new boolean[] {true, false}) {
            Foreign.Type type = Foreign.string(0, NULLTERM, utf8);
            dataset(
                    utf8 ? "utf-8" : "ascii",
                    type,
                    new long[] {1},
                    new long[] {UNLIMITED},
                    new long[] {4},
                    (dataset, made) -> H5.H5Dwrite_VLStrings(dataset, made, NONE, NONE, NONE, new String[] {"a"}));
        }
        rows("fixed utf-8", Foreign.string(8, NULLPAD, true), 1);
    }

    private void shapes() throws HDF5Exception {
        rows("compound", point(), 2);
        dataset(
                "sequences",
                Foreign.sequence(INT32),
                new long[] {0},
                new long[] {UNLIMITED},
                new long[] {4},
                (dataset, type) -> {});
        counted("matrix", new long[] {2, 3}, new long[] {UNLIMITED, 3}, new long[] {4, 3});
        counted("fixed", new long[] {3}, new long[] {3}, new long[] {3});
        counted("limited", new long[] {3}, new long[] {30}, new long[] {4});
        counted("other axis", new long[] {2, 3}, new long[] {2, UNLIMITED}, new long[] {2, 4});
        counted("contiguous", new long[] {3}, null, null);
        counted("scalar", new long[0], null, null);
        long space = H5.H5Screate(HDF5Constants.H5S_NULL);
        H5.H5Dclose(H5.H5Dcreate(file, "empty", HDF5Constants.H5T_STD_I32LE, space, NONE, NONE, NONE));
        H5.H5Sclose(space);
        Hdf5Calls.group(file, "group");
    }

    private static Foreign.Type point() {
        return Foreign.compound(
                12, new Foreign.Member("x", 0, INT32), new Foreign.Member("y", 4, Foreign.real(8, false)));
    }

    private void namedTypes() throws HDF5Exception {
        long type = point().make();
        H5.H5Tcommit(file, "point", type, NONE, NONE, NONE);
        Hdf5Calls.dataset(
                file, "of a named type", type, new long[] {2}, new long[] {UNLIMITED}, new long[] {4}, dataset -> {});
        H5.H5Tclose(type);
    }

    /** What has its values in another file, or in another dataset. */
    private void elsewhere(Path raw) throws HDF5Exception {
        long[] three = {3};
        long space = H5.H5Screate_simple(1, three, new long[] {UNLIMITED});
        long external = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        H5.H5Pset_external(external, raw.toString(), 0, UNLIMITED);
        H5.H5Dclose(H5.H5Dcreate(file, "external", HDF5Constants.H5T_STD_I32LE, space, NONE, external, NONE));
        H5.H5Pclose(external);

        long virtual = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        long source = H5.H5Screate_simple(1, three, null);
        H5.H5Sselect_hyperslab(space, HDF5Constants.H5S_SELECT_SET, new long[1], null, three, null);
        H5.H5Pset_virtual(virtual, space, ".", "/fixed", source);
        H5.H5Dclose(H5.H5Dcreate(file, "virtual", HDF5Constants.H5T_STD_I32LE, space, NONE, virtual, NONE));
        H5.H5Sclose(source);
        H5.H5Pclose(virtual);
        H5.H5Sclose(space);
    }

    private void rows(String name, Foreign.Type type, int count) throws HDF5Exception {
        dataset(name, type, new long[] {count}, new long[] {UNLIMITED}, new long[] {4}, BadObjects::count);
    }

    private void counted(String name, long[] shape, long[] maximum, long[] chunk) throws HDF5Exception {
        dataset(name, INT32, shape, maximum, chunk, BadObjects::count);
    }

    /** Puts elements into a dataset of some type. */
    private interface Elements {
        void put(long dataset, long type) throws HDF5Exception;
    }

    private void dataset(String name, Foreign.Type type, long[] shape, long[] maximum, long[] chunk, Elements elements)
            throws HDF5Exception {
        long made = type.make();
        Hdf5Calls.dataset(file, name, made, shape, maximum, chunk, dataset -> elements.put(dataset, made));
        H5.H5Tclose(made);
    }

    /** Numbers the elements, by their least byte. */
    private static void count(long dataset, long type) throws HDF5Exception {
        long space = H5.H5Dget_space(dataset);
        int count = (int) H5.H5Sget_simple_extent_npoints(space);
        H5.H5Sclose(space);
        int size = (int) H5.H5Tget_size(type);
        byte[] bytes = new byte[count * size];
        boolean bigEndian = H5.H5Tget_class(type) == HDF5Constants.H5T_INTEGER
                && H5.H5Tget_order(type) == HDF5Constants.H5T_ORDER_BE;
        for (int i = 0; i < count; i++) {
            bytes[i * size + (bigEndian ? size - 1 : 0)] = (byte) i;
        }
        H5.H5Dwrite(dataset, type, NONE, NONE, NONE, bytes, false);
    }
}
