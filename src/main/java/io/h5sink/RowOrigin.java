package io.h5sink;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where rows come from.
 *
 * @param file the path of the file
 * @param driver how HDF5 keeps it
 * @param reading the file, if a source has it open; otherwise each stream opens it for itself
 */
record RowOrigin(Path file, Driver driver, @Nullable Reading reading) {

    RowOrigin(Path file, Driver driver) {
        this(file, driver, null);
    }

    RowOrigin(Reading reading) {
        this(reading.path, reading.driver, reading);
    }

    /** What the paths of all begin with that is in a group, whose path is absolute. */
    static String within(String group) {
        return group.equals("/") ? "/" : group + "/";
    }

    /** A path that may be relative to another one, as an absolute one. */
    static String join(String path, String name) {
        String absolute = name.startsWith("/") ? name : within(path) + name;
        String end = absolute.endsWith("/") ? absolute.substring(0, absolute.length() - 1) : absolute;
        return end.isEmpty() ? "/" : end;
    }
}
