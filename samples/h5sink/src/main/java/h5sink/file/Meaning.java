package h5sink.file;

import h5sink.console.Text;
import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What stored numbers mean by the attributes of their columns: times, days, and values that are missing. */
public final class Meaning {

    private static final int MOST_MEMBERS = 1000;
    private static final int DEEPEST = 4;

    private final Map<String, TimeUnits> units = new HashMap<>();
    private final Map<String, List<Object>> fills = new HashMap<>();

    private Meaning() {}

    /** Of the columns in a group and in those in it, by their names from there. */
    public static Meaning of(H5Group group) {
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

    /** Of some columns of a group, by their names from there. */
    public static Meaning of(H5Group group, List<String> names) {
        Meaning meaning = new Meaning();
        names.forEach(name -> meaning.add(name, group.dataset(name)));
        return meaning;
    }

    /** Of a dataset, by its path and by its name. */
    public static Meaning of(H5Dataset dataset) {
        Meaning meaning = new Meaning();
        meaning.add(dataset.path(), dataset);
        meaning.add(Paths.name(dataset.path()), dataset);
        return meaning;
    }

    private void add(String name, H5Dataset dataset) {
        H5Attributes attributes;
        try {
            attributes = dataset.attributes();
        } catch (H5Exception e) {
            return; // numbers are numbers then
        }
        add(name, TimeUnits.of(attributes.get("units"), attributes.get("calendar")));
        List<Object> missing = new ArrayList<>();
        for (String attribute : List.of("_FillValue", "missing_value")) {
            Object fill = attributes.get(attribute);
            if (fill != null) {
                missing.addAll(fill.getClass().isArray() ? Text.elements(fill) : List.of(fill));
            }
        }
        if (!missing.isEmpty()) {
            fills.put(name, missing);
        }
        // FIELD_n_FILL is no fill value: it is what PyTables puts where a row is made without one
        for (int i = 0; i < MOST_MEMBERS && dataset.type().startsWith("compound"); i++) {
            add(member(i), TimeUnits.of(attributes.get("FIELD_" + i + "_UNITS"), null));
        }
    }

    private void add(String key, TimeUnits unit) {
        if (unit != null) {
            units.put(key, unit);
        }
    }

    /** What stands for a member of a table, by its place, as PyTables counts. */
    public static String member(int index) {
        return "FIELD_" + index;
    }

    /** What the numbers of a column count; null if they are no times. */
    public TimeUnits time(String column) {
        return units.get(column);
    }

    /** Whether a number stands for a value that is missing. */
    public boolean isMissing(String column, Object value) {
        List<Object> missing = fills.getOrDefault(column, List.of());
        return !missing.isEmpty() && missing.stream().anyMatch(fill -> isSame(fill, value));
    }

    /** As numbers, since an attribute may be of another type than the column. */
    private static boolean isSame(Object fill, Object value) {
        boolean floats =
                fill instanceof Double || fill instanceof Float || value instanceof Double || value instanceof Float;
        return fill instanceof Number left && value instanceof Number right
                ? floats
                        ? left.doubleValue() == right.doubleValue() || fill.equals(value)
                        : left.toString().equals(right.toString())
                : fill.equals(value);
    }

    /** Whether there are numbers that stand for a value that is missing. */
    public boolean hasMissing(String column) {
        return fills.containsKey(column);
    }

    /** A value as what it means; null if it is missing. */
    public Object value(String column, Object value) {
        if (value == null || isMissing(column, value) && !(value instanceof Double)) {
            return null;
        }
        TimeUnits unit = units.get(column);
        if (unit == null || !(value instanceof Number number)) {
            return value;
        }
        return value.equals(Long.MIN_VALUE) ? null : unit.time(number); // NumPy's NaT
    }

    /** Whether these are the attributes of a dimension of netCDF that has a length and no values. */
    public static boolean isDimension(H5Attributes attributes) {
        return String.valueOf(attributes.get("NAME"))
                .startsWith("This is a netCDF dimension but not a netCDF variable");
    }
}
