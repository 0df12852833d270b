package h5sink.file;

import h5sink.console.Message;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A walk over all that is in a group: each group is visited once, whatever other paths lead to it, since links may go round. */
public final class Walk {

    private final Visitor visitor;

    /** The paths of the groups that were gone into, by their identities. */
    private final Map<Object, String> seen = new HashMap<>();

    private Walk(Visitor visitor) {
        this.visitor = visitor;
    }

    /** What is done with each object, groups before what is in them. */
    public interface Visitor {
        void group(H5Group group, int depth);

        /** A group that was visited before, by another path. */
        void again(H5Group group, String before, int depth);

        void dataset(H5Dataset dataset, int depth);

        /** An object that cannot be read. */
        void unreadable(String path, String why, int depth);
    }

    public static void walk(H5Group group, Visitor visitor) {
        new Walk(visitor).walk(group, 0);
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
            visitor.unreadable(path, Message.reason(e), depth + 1);
        }
    }

    private static String in(H5Group group, String name) {
        return group.path().equals("/") ? "/" + name : group.path() + "/" + name;
    }
}
