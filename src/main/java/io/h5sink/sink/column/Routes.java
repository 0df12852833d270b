package io.h5sink.sink.column;

import io.h5sink.schema.ObjectNames;
import io.h5sink.schema.SchemaViolation;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The groups that records are routed to, numbered in the order of their first records. Belongs to the publisher's thread, except for the queue. */
final class Routes {

    /**
     * A group that records are routed to.
     *
     * @param path the absolute path
     * @param firstOrdinal the number of the first record of the route, from 1
     */
    record Route(String path, long firstOrdinal) {}

    private static final int MAX_LENGTH = 1 << 12;

    private final Function<Object, @Nullable String> route;
    private final String group;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> byPath = new HashMap<>();
    private final Queue<Route> added = new ConcurrentLinkedQueue<>();
    private String last;
    private @Nullable Route newest;

    Routes(Function<Object, @Nullable String> route, String group) {
        this.route = route;
        this.group = group;
        this.last = "/";
    }

    /** The number of a record's route. */
    int number(Object record, long ordinal) {
        String name = present(route.apply(record));
        Integer known = numbers.get(name);
        if (known != null) {
            last = name;
            return known;
        }
        String path = path(group, name);
        Integer number = byPath.putIfAbsent(path, byPath.size()); // "/a" and "a" are the same
        if (number == null) {
            number = byPath.size() - 1;
            newest = new Route(path, ordinal);
            added.add(newest);
        }
        numbers.put(name, number);
        last = name;
        return number;
    }

    /**
     * Removes the route of a refused record, if no earlier record was routed there. The writer thread does not take a route from the queue before
     * the route's first record is counted.
     */
    void undo(long ordinal) {
        if (newest != null && newest.firstOrdinal() == ordinal) {
            added.remove(newest);
            byPath.remove(newest.path());
            numbers.remove(last);
            newest = null;
            last = "/";
        }
    }

    /** The group of the last record. */
    String group() {
        return path(group, last);
    }

    /** Groups that the writer thread does not know yet. */
    Queue<Route> added() {
        return added;
    }

    /** The absolute path of a route's group. */
    static String path(String group, @Nullable String route) {
        String name = present(route);
        if (name.length() > MAX_LENGTH) {
            throw SchemaViolation.ofRecord(
                    "a route of at most " + MAX_LENGTH + " characters", "one of " + name.length());
        }
        String path = ObjectNames.group(name);
        return path.equals("/") ? group : group.equals("/") ? path : group + path;
    }

    private static String present(@Nullable String route) {
        if (route == null) {
            throw SchemaViolation.ofRecord("a route, which is the path of a group", "null");
        }
        return route;
    }
}
