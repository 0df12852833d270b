package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes dimension scales and labels axes as {@code H5DS} does, which bindings for Java lack. */
public final class ForeignScales {

    private static final Foreign.Type REFERENCE = () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_OBJ);
    private static final Foreign.Type USE = Foreign.compound(
            16,
            new Foreign.Member("dataset", 0, REFERENCE),
            new Foreign.Member("dimension", 8, Foreign.integer(4, true, false)));

    private ForeignScales() {}

    /** Makes a dataset a scale. */
    public static void scale(long file, String path, String name) throws HDF5Exception {
        text(file, path, "CLASS", "DIMENSION_SCALE");
        text(file, path, "NAME", name);
    }

    private static void text(long file, String path, String attribute, String text) throws HDF5Exception {
        Foreign.Type type = Foreign.string(text.length() + 1, Foreign.Padding.NULLTERM, false);
        ForeignDataset.attribute(file, path, attribute, type, text);
    }

    /** Labels datasets by a scale for each of their axes. */
    public static void label(long file, Map<String, List<String>> scales) throws HDF5Exception {
        Map<String, List<Object>> uses = new TreeMap<>();
        for (String dataset : scales.keySet()) {
            List<Object> lists = new ArrayList<>();
            for (String scale : scales.get(dataset)) {
                uses.computeIfAbsent(scale, first -> new ArrayList<>())
                        .add(List.of(ForeignDataset.reference(file, dataset), lists.size()));
                lists.add(List.of(ForeignDataset.reference(file, scale)));
            }
            ForeignDataset.attribute(
                    file, dataset, "DIMENSION_LIST", Foreign.sequence(REFERENCE), new long[] {lists.size()}, lists);
        }
        for (Map.Entry<String, List<Object>> use : uses.entrySet()) {
            long[] shape = {use.getValue().size()};
            ForeignDataset.attribute(file, use.getKey(), "REFERENCE_LIST", USE, shape, use.getValue());
        }
    }
}
