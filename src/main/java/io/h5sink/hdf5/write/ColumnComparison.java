package io.h5sink.hdf5.write;

import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.hdf5.type.Recoding;
import io.h5sink.schema.ColumnType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares the columns of a record type with the datasets that are in their groups. */
public final class ColumnComparison {

    private static final WritableFile.SchemaDifference NOTHING =
            new WritableFile.SchemaDifference(0, List.of(), List.of(), "", "");

    private final ObjectTree tree;
    private final Map<String, ColumnType> columns;

    private ColumnComparison(ObjectTree tree, Map<String, ColumnType> columns) {
        this.tree = tree;
        this.columns = columns;
    }

    static WritableFile.SchemaDifference of(OpenObjects file, Map<String, ColumnType> columns) {
        return new ColumnComparison(file.tree(), columns).compare();
    }

    private WritableFile.SchemaDifference compare() {
        long rows = 0;
        List<String> added = new ArrayList<>();
        Map<String, Map<String, String>> found = new LinkedHashMap<>();
        for (Map.Entry<String, ColumnType> column : columns.entrySet()) {
            String path = column.getKey();
            ObjectTree.PathEnd end = end(path);
            if (end == null || end.kind() == ObjectTree.Kind.NOTHING) {
                added.add(path);
                continue;
            }
            FoundColumn dataset = end.isObject() ? dataset(end.header()) : null;
            if (dataset == null || !dataset.isGrowing() || !fits(dataset, column.getValue())) {
                return NOTHING; // the failure is reported when datasets are bound
            }
            rows = rows == 0 ? dataset.space().first() : rows;
            found.computeIfAbsent(group(path), empty -> new LinkedHashMap<>())
                    .put(path, H5DumpText.dataset(name(path), ObjectWords.dataset(tree, tree.header(end.header()))));
        }
        if (rows == 0) {
            return NOTHING;
        }
        List<String> removed = new ArrayList<>();
        for (Map.Entry<String, Map<String, String>> group : found.entrySet()) {
            addRemoved(group.getKey(), rows, removed, group.getValue());
        }
        if (added.isEmpty() && removed.isEmpty()) {
            return new WritableFile.SchemaDifference(rows, added, removed, "", "");
        }
        String group = group(added.isEmpty() ? removed.get(0) : added.get(0));
        String content = String.join(" ", found.getOrDefault(group, Map.of()).values());
        return new WritableFile.SchemaDifference(
                rows, added, removed, planned(columns, group, rows), text(group, content));
    }

    /** The end of a column's path; null if no group is above. Objects above that are not groups are reported when datasets are bound. */
    private ObjectTree.@org.jspecify.annotations.Nullable PathEnd end(String path) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            ObjectTree.PathEnd parent = tree.find(path.substring(0, slash));
            if (!parent.isObject() || tree.kind(parent.header()) != LinkMessages.Target.GROUP) {
                return null;
            }
        }
        return tree.find(path);
    }

    private @org.jspecify.annotations.Nullable FoundColumn dataset(long address) {
        ObjectHeader header = tree.header(address);
        return LinkMessages.kind(header) == LinkMessages.Target.DATASET
                ? FoundColumn.of(tree.file().input(), header)
                : null;
    }

    private void addRemoved(String group, long rows, List<String> removed, Map<String, String> found) {
        for (LinkMessages.Link link : LinkMessages.of(
                tree.file().input(), tree.header(tree.find(group).header()))) {
            String path = group.equals("/") ? "/" + link.name() : group + "/" + link.name();
            if (link.way() != LinkMessage.Form.HARD || columns.containsKey(path)) {
                continue; // a soft or external link may dangle or leave the file
            }
            FoundColumn dataset = dataset(link.address());
            if (dataset != null && dataset.isGrowing() && dataset.space().first() == rows) {
                removed.add(path);
                found.put(
                        path, H5DumpText.dataset(link.name(), ObjectWords.dataset(tree, tree.header(link.address()))));
            }
        }
    }

    private static boolean fits(FoundColumn found, ColumnType type) {
        return (found.type().equals(ColumnDatatypes.of(type)) || Recoding.of(type, found.type()) != null)
                && found.space()
                        .dimensions()
                        .equals(new ColumnPlan("", type, ChunkCoding.NONE)
                                .space(found.space().first())
                                .dimensions());
    }

    /** Describes a group as it would be with the columns and nothing else. */
    public static String planned(Map<String, ColumnType> columns, String group, long rows) {
        List<String> datasets = new ArrayList<>();
        for (Map.Entry<String, ColumnType> each : columns.entrySet()) {
            if (group(each.getKey()).equals(group)) {
                ColumnPlan plan = new ColumnPlan(each.getKey(), each.getValue(), ChunkCoding.NONE);
                String content = H5DumpText.dataset(ColumnDatatypes.of(each.getValue()), plan.space(rows));
                datasets.add(H5DumpText.dataset(name(each.getKey()), content));
            }
        }
        return text(group, String.join(" ", datasets));
    }

    /** Describes a group that has some datasets. */
    public static String text(String group, String content) {
        return "GROUP \"" + group + "\" { " + content + (content.isEmpty() ? "}" : " }");
    }

    /** The path of the group of a dataset. */
    public static String group(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    /** The name of a dataset in the group. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
