package io.h5sink.foreign;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Library;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Files that others make, made by the calls that they use. */
public final class Hdf5Calls {

    /** For arguments that are left at their defaults. */
    public static final long DEFAULT = 0;

    private Hdf5Calls() {}

    /** Puts something into a file that is open. */
    public interface Content {
        /**
         * Puts it there.
         *
         * @param file its identifier
         */
        void put(long file) throws HDF5Exception;
    }

    /** Makes a file in the oldest format that has all of it. */
    public static void make(Path file, Content content) {
        make(file, false, content);
    }

    /** Makes a file in the format of HDF5 1.10. */
    public static void makeLatest(Path file, Content content) {
        make(file, true, content);
    }

    private static void make(Path file, boolean latest, Content content) {
        with(
                content,
                access -> {
                    if (latest) {
                        H5.H5Pset_libver_bounds(access, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_V110);
                    }
                },
                access -> H5.H5Fcreate(file.toString(), HDF5Constants.H5F_ACC_TRUNC, DEFAULT, access));
    }

    /** Adds to a file, with objects that HDF5 1.8 can read; a file of HDF5 1.10 keeps its superblock. */
    public static void addOld(Path file, Content content) {
        add(file, HDF5Constants.H5F_LIBVER_V18, content);
    }

    /** Adds to a file, with objects as HDF5 1.10 makes them. */
    public static void addLatest(Path file, Content content) {
        add(file, HDF5Constants.H5F_LIBVER_V110, content);
    }

    private static void add(Path file, int lowest, Content content) {
        with(
                content,
                access -> H5.H5Pset_libver_bounds(access, lowest, HDF5Constants.H5F_LIBVER_V110),
                access -> H5.H5Fopen(file.toString(), HDF5Constants.H5F_ACC_RDWR, access));
    }

    /** Opens a file by a list of properties. */
    private interface Opening {
        long open(long access) throws HDF5Exception;
    }

    private static void with(Content content, Content properties, Opening opening) {
        Library.describe(); // which loads it
        try {
            long access = H5.H5Pcreate(HDF5Constants.H5P_FILE_ACCESS);
            properties.put(access);
            H5.H5Pset_fclose_degree(access, HDF5Constants.H5F_CLOSE_STRONG);
            long id = opening.open(access);
            try {
                content.put(id);
            } finally {
                H5.H5Fclose(id);
                H5.H5Pclose(access);
            }
        } catch (HDF5Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a group. */
    public static void group(long file, String path) throws HDF5Exception {
        H5.H5Gclose(H5.H5Gcreate(file, path, DEFAULT, DEFAULT, DEFAULT));
    }

    /** Makes a contiguous dataset. */
    public static void ints(long file, String path, int... values) throws HDF5Exception {
        dataset(file, path, HDF5Constants.H5T_STD_I32LE, new long[] {values.length}, null, null, dataset -> {
            H5.H5Dwrite(
                    dataset,
                    HDF5Constants.H5T_NATIVE_INT,
                    HDF5Constants.H5S_ALL,
                    HDF5Constants.H5S_ALL,
                    DEFAULT,
                    values);
        });
    }

    /** Makes a dataset. */
    public static void dataset(
            long file,
            String path,
            long type,
            long[] shape,
            long @Nullable [] maximum,
            long @Nullable [] chunk,
            Content content)
            throws HDF5Exception {
        dataset(file, path, type, shape, maximum, chunk, properties -> {}, content);
    }

    /** Makes a dataset, after some creation properties are set. */
    public static void dataset(
            long file,
            String path,
            long type,
            long[] shape,
            long @Nullable [] maximum,
            long @Nullable [] chunk,
            Content properties,
            Content content)
            throws HDF5Exception {
        long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
        properties.put(creation);
        if (chunk != null) {
            H5.H5Pset_chunk(creation, chunk.length, chunk);
        }
        long space = H5.H5Screate_simple(shape.length, shape, maximum);
        long dataset = H5.H5Dcreate(file, path, type, space, DEFAULT, creation, DEFAULT);
        content.put(dataset);
        H5.H5Dclose(dataset);
        H5.H5Sclose(space);
        H5.H5Pclose(creation);
    }

    /** Writes one element of a dataset of 64-bit floats. */
    public static void element(long dataset, double value, long... at) throws HDF5Exception {
        long[] one = new long[at.length];
        Arrays.fill(one, 1);
        long space = H5.H5Dget_space(dataset);
        H5.H5Sselect_hyperslab(space, HDF5Constants.H5S_SELECT_SET, at, null, one, null);
        long memory = H5.H5Screate_simple(one.length, one, null);
        H5.H5Dwrite(dataset, HDF5Constants.H5T_NATIVE_DOUBLE, memory, space, DEFAULT, new double[] {value});
        H5.H5Sclose(memory);
        H5.H5Sclose(space);
    }
}
