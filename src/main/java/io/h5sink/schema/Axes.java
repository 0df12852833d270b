package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scales of the axes of a group of datasets, all of which grow along their first axis together. All axes of all datasets have a scale,
 * or none has. Paths are
 * relative to the group of a record type's columns, or absolute after {@link #in}.
 *
 * @param rows the dataset that labels the first axis of all others; empty if no axis is labelled
 * @param scales the scales of further axes
 * @param labels for each of the other datasets the paths of the scales of its axes, in the order of the axes
 */
public record Axes(String rows, List<Scale> scales, Map<String, List<String>> labels) {

    /** No axis is labelled. */
    public static final Axes NONE = new Axes("", List.of(), Map.of());

    /**
     * The scale of a further axis.
     *
     * @param path the path of the scale's dataset
     * @param type the kind of the values, and their number as the only extent
     * @param values as {@link AttributeValue#data}; null if the axis has a length, but no values
     * @param unit the unit of the values; null for none
     */
    public record Scale(
            String path,
            ColumnType type,
            @Nullable ByteBuffer values,
            @Nullable String unit) {}

    /**
     * Declared values that label a further axis of a column.
     *
     * @param name the name of the dataset that holds the values, beside the column's
     * @param values numbers or strings along one axis
     * @param unit their unit; null for none
     */
    public record AxisValues(
            String name, AttributeValue values, @Nullable String unit) {

        /**
         * Takes values, which may change afterwards.
         *
         * @param name the name of the dataset
         * @param values an array or list of numbers or strings
         * @param unit their unit; null for none
         * @return the values as a label
         * @throws SchemaViolation if the name is none, or the values are anything else
         */
        public static AxisValues of(String name, Object values, @Nullable String unit) {
            String relative = ObjectNames.relative(name);
            if (relative.contains("/")) {
                throw new SchemaViolation(name, "a name without \"/\", since the values lie beside the column", name);
            }
            AttributeValue taken = AttributeValue.of(name, values);
            ColumnType type = taken.type();
            if (type.shape().size() != 1 || type.elements() == 0 || type.kind() == Kind.BOOL) {
                throw new SchemaViolation(name, "an array or list of numbers or strings", SchemaViolation.text(values));
            }
            return new AxisValues(relative, taken, unit);
        }

        /** The number of values. */
        int length() {
            return values.type().shape().get(0);
        }
    }

    /**
     * Whether no axis is labelled.
     *
     * @return true if no dataset has scales
     */
    public boolean isNone() {
        return rows.isEmpty();
    }

    /**
     * These axes for the datasets of one group.
     *
     * @param group the absolute path of the group that the paths are relative to
     * @return the axes, by absolute paths
     */
    public Axes in(String group) {
        if (isNone()) {
            return this;
        }
        Map<String, List<String>> absolute = new LinkedHashMap<>();
        labels.forEach((dataset, names) -> absolute.put(
                ObjectNames.in(group, dataset),
                names.stream().map(name -> ObjectNames.in(group, name)).toList()));
        return new Axes(
                ObjectNames.in(group, rows),
                scales.stream()
                        .map(scale ->
                                new Scale(ObjectNames.in(group, scale.path), scale.type, scale.values, scale.unit))
                        .toList(),
                absolute);
    }
}
