package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.file.AttributeText;
import io.h5sink.jhdf5.file.Links;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the indexes that PyTables, and pandas through PyTables, keeps of a table's columns: groups of class {@code INDEX} in the group
 * {@code _i_NAME} beside the table. The indexes lack rows that other programs append. PyTables itself, with {@code autoindex} off, gives an
 * outdated index the attribute {@code DIRTY}, and then searches all rows until {@code reindex_dirty()} is called ({@code tables/table.py}).
 */
final class TableIndexes {

    static final String DIRTY = "DIRTY";
    private static final String INDEX = "INDEX";

    private TableIndexes() {}

    /** The paths of the indexes of an existing table. */
    static List<String> of(long file, String table) throws HDF5Exception {
        int slash = table.lastIndexOf('/');
        List<String> indexes = new ArrayList<>();
        add(file, table.substring(0, slash) + "/_i_" + table.substring(slash + 1), indexes);
        return indexes;
    }

    private static void add(long file, String path, List<String> indexes) throws HDF5Exception {
        if (!Links.exists(file, path)) {
            return;
        }
        List<String> names = new ArrayList<>();
        try (Handle group = Links.open(file, path)) {
            if (H5.H5Iget_type(group.id) != HDF5Constants.H5I_GROUP) {
                return;
            } else if (INDEX.equals(AttributeText.of(group, "CLASS"))) {
                indexes.add(path);
                return;
            }
            long count = H5.H5Gget_info(group.id).nlinks;
            for (long i = 0; i < count; i++) {
                names.add(Named.link(group.id, HDF5Constants.H5_INDEX_NAME, i));
            }
        }
        for (String name : names) { // columns may be nested
            add(file, path + "/" + name, indexes);
        }
    }
}
