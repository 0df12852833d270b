package h5sink;

import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is in a group, down to where links might go round in circles. */
final class Tree {

    static final int DEEPEST = 32;

    private Tree() {}

    /** What is done with each object, groups before what is in them. */
    interface Visitor {
        void group(H5Group group, int depth);

        void dataset(H5Dataset dataset, int depth);

        /** An object that cannot be read, or is not looked at because it is too deep. */
        void unreadable(String path, String why, int depth);
    }

    static void walk(H5Group group, Visitor visitor) {
        walk(group, visitor, 0);
    }

    private static void walk(H5Group group, Visitor visitor, int depth) {
        visitor.group(group, depth);
        if (depth == DEEPEST) {
            visitor.unreadable(
                    group.path(), "groups that are deeper are left out; links may go round in circles", depth);
            return;
        }
        List<String> datasets = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        attempt(group.path(), visitor, depth, path -> {
            datasets.addAll(group.datasets());
            groups.addAll(group.groups());
        });
        for (String name : datasets) {
            attempt(in(group, name), visitor, depth, path -> visitor.dataset(group.dataset(name), depth + 1));
        }
        for (String name : groups) {
            attempt(in(group, name), visitor, depth, path -> walk(group.group(name), visitor, depth + 1));
        }
    }

    private static void attempt(String path, Visitor visitor, int depth, Consumer<String> action) {
        try {
            action.accept(path);
        } catch (H5Exception e) {
            visitor.unreadable(path, Cli.reason(e), depth + 1);
        }
    }

    private static String in(H5Group group, String name) {
        return group.path().equals("/") ? "/" + name : group.path() + "/" + name;
    }

    /** Whether a path is that of a dataset, and not of a group. */
    static boolean isDataset(H5Source h5, String path) {
        try {
            h5.group(path);
            return false;
        } catch (H5SchemaException group) {
            h5.dataset(path);
            return true;
        }
    }

    /** Whether there is a dataset or a group of that path. */
    static boolean exists(H5Source h5, String path) {
        try {
            isDataset(h5, path);
            return true;
        } catch (H5Exception | IllegalArgumentException e) {
            return false;
        }
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether it is there for netCDF only: a dimension that has a length, and no values. */
    static boolean isDimension(H5Attributes attributes) {
        return String.valueOf(attributes.get("NAME"))
                .startsWith("This is a netCDF dimension but not a netCDF variable");
    }
}
