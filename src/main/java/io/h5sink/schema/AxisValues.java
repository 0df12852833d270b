package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

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
            throw new SchemaViolation(name, "an array or list of numbers or strings", ValueText.of(values));
        }
        return new AxisValues(relative, taken, unit);
    }

    /** How many values there are. */
    int length() {
        return values.type().shape().get(0);
    }
}
