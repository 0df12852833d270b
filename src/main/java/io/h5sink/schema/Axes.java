package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What labels the axes of a group of datasets, all of which grow along their first axis together: all axes of all of them, or none. Paths are
 * relative to the group of a record type's columns, or absolute after {@link #in}.
 *
 * @param rows the dataset that labels the first axis of all others; empty if nothing is labelled
 * @param scales what labels further axes
 * @param labels for each of the other datasets the paths of what labels its axes, in their order
 */
public record Axes(String rows, List<Scale> scales, Map<String, List<String>> labels) {

    /** Nothing is labelled. */
    public static final Axes NONE = new Axes("", List.of(), Map.of());

    /**
     * What labels a further axis.
     *
     * @param path where it lies
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
     * What labels a further axis of a column.
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
         * @return the label
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

        /** How many values there are. */
        int length() {
            return values.type().shape().get(0);
        }
    }

    /**
     * Whether nothing is labelled.
     *
     * @return true if there are no axes
     */
    public boolean isNone() {
        return rows.isEmpty();
    }

    /**
     * The same for the datasets of one group.
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
