package io.h5sink;

import io.h5sink.hdf5.SourceAttribute;
import io.h5sink.schema.ColumnType;
import io.h5sink.value.Hints;
import io.h5sink.value.ValueMismatch;
import io.h5sink.value.Values;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The attributes of a group or dataset, by name: numbers, booleans, strings and arrays of them. What a type is in Java stands with
 * {@link H5Slice#read()}. Without a value ({@code h5py.Empty}), an attribute is an empty array; one of a type that Java has no value
 * for is its type, in the words of h5dump. Immutable, for any number of threads.
 */
public final class H5Attributes extends AbstractMap<String, Object> {

    private final Reading reading;
    private final String object;
    private final Map<String, SourceAttribute> stored;
    private final Map<String, Object> values;

    H5Attributes(Reading reading, String object) {
        this.reading = reading;
        this.object = object;
        this.stored = reading.ask(file -> file.attributes(object));
        this.values = new LinkedHashMap<>();
        stored.keySet().forEach(name -> values.put(name, value(name, Object.class)));
    }

    /**
     * An attribute as a Java type, converted and checked as by {@link H5Slice#read(Class)}.
     *
     * @param name its name
     * @param type the Java type
     * @param <T> the Java type
     * @return the value
     * @throws H5SchemaException if there is no such attribute, or the Java type does not hold it
     */
    public <T> T get(String name, Class<T> type) {
        if (!stored.containsKey(name)) {
            throw none(name);
        }
        return Casts.to(type, value(name, type));
    }

    /**
     * The stored type of an attribute's elements, which {@link #get} does not tell: a reference is read as a path, for example.
     *
     * @param name its name
     * @return in the words of {@link H5Dataset#type()}
     * @throws H5SchemaException if there is no such attribute
     */
    public String type(String name) {
        SourceAttribute attribute = stored.get(name);
        if (attribute == null) {
            throw none(name);
        }
        if (attribute.typeText().contains("H5T_REFERENCE")) {
            return "reference";
        }
        ColumnType type = attribute.type();
        return type == null
                ? attribute.typeText()
                : type.kindName() + (type.shape().isEmpty() ? "" : type.shape());
    }

    private H5Exception none(String name) {
        return mismatch(new ValueMismatch("an attribute \"" + name + '"', "the attributes " + keySet()));
    }

    private Object value(String name, Class<?> type) {
        SourceAttribute attribute = stored.get(name);
        if (attribute == null || attribute.type() == null) {
            return attribute == null ? name : attribute.typeText();
        }
        if (attribute.elements() == null) {
            return new Object[0];
        }
        try {
            List<Integer> extents = new ArrayList<>();
            for (long extent : attribute.shape()) {
                extents.add(Math.toIntExact(extent));
            }
            Object value = Values.reader(attribute.type(), extents, type, Hints.NONE, (member, component) -> Hints.NONE)
                    .next(attribute
                            .elements()
                            .duplicate()
                            .order(attribute.elements().order()));
            return value == null ? new Object[0] : value;
        } catch (ValueMismatch e) {
            if (type == Object.class) {
                return e.actual();
            }
            throw mismatch(new ValueMismatch(e.expected() + " in the attribute \"" + name + '"', e.actual()));
        }
    }

    private H5Exception mismatch(ValueMismatch e) {
        return reading.mismatch(e, object, -1);
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return Collections.unmodifiableMap(values).entrySet();
    }
}
