package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets tests see how the objects of a file are worded. */
public final class Wording {

    @FunctionalInterface
    private interface Words {
        String of(String path, long object) throws HDF5Exception;
    }

    private Wording() {}

    /** Datasets without their names. */
    public static Map<String, String> datasets(Path file, Collection<String> paths) {
        return texts(file, paths, Wording::dataset);
    }

    /** Objects as errors show them. */
    public static Map<String, String> objects(Path file, Collection<String> paths) {
        return texts(file, paths, ObjectText::of);
    }

    private static Map<String, String> texts(Path file, Collection<String> paths, Words words) {
        Library.calls();
        Map<String, String> texts = new LinkedHashMap<>();
        try {
            long id = H5.H5Fopen(file.toString(), HDF5Constants.H5F_ACC_RDONLY, HDF5Constants.H5P_DEFAULT);
            for (String path : paths) {
                try (Handle object = Handle.object(H5.H5Oopen(id, path, HDF5Constants.H5P_DEFAULT))) {
                    texts.put(path, words.of(path, object.id));
                }
            }
            H5.H5Fclose(id);
        } catch (HDF5Exception e) {
            throw new AssertionError(ErrorStack.reason(e), e);
        }
        return texts;
    }

    private static String dataset(String path, long object) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(object));
                Handle space = Handle.space(H5.H5Dget_space(object));
                Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(object))) {
            return "DATATYPE " + ObjectText.type(type.id) + " DATASPACE " + ObjectText.space(space.id) + ' '
                    + ObjectText.storage(creation.id);
        }
    }
}
