package io.h5sink.schema;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names and values of a map or a record of nested metadata. */
public final class Members {

    private Members() {}

    /**
     * Whether a value has members.
     *
     * @param value any value
     * @return true for maps and records
     */
    public static boolean areIn(@Nullable Object value) {
        return value instanceof Map || value instanceof Record;
    }

    /**
     * The members, in the order in which the map or the record has them.
     *
     * @param where the name of the value in messages
     * @param value a map or a record
     * @return a new map
     * @throws SchemaViolation if a key is not a string, or a record's type is not open to this library
     */
    public static Map<String, @Nullable Object> of(String where, Object value) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, member) -> {
                if (key instanceof String name) {
                    members.put(name, member);
                } else {
                    String actual = key == null ? "null" : key.getClass().getTypeName();
                    throw new SchemaViolation(where, "a map with String keys", "a key of " + actual);
                }
            });
        } else {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                members.put(component.getName(), component(where, component, value));
            }
        }
        return members;
    }

    private static @Nullable Object component(String where, RecordComponent component, Object owner) {
        Method accessor = component.getAccessor();
        if (!accessor.trySetAccessible()) {
            throw new SchemaViolation(
                    where,
                    "a record whose package is open to io.h5sink",
                    owner.getClass().getTypeName());
        }
        try {
            return accessor.invoke(owner);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("it was made accessible", e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(where + ": " + component.getName() + " cannot be read", e.getCause());
        }
    }
}
