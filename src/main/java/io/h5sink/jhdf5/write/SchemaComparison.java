package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.WritableFile;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.type.Recoding;
import io.h5sink.hdf5.write.ColumnComparison;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryDatatype;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.file.GroupLinks;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares the columns of a record type with the datasets that are in their groups. */
final class SchemaComparison {

    private static final WritableFile.SchemaDifference NOTHING =
            new WritableFile.SchemaDifference(0, List.of(), List.of(), "", "");

    private final FileSession file;
    private final Map<String, ColumnType> columns;
    private final Map<String, Boolean> groups = new HashMap<>();

    private SchemaComparison(FileSession file, Map<String, ColumnType> columns) {
        this.file = file;
        this.columns = columns;
    }

    static WritableFile.SchemaDifference of(FileSession file, Map<String, ColumnType> columns) throws HDF5Exception {
        return new SchemaComparison(file, columns).compare();
    }

    private WritableFile.SchemaDifference compare() throws HDF5Exception {
        long rows = 0;
        List<String> added = new ArrayList<>();
        Map<String, Map<String, String>> found = new LinkedHashMap<>();
        for (Map.Entry<String, ColumnType> column : columns.entrySet()) {
            String path = column.getKey();
            if (!isThere(path)) {
                added.add(path);
                continue;
            }
            try (Handle object = Links.open(file.id(), path, "DATASET \"" + path + '"')) {
                long length = growingLength(object.id);
                if (length < 0 || !fits(object.id, column.getValue())) {
                    return NOTHING; // the failure is reported when datasets are bound
                }
                rows = rows == 0 ? length : rows;
                found.computeIfAbsent(ColumnComparison.group(path), empty -> new LinkedHashMap<>())
                        .put(path, ObjectText.of(ColumnComparison.name(path), object.id));
            }
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
        String group = ColumnComparison.group(added.isEmpty() ? removed.get(0) : added.get(0));
        String content = String.join(" ", found.getOrDefault(group, Map.of()).values());
        return new WritableFile.SchemaDifference(
                rows,
                added,
                removed,
                ColumnComparison.planned(columns, group, rows),
                ColumnComparison.text(group, content));
    }

    /** Whether an object has this path. Objects above that are not groups are reported when datasets are bound. */
    private boolean isThere(String path) throws HDF5Exception {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            Boolean known = groups.get(parent);
            if (known == null) {
                known = isGroup(parent);
                groups.put(parent, known);
            }
            if (!known) {
                return false;
            }
        }
        return Named.exists(file.id(), path);
    }

    private boolean isGroup(String path) throws HDF5Exception {
        if (!Named.exists(file.id(), path)) {
            return false;
        }
        try (Handle object = Links.open(file.id(), path)) {
            return H5.H5Iget_type(object.id) == HDF5Constants.H5I_GROUP;
        } catch (HDF5Exception e) {
            return false; // a dangling link
        }
    }

    private void addRemoved(String group, long rows, List<String> removed, Map<String, String> found)
            throws HDF5Exception {
        List<GroupLinks.FoundLink> links;
        try (Handle object = Links.open(file.id(), group)) {
            links = GroupLinks.committed(file.id(), object.id, file.addresses());
        }
        for (GroupLinks.FoundLink link : links) {
            String path = group.equals("/") ? "/" + link.name() : group + "/" + link.name();
            if (link.kind() != null ? link.kind() != LinkMessages.Target.DATASET : !isHard(path)) {
                continue; // no dataset, or a soft or external link, which may dangle or leave the file
            }
            try (Handle object =
                    link.kind() != null ? Links.at(file.id(), link.header()) : Links.open(file.id(), path)) {
                if (growingLength(object.id) == rows && !columns.containsKey(path)) {
                    removed.add(path);
                    found.put(path, ObjectText.of(link.name(), object.id));
                }
            }
        }
    }

    private boolean isHard(String path) {
        try {
            return H5.H5Lget_info(file.id(), path, HDF5Constants.H5P_DEFAULT).type == HDF5Constants.H5L_TYPE_HARD;
        } catch (HDF5Exception e) {
            ErrorStack.reason(e); // JNI cannot pass the name, in a file that is in memory only
            return false;
        }
    }

    private static boolean fits(long dataset, ColumnType type) throws HDF5Exception {
        try (Handle found = Handle.type(H5.H5Dget_type(dataset));
                Handle expected = Types.of(type);
                Handle space = Handle.space(H5.H5Dget_space(dataset))) {
            long[] extent = new long[H5.H5Sget_simple_extent_ndims(space.id)];
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            return (Types.same(found.id, expected.id) || Recoding.of(type, LibraryDatatype.of(found.id)) != null)
                    && Arrays.equals(
                            Arrays.copyOfRange(extent, 1, extent.length),
                            type.shape().stream().mapToLong(Integer::longValue).toArray());
        }
    }

    /** The length of a dataset that is unlimited along its first axis; -1 for any other object. */
    private static long growingLength(long object) throws HDF5Exception {
        if (H5.H5Iget_type(object) != HDF5Constants.H5I_DATASET) {
            return -1;
        }
        try (Handle space = Handle.space(H5.H5Dget_space(object));
                Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(object))) {
            int rank = H5.H5Sget_simple_extent_ndims(space.id);
            if (rank < 1 || H5.H5Pget_layout(storage.id) != HDF5Constants.H5D_CHUNKED) {
                return -1;
            }
            long[] extent = new long[rank];
            long[] maximum = new long[rank];
            H5.H5Sget_simple_extent_dims(space.id, extent, maximum);
            return maximum[0] == HDF5Constants.H5S_UNLIMITED ? extent[0] : -1;
        }
    }
}
