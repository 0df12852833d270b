package io.h5sink;

import io.h5sink.source.StoredAttributes;
import java.util.AbstractMap;
import java.util.Set;

/**
 * The attributes of a group or dataset, by name: numbers, booleans, strings and arrays of them. What a type is in Java stands with
 * {@link H5Slice#read()}. Without a value ({@code h5py.Empty}), an attribute is an empty array; one of a type that Java has no value
 * for is its type, in the words of h5dump. Immutable, for any number of threads.
 */
public final class H5Attributes extends AbstractMap<String, Object> {

    private final StoredAttributes stored;

    H5Attributes(StoredAttributes stored) {
        this.stored = stored;
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
        return stored.get(name, type);
    }

    /**
     * The stored type of an attribute's elements, which {@link #get} does not show: a reference is read as a path, for example.
     *
     * @param name its name
     * @return in the words of {@link H5Dataset#type()}
     * @throws H5SchemaException if there is no such attribute
     */
    public String type(String name) {
        return stored.type(name);
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return stored.values().entrySet();
    }
}
