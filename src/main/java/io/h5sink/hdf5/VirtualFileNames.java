package io.h5sink.hdf5;

import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that virtual datasets and external links name, in the directories in which the C library looks: {@code
 * H5Pset_virtual_prefix}, {@code H5Pset_elink_prefix}.
 */
public final class VirtualFileNames {

    private static final String ORIGIN = "${ORIGIN}";

    private VirtualFileNames() {}

    /** The path of a file that a virtual dataset of another file names; null if no such file exists. */
    public static @Nullable Path find(String name, Path from) {
        return find(name, from, "HDF5_VDS_PREFIX");
    }

    /** The path of a file that an external link in another file names; null if no such file exists. */
    public static @Nullable Path ofLink(String name, Path from) {
        return find(name, from, "HDF5_EXT_PREFIX");
    }

    private static @Nullable Path find(String name, Path from, String variable) {
        try {
            List<Path> candidates = new ArrayList<>();
            Path path = Path.of(name);
            Path directory = from.toAbsolutePath().getParent();
            if (path.isAbsolute()) {
                candidates.add(path);
                path = path.getFileName() == null ? path : path.getFileName();
            }
            String prefixes = System.getenv(variable);
            for (String prefix : prefixes == null ? new String[0] : prefixes.split(":", -1)) {
                candidates.add(Path.of(prefix.replace(ORIGIN, String.valueOf(directory)))
                        .resolve(path));
            }
            if (directory != null) {
                candidates.add(directory.resolve(path));
            }
            candidates.add(path);
            candidates.add(from.toRealPath().resolveSibling(path));
            return candidates.stream().filter(Files::isRegularFile).findFirst().orElse(null);
        } catch (InvalidPathException e) {
            return null; // no file can have such a name
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }
}
