package io.h5sink.schema;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Maps and records as the values of names: a name whose value is a map or a record is a group, and {@code name/inner} is the name of a
 * value in the group.
 */
public final class Nested {

    private static final int MAX_DEPTH = 64;

    private static final ClassValue<List<RecordPart>> PARTS = new ClassValue<>() {
        @Override
        protected List<RecordPart> computeValue(Class<?> type) {
            return List.copyOf(RecordPart.of(type));
        }
    };

    /** Takes the values that are neither maps nor records. */
    @FunctionalInterface
    public interface NestedLeaves {

        /**
         * Takes a value.
         *
         * @param name the value's name behind all names above it, joined by {@code /}
         * @param component the record component that has the value; null if a map has the value
         * @param value the value
         */
        void put(String name, @Nullable RecordComponent component, @Nullable Object value);
    }

    private Nested() {}

    /**
     * Visits the value of a name, or, if the value is a map or a record, all values within.
     *
     * @param name the name
     * @param value its value
     * @param leaves called for each value that holds no others
     * @throws SchemaViolation if a key is not a string, if a record's type is not open to this library, or if values are
     *     nested more than 64 deep
     */
    public static void forEach(String name, @Nullable Object value, NestedLeaves leaves) {
        forEach(name, null, value, leaves, 0);
    }

    private static void forEach(
            String name, @Nullable RecordComponent component, @Nullable Object value, NestedLeaves leaves, int depth) {
        Object present = value instanceof Optional<?> ? Sequences.unwrap(value) : value;
        if (!Members.areIn(present)) {
            leaves.put(name, component, value);
            return;
        }
        if (depth == MAX_DEPTH) {
            throw new SchemaViolation(
                    name.substring(0, name.indexOf('/', 1)),
                    "values nested at most " + MAX_DEPTH + " deep",
                    "deeper ones");
        }
        if (present instanceof Map<?, ?> map) {
            map.forEach((key, member) -> {
                if (!(key instanceof String text)) {
                    throw new SchemaViolation(
                            name,
                            "a map with String keys",
                            key == null
                                    ? "the key null"
                                    : "a key of " + key.getClass().getTypeName());
                }
                forEach(name + "/" + text, null, member, leaves, depth + 1);
            });
        } else if (present != null) {
            for (RecordPart part : PARTS.get(present.getClass())) {
                forEach(name + "/" + part.name(), part.component(), part.value(present), leaves, depth + 1);
            }
        }
    }
}
