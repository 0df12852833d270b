package io.h5sink;

import io.h5sink.hdf5.SourceDataset;
import io.h5sink.hdf5.SourceFile;
import io.h5sink.hdf5.SourceInfo;
import java.util.ArrayList;
import java.util.List;

/** Which datasets of a group are columns: those that have rows, and do not only label an axis. On the HDF5 thread. */
final class RowNames {

    private static final int MAX_DEPTH = 32;

    private RowNames() {}

    /** Their paths, relative to the group. */
    static List<String> in(SourceFile file, String group) {
        List<String> names = new ArrayList<>();
        add(file, group, "", names, 0);
        return names;
    }

    private static void add(SourceFile file, String group, String prefix, List<String> names, int depth) {
        for (SourceFile.Link link : file.links(group)) {
            String path = RowOrigin.within(group) + link.name();
            if (link.name().startsWith(".")) {
                continue; // what a sink keeps for itself
            }
            if (link.kind() == SourceFile.Kind.GROUP) {
                if (RowColumn.isColumn(file, path)) {
                    names.add(prefix + link.name());
                } else if (depth < MAX_DEPTH) {
                    add(file, path, prefix + link.name() + "/", names, depth + 1);
                }
            } else if (link.kind() == SourceFile.Kind.DATASET && isColumn(file, path)) {
                names.add(prefix + link.name());
            }
        }
    }

    private static boolean isColumn(SourceFile file, String path) {
        try (SourceDataset dataset = file.dataset(path)) {
            SourceInfo info = dataset.info();
            return info.shape().length > 0
                    && info.type() != null
                    && (info.maximum()[0] == -1 || !"DIMENSION_SCALE".equals(file.text(path, "CLASS")));
        }
    }
}
