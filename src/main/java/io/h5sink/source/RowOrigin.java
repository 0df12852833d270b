package io.h5sink.source;

import org.jspecify.annotations.Nullable;

/**
 * Where rows come from.
 *
 * @param file which file
 * @param reading the file, if a source has it open; otherwise each stream opens it for itself
 */
public record RowOrigin(FileOrigin file, @Nullable SourceHandle reading) {

    public RowOrigin(FileOrigin file) {
        this(file, null);
    }

    public RowOrigin(SourceHandle reading) {
        this(reading.origin, reading);
    }

    /** What the paths of all begin with that is in a group, whose path is absolute. */
    static String within(String group) {
        return group.equals("/") ? "/" : group + "/";
    }

    /** A path that may be relative to another one, as an absolute one. */
    public static String join(String path, String name) {
        String absolute = name.startsWith("/") ? name : within(path) + name;
        String end = absolute.endsWith("/") ? absolute.substring(0, absolute.length() - 1) : absolute;
        return end.isEmpty() ? "/" : end;
    }
}
