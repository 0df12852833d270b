package h5sink;

import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Group;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What stored numbers mean by the attributes of their columns: times, days, and values that are missing. */
final class Meaning {

    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int MOST_MEMBERS = 1000;
    private static final int DEEPEST = 4;

    /** What the numbers of a column count. */
    private enum Unit {
        NANOSECONDS,
        DAYS
    }

    private final Map<String, Unit> units = new HashMap<>();
    private final Map<String, Object> fills = new HashMap<>();

    private Meaning() {}

    /** Of the columns in a group and in those in it, by their names from there. */
    static Meaning of(H5Group group) {
        Meaning meaning = new Meaning();
        meaning.add("", group, 0);
        return meaning;
    }

    private void add(String prefix, H5Group group, int depth) {
        for (String name : group.datasets()) {
            add(prefix + name, group.dataset(name));
        }
        for (String name : depth == DEEPEST ? List.<String>of() : group.groups()) {
            add(prefix + name + '/', group.group(name), depth + 1);
        }
    }

    /** Of a dataset, by its path and by its name. */
    static Meaning of(H5Dataset dataset) {
        Meaning meaning = new Meaning();
        meaning.add(dataset.path(), dataset);
        meaning.add(Tree.name(dataset.path()), dataset);
        return meaning;
    }

    private void add(String name, H5Dataset dataset) {
        H5Attributes attributes = dataset.attributes();
        add(name, attributes.get("units"), attributes.get("_FillValue"));
        for (int i = 0; i < MOST_MEMBERS && dataset.type().startsWith("compound"); i++) {
            add(
                    member(i),
                    attributes.get("FIELD_" + i + "_UNITS"),
                    null); // FIELD_n_FILL is PyTables' default, a value as any
        }
    }

    private void add(String key, Object unit, Object fill) {
        if (unit instanceof String text && text.startsWith("nanoseconds since 1970-01-01")) {
            units.put(key, Unit.NANOSECONDS);
        } else if (unit instanceof String text && text.startsWith("days since 1970-01-01")) {
            units.put(key, Unit.DAYS);
        }
        if (fill != null) {
            fills.put(key, fill);
        }
    }

    /** What stands for a member of a table, by its place, as PyTables counts. */
    static String member(int index) {
        return "FIELD_" + index;
    }

    /** Whether the numbers of a column are times. */
    boolean isTime(String column) {
        return units.containsKey(column);
    }

    /** A time, as seconds. */
    double seconds(String column, double number) {
        return units.get(column) == Unit.DAYS ? number * 86_400 : number / NANOS_PER_SECOND;
    }

    /** A value as what it means; null if it is missing. */
    Object value(String column, Object value) {
        if (value == null || value.equals(fills.get(column)) && !(value instanceof Double)) {
            return null;
        }
        Unit unit = units.get(column);
        if (unit == null || !(value instanceof Long number)) {
            return value;
        }
        if (number == Long.MIN_VALUE) {
            return null; // NumPy's NaT
        }
        return unit == Unit.DAYS
                ? LocalDate.ofEpochDay(number)
                : Instant.ofEpochSecond(
                        Math.floorDiv(number, NANOS_PER_SECOND), Math.floorMod(number, NANOS_PER_SECOND));
    }
}
