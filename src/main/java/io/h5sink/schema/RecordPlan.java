package io.h5sink.schema;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A record type as columns: a column for each component; a component that is a record is a group of the columns of that record. */
public final class RecordPlan {

    private static final int MAX_DEPTH = 32;

    /**
     * A column.
     *
     * @param path relative to the group
     * @param type the Java type of its values
     * @param component the component
     */
    public record Leaf(String path, Type type, RecordComponent component) {}

    private record ComponentPlan(int leaf, @Nullable RecordPlan record, boolean optional, int first, int end) {}

    private final Construction construction;
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<ComponentPlan> parts = new ArrayList<>();

    private RecordPlan(Class<?> type) {
        construction = Construction.of(type);
    }

    /**
     * Takes a record type apart.
     *
     * @param type the record type
     * @param isGroup whether a path is a group
     * @return the plan
     * @throws ValueMismatch if the type is not open to this library, or has no components
     */
    public static RecordPlan of(Class<?> type, Predicate<String> isGroup) {
        return of(type, "", isGroup, 0);
    }

    private static RecordPlan of(Class<?> type, String prefix, Predicate<String> isGroup, int depth) {
        if (depth > MAX_DEPTH) {
            throw new ValueMismatch("records nested at most " + MAX_DEPTH + " deep", "deeper ones");
        }
        RecordPlan plan = new RecordPlan(type);
        for (RecordComponent component : plan.construction.components()) {
            String path = prefix + component.getName();
            Type declared = component.getGenericType();
            boolean optional = Values.raw(declared) == Optional.class;
            Class<?> raw = Values.raw(
                    optional && declared instanceof ParameterizedType generic
                            ? generic.getActualTypeArguments()[0]
                            : declared);
            int first = plan.leaves.size();
            if (raw.isRecord() && isGroup.test(path)) {
                RecordPlan inner = of(raw, path + "/", isGroup, depth + 1);
                plan.leaves.addAll(inner.leaves);
                plan.parts.add(new ComponentPlan(-1, inner, optional, first, plan.leaves.size()));
            } else {
                plan.leaves.add(new Leaf(path, declared, component));
                plan.parts.add(new ComponentPlan(first, null, false, first, first + 1));
            }
        }
        return plan;
    }

    /**
     * The columns.
     *
     * @return in order of declaration
     */
    public List<Leaf> leaves() {
        return leaves;
    }

    /**
     * Makes a record.
     *
     * @param values one for each of {@link #leaves}
     * @return the record
     * @throws ValueMismatch if the record's constructor does not take the values
     */
    public Object make(List<? extends @Nullable Object> values) {
        @Nullable Object[] arguments = new @Nullable Object[parts.size()];
        for (int i = 0; i < arguments.length; i++) {
            ComponentPlan part = parts.get(i);
            if (part.record == null) {
                arguments[i] = values.get(part.leaf);
            } else {
                List<? extends @Nullable Object> own = values.subList(part.first, part.end);
                boolean missing = part.optional && own.stream().allMatch(value -> value == null || isEmpty(value));
                Object record = missing ? null : part.record.make(own);
                arguments[i] = part.optional ? Optional.ofNullable(record) : record;
            }
        }
        return construction.make(arguments);
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Optional<?> optional && optional.isEmpty();
    }
}
