package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FileNames;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens objects by path in a file that is read. A link whose name cannot be passed to the C library is opened by its number; an external
 * link to the same file, which HDF5 refuses to open once more, is followed within the file. One thread at a time.
 */
public final class PathOpener {

    /** HDF5's limit of links followed one after the other. */
    private static final int MOST_LINKS = 16;

    private static final int BY_NAME = HDF5Constants.H5_INDEX_NAME;
    private static final int UPWARDS = HDF5Constants.H5_ITER_INC;
    private static final long ALL = HDF5Constants.H5P_DEFAULT;

    private final long file;
    private final DiskView disk;

    /** The paths of objects that references point to. */
    public final ReferencePaths references;

    public PathOpener(long file, DiskView disk) {
        this.file = file;
        this.references = new ReferencePaths(file, disk);
        this.disk = disk;
    }

    /** Opens an object. */
    public Handle open(String path) throws HDF5Exception {
        HDF5Exception refused = null;
        if (FileNames.canPass(path)) {
            try {
                return Links.open(file, path);
            } catch (HDF5Exception e) {
                refused = ErrorStack.kept(e);
            }
        }
        Handle found = walk(path, 0);
        if (found == null) {
            throw refused == null ? new HDF5Exception("there is no such object, or no link leads to it") : refused;
        }
        return found;
    }

    /** Whether a link has this path; throws if an object above is not a group. */
    public boolean has(String path) throws HDF5Exception {
        if (FileNames.canPass(path)) {
            try {
                if (H5.H5Lexists(file, path, ALL)) {
                    return true;
                } else if (!FileNames.isSpecial(path)) {
                    return false;
                }
            } catch (HDF5Exception e) {
                ErrorStack.reason(e); // a link on the path that HDF5 does not follow
            }
        }
        int slash = path.lastIndexOf('/');
        try (Handle group = open(slash == 0 ? "/" : path.substring(0, slash))) {
            return links(group).contains(path.substring(slash + 1));
        }
    }

    private @Nullable Handle walk(String path, int level) throws HDF5Exception {
        Handle at = Links.open(file, "/");
        String above = "";
        int start = 1;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            try (Handle group = at) {
                int index = H5.H5Iget_type(group.id) == HDF5Constants.H5I_GROUP
                        ? links(group).indexOf(path.substring(start, end))
                        : -1;
                if (index < 0) {
                    return null;
                }
                try {
                    at = Handle.object(H5.H5Oopen_by_idx(group.id, ".", BY_NAME, UPWARDS, index, ALL));
                } catch (HDF5Exception e) {
                    String target = level < MOST_LINKS ? target(group, above, index) : null;
                    return target == null ? null : walk(target + path.substring(end), level + 1);
                }
            }
            above = path.substring(0, end);
            start = end + 1;
        }
        return at;
    }

    /** The path in this file that a link points to which HDF5 did not follow; null if the link points to another file. */
    private @Nullable String target(Handle group, String above, int index) throws HDF5Exception {
        int type = H5.H5Lget_info_by_idx(group.id, ".", BY_NAME, UPWARDS, index, ALL).type;
        boolean external = type == HDF5Constants.H5L_TYPE_EXTERNAL;
        if (!external && type != HDF5Constants.H5L_TYPE_SOFT) {
            return null;
        }
        String[] value = {"", ""};
        H5.H5Lget_value_by_idx(group.id, ".", BY_NAME, UPWARDS, index, value, ALL);
        if (external && !isThisFile(value[1])) {
            return null;
        }
        return value[0].startsWith("/") ? value[0] : (external ? "" : above) + "/" + value[0];
    }

    private boolean isThisFile(String name) {
        try {
            Path other = disk.file().toAbsolutePath().resolveSibling(name);
            return Files.exists(other) && Files.isSameFile(other, disk.file());
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    /** The names of a group's links, in the order of HDF5's numbers. */
    private List<String> links(Handle group) throws HDF5Exception {
        return GroupLinks.of(group.id, disk, "/").stream()
                .map(GroupLinks.FoundLink::name)
                .toList();
    }
}
