package h5sink;

import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What is in a group: each group once, whatever other paths lead to it, since links may go round. */
final class Tree {

    private final Visitor visitor;

    /** The paths of the groups that were gone into, by their identities. */
    private final Map<Object, String> seen = new HashMap<>();

    private Tree(Visitor visitor) {
        this.visitor = visitor;
    }

    /** What is done with each object, groups before what is in them. */
    interface Visitor {
        void group(H5Group group, int depth);

        /** A group that was visited before, by another path. */
        void again(H5Group group, String before, int depth);

        void dataset(H5Dataset dataset, int depth);

        /** An object that cannot be read. */
        void unreadable(String path, String why, int depth);
    }

    static void walk(H5Group group, Visitor visitor) {
        new Tree(visitor).walk(group, 0);
    }

    private void walk(H5Group group, int depth) {
        String before = seen.putIfAbsent(group.identity(), group.path());
        if (before != null) {
            visitor.again(group, before, depth);
            return;
        }
        visitor.group(group, depth);
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
            attempt(in(group, name), visitor, depth, path -> walk(group.group(name), depth + 1));
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
