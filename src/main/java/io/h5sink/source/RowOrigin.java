package io.h5sink.source;

import org.jspecify.annotations.Nullable;

/**
 * The file that rows are read from, open or not.
 *
 * @param file the file
 * @param reading the open file of a source; null if each stream opens the file itself
 */
public record RowOrigin(FileOrigin file, @Nullable SourceHandle reading) {

    public RowOrigin(FileOrigin file) {
        this(file, null);
    }

    public RowOrigin(SourceHandle reading) {
        this(reading.origin, reading);
    }

    /** The prefix of the paths of all objects in a group, whose path is absolute. */
    static String within(String group) {
        return group.equals("/") ? "/" : group + "/";
    }

    /** Resolves a name, relative or absolute, against an absolute path. */
    public static String join(String path, String name) {
        String absolute = name.startsWith("/") ? name : within(path) + name;
        String end = absolute.endsWith("/") ? absolute.substring(0, absolute.length() - 1) : absolute;
        return end.isEmpty() ? "/" : end;
    }
}
