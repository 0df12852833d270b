package io.h5sink.hdf5.write;

import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the indexes that PyTables, and pandas through PyTables, keeps of a table's columns: groups of class {@code INDEX} in the group
 * {@code _i_NAME} beside the table. The indexes lack rows that other programs append. PyTables itself, with {@code autoindex} off, gives an
 * outdated index the attribute {@code DIRTY}, and then searches all rows until {@code reindex_dirty()} is called ({@code tables/table.py}).
 */
final class PyTablesIndexes {

    static final String DIRTY = "DIRTY";
    private static final String INDEX = "INDEX";

    private PyTablesIndexes() {}

    /** The paths of the indexes of an existing table. */
    static List<String> of(OpenObjects file, String table) {
        int slash = table.lastIndexOf('/');
        List<String> indexes = new ArrayList<>();
        add(file, table.substring(0, slash) + "/_i_" + table.substring(slash + 1), indexes);
        return indexes;
    }

    private static void add(OpenObjects file, String path, List<String> indexes) {
        ObjectTree tree = file.tree();
        ObjectTree.PathEnd end = tree.find(path);
        if (!end.isObject() || tree.kind(end.header()) != LinkMessages.Target.GROUP) {
            return;
        }
        if (INDEX.equals(AttributeValues.text(file.space(), end.header(), "CLASS"))) {
            indexes.add(path);
            return;
        }
        for (LinkMessages.Link link : LinkMessages.of(file.space().input(), tree.header(end.header()))) {
            add(file, path + "/" + link.name(), indexes); // columns may be nested
        }
    }
}
