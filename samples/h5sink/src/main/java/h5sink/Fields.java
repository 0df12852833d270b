package h5sink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of a stream of lines, and the values of one line after the other. */
final class Fields {

    private final List<Field> all;
    private final Map<String, Integer> byName = new HashMap<>();
    private final Object[] missing;
    private final Object[] values;

    Fields(List<Field> all) {
        this.all = List.copyOf(all);
        for (Field field : all) {
            byName.put(field.name(), byName.size());
        }
        missing = all.stream().map(Field::missing).toArray();
        values = missing.clone();
    }

    List<Field> all() {
        return all;
    }

    Field get(int index) {
        return all.get(index);
    }

    /** Where a field is, which is often the expected place; -1 if there is none of the name. */
    int index(String name, int expected) {
        if (expected < all.size() && all.get(expected).name().equals(name)) {
            return expected;
        }
        return byName.getOrDefault(name, -1);
    }

    /** Begins a line. */
    void clear() {
        System.arraycopy(missing, 0, values, 0, values.length);
    }

    /** Sets a value; null leaves what stands for a missing one. */
    void set(int index, Object value) {
        if (value != null) {
            values[index] = value;
        }
    }

    Object[] values() {
        return values;
    }
}
