package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.jhdf5.read.AttributeReader;
import io.h5sink.schema.ElementHints;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.schema.Values;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** The attributes of a group or dataset at the time of construction. Immutable. */
public final class StoredAttributes {

    private final SourceHandle reading;
    private final String object;
    private final Map<String, AttributeReader> stored;
    private final Map<String, Object> values;

    public StoredAttributes(SourceHandle reading, String object) {
        this.reading = reading;
        this.object = object;
        this.stored = reading.ask(file -> file.attributes(object));
        this.values = new LinkedHashMap<>();
        stored.keySet().forEach(name -> values.put(name, value(name, Object.class)));
    }

    /** The value of an attribute as a Java type. */
    public <T> T get(String name, Class<T> type) {
        if (!stored.containsKey(name)) {
            throw none(name);
        }
        return Casts.to(type, value(name, type));
    }

    /** The stored type of an attribute, in words. */
    public String type(String name) {
        AttributeReader attribute = stored.get(name);
        if (attribute == null) {
            throw none(name);
        }
        return TypeNames.of(attribute.typeText(), attribute.type());
    }

    private H5Exception none(String name) {
        return mismatch(new ValueMismatch("an attribute \"" + name + '"', "the attributes " + stored.keySet()));
    }

    private Object value(String name, Class<?> type) {
        AttributeReader attribute = stored.get(name);
        if (attribute == null || attribute.type() == null) {
            return attribute == null ? name : attribute.typeText();
        }
        if (attribute.elements() == null) {
            return new Object[0];
        }
        try {
            Object value = Values.reader(
                            attribute.type(),
                            LongStream.of(attribute.shape())
                                    .mapToObj(Math::toIntExact)
                                    .toList(),
                            type,
                            ElementHints.NONE,
                            (member, component) -> ElementHints.NONE)
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

    /** The values by name. */
    public Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }
}
