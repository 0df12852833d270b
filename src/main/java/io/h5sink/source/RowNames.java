package io.h5sink.source;

import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.read.DatasetReader;
import io.h5sink.jhdf5.read.ReadableFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the columns of a group: the datasets that have rows and are not dimension scales of fixed length. On the HDF5 thread. */
final class RowNames {

    private RowNames() {}

    /** The paths of the columns, relative to the group. */
    static List<String> in(ReadableFile file, String group) {
        List<String> names = new ArrayList<>();
        add(file, group, "", names, new HashSet<>());
        return names;
    }

    /** Adds the columns of a group and its subgroups, unless another path has led to the group before: links may form a cycle. */
    private static void add(ReadableFile file, String group, String prefix, List<String> names, Set<Object> seen) {
        if (!seen.add(file.identity(group))) {
            return;
        }
        for (ReadableFile.NamedLink link : file.links(group)) {
            String path = RowOrigin.within(group) + link.name();
            if (link.name().startsWith(".")) {
                continue; // a sink's own objects, such as positions
            }
            if (link.kind() == ReadableFile.Kind.GROUP) {
                if (ColumnReader.isColumn(file, path)) {
                    names.add(prefix + link.name());
                } else {
                    add(file, path, prefix + link.name() + "/", names, seen);
                }
            } else if (link.kind() == ReadableFile.Kind.DATASET && isColumn(file, path)) {
                names.add(prefix + link.name());
            }
        }
    }

    private static boolean isColumn(ReadableFile file, String path) {
        try (DatasetReader dataset = file.dataset(path)) {
            DatasetInfo info = dataset.info();
            return info.shape().length > 0
                    && info.type() != null
                    && (info.maximum()[0] == -1 || !"DIMENSION_SCALE".equals(file.text(path, "CLASS")));
        }
    }
}
