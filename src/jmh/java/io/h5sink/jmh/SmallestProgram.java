package io.h5sink.jmh;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import org.bytedeco.hdf5.hdf5_java;
import org.bytedeco.javacpp.Loader;

/** One dataset through {@code hdf.hdf5lib}, and nothing else. */
public final class SmallestProgram {

    private SmallestProgram() {}

    /**
     * Says when it is written.
     *
     * @param args a file
     * @throws HDF5Exception if it cannot
     */
    public static void main(String[] args) throws HDF5Exception {
        System.setProperty(H5.H5PATH_PROPERTY_KEY, Loader.load(hdf5_java.class));
        long file = H5.H5Fcreate(
                args[0], HDF5Constants.H5F_ACC_TRUNC, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5P_DEFAULT);
        long space = H5.H5Screate_simple(1, new long[] {1}, null);
        long dataset = H5.H5Dcreate(
                file,
                "temperature",
                HDF5Constants.H5T_IEEE_F64LE,
                space,
                HDF5Constants.H5P_DEFAULT,
                HDF5Constants.H5P_DEFAULT,
                HDF5Constants.H5P_DEFAULT);
        H5.H5Dwrite_double(
                dataset,
                HDF5Constants.H5T_NATIVE_DOUBLE,
                HDF5Constants.H5S_ALL,
                HDF5Constants.H5S_ALL,
                HDF5Constants.H5P_DEFAULT,
                new double[] {21.5});
        H5.H5Dclose(dataset);
        H5.H5Sclose(space);
        H5.H5Fclose(file);
        System.out.println("SAFE");
    }
}
