package h5sink.field;

import h5sink.console.UserException;
import h5sink.input.BadLineException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of a stream of records, and the values of one record after the other. */
public final class Fields {

    private final List<Field> all;
    private final Map<String, Integer> byKey = new HashMap<>();
    private final Map<String, Integer> byName = new HashMap<>();
    private final Object[] missing;
    private final Object[] values;
    private final long[] setIn;
    private long record;

    public Fields(List<Field> all) {
        this.all = List.copyOf(all);
        for (Field field : all) {
            byName.put(field.name(), byKey.size());
            byKey.put(field.key(), byKey.size());
        }
        missing = all.stream().map(Field::missing).toArray();
        values = missing.clone();
        setIn = new long[values.length];
    }

    public List<Field> all() {
        return all;
    }

    public Field get(int index) {
        return all.get(index);
    }

    /** Where a field is; -1 if there is none. */
    public int index(String key) {
        return byKey.getOrDefault(key, -1);
    }

    /** The field that somebody names, by its key or its column, for an option. */
    public int named(String option, String name) {
        int index = byKey.getOrDefault(name, byName.getOrDefault(name, -1));
        if (index < 0) {
            throw new UserException(option + ": there is no field " + name + ", but "
                    + String.join(", ", all.stream().map(Field::name).toList()));
        }
        return index;
    }

    /** Begins a record. */
    public void clear() {
        System.arraycopy(missing, 0, values, 0, values.length);
        record++;
    }

    /** Sets a value; null leaves what stands for a missing one. */
    public void set(int index, Object value) throws BadLineException {
        if (setIn[index] == record) {
            throw new BadLineException("the field " + all.get(index).key() + " is there twice");
        }
        setIn[index] = record;
        if (value != null) {
            values[index] = value;
        }
    }

    public Object[] values() {
        return values;
    }
}
