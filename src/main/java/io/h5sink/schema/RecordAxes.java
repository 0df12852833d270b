package io.h5sink.schema;

import io.h5sink.Ragged;
import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the scales of the axes of a record type's columns, by the columns' declarations. */
public final class RecordAxes {

    private static final String DIMENSION = "dim_";

    private RecordAxes() {}

    /**
     * The axes of a record type.
     *
     * @param columns its columns
     * @param declared the column that is declared to label the first axis; null for the only date-time
     * @return the scales of the columns
     * @throws SchemaViolation if no column has the declared name, if that column has more than one value a row, or if declared values do
     *     not fit a column
     */
    public static Axes of(List<Column> columns, @Nullable String declared) {
        String rows = declared == null ? onlyDateTime(columns) : checked(declared, columns);
        return rows == null ? Axes.NONE : new Draft(columns).label(columns, rows);
    }

    private static @Nullable String onlyDateTime(List<Column> columns) {
        List<Column> found = columns.stream()
                .filter(column -> isDateTime(column.type()) && !column.name().contains("/"))
                .toList();
        return found.size() == 1 ? found.get(0).name() : null;
    }

    private static boolean isDateTime(ColumnType type) {
        return switch (type.kind()) {
            case INSTANT, LOCAL_DATE_TIME, LOCAL_DATE -> isOneValue(type);
            default -> false;
        };
    }

    private static boolean isOneValue(ColumnType type) {
        return type.shape().isEmpty() && !type.ragged() && type.kind() != Kind.COMPOUND;
    }

    private static String checked(String declared, List<Column> columns) {
        for (Column column : columns) {
            if (column.name().equals(declared)) {
                if (!isOneValue(column.type())) {
                    throw new SchemaViolation(
                            declared,
                            "one value a row, to label the first axis of the others",
                            column.type().toString());
                }
                return declared;
            }
        }
        throw new SchemaViolation(
                declared,
                "a component of that name, to label the first axis of the others",
                columns.stream().map(Column::name).collect(Collectors.joining(", ", "a record of ", "")));
    }

    /** Collects the scales of further axes, column by column. */
    private static final class Draft {

        private final Map<String, Axes.Scale> scales = new LinkedHashMap<>();
        private final Map<String, String> declaredBy = new HashMap<>();

        /** The names that columns have, and the groups of columns. */
        private final Set<String> taken = new HashSet<>();

        Draft(List<Column> columns) {
            for (Column column : columns) {
                String name = column.name();
                taken.add(name);
                for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
                    taken.add(name.substring(0, slash));
                }
            }
        }

        Axes label(List<Column> columns, String rows) {
            // Before any dimension is named, so that no dimension gets the name of declared values.
            columns.forEach(this::declare);
            Map<String, List<String>> labels = new LinkedHashMap<>();
            for (Column column : columns) {
                if (!column.name().equals(rows) && hasRows(column)) {
                    labels.put(column.name(), labels(column, rows));
                }
            }
            return new Axes(rows, List.copyOf(scales.values()), Collections.unmodifiableMap(labels));
        }

        /** Whether the column's first axis is that of the rows, as it is not for a column that is stored as values and offsets. */
        private static boolean hasRows(Column column) {
            return column.rule().ragged() != Ragged.OFFSETS;
        }

        private void declare(Column column) {
            List<Integer> shape = column.type().shape();
            column.rule().axes().forEach((axis, values) -> {
                String label = "axis " + axis + ", \"" + values.name() + '"';
                if (axis > shape.size()) {
                    throw new SchemaViolation(
                            column.name(),
                            "an array with an " + label,
                            column.type().toString());
                }
                if (shape.get(axis - 1) != values.length()) {
                    throw new SchemaViolation(
                            column.name(), values.length() + " elements along " + label, "" + shape.get(axis - 1));
                }
                declare(column, values);
            });
        }

        private void declare(Column column, Axes.AxisValues values) {
            String name = beside(column, values.name());
            if (taken.contains(name) && !scales.containsKey(name)) {
                throw new SchemaViolation(
                        column.name(), "a name for the values of an axis that no component has", name);
            }
            taken.add(name);
            ByteBuffer data = values.values().data().duplicate();
            Axes.Scale scale = new Axes.Scale(name, values.values().type(), data, values.unit());
            Axes.Scale other = scales.putIfAbsent(name, scale);
            if (other != null && !other.equals(scale)) {
                throw new SchemaViolation(
                        column.name(),
                        "for the axis \"" + values.name() + "\" the values and the unit that " + declaredBy.get(name)
                                + " has for it",
                        "others");
            }
            declaredBy.putIfAbsent(name, column.name());
        }

        private List<String> labels(Column column, String rows) {
            List<String> labels = new ArrayList<>();
            labels.add(rows);
            List<Integer> shape = column.type().shape();
            for (int axis = 1; axis <= shape.size(); axis++) {
                Axes.AxisValues values = column.rule().axes().get(axis);
                labels.add(
                        values != null
                                ? beside(column, values.name())
                                : dimension(column, shape.get(axis - 1), labels));
            }
            return labels;
        }

        /**
         * The name of a dimension without values. All axes of one length share a dimension, since arrays of equal length are mostly of one
         * kind.
         */
        private String dimension(Column column, int length, List<String> before) {
            StringBuilder name = new StringBuilder(beside(column, DIMENSION + length));
            while (taken.contains(name.toString())) {
                name.append('_');
            }
            String first = name.toString();
            // netCDF wants different dimensions for the axes of one column.
            for (int i = 2; before.contains(name.toString()); i++) {
                name.replace(0, name.length(), first + '_' + i);
            }
            ColumnType type = ColumnType.scalar(Kind.FLOAT32).shaped(List.of(length));
            scales.putIfAbsent(name.toString(), new Axes.Scale(name.toString(), type, null, null));
            return name.toString();
        }

        private static String beside(Column column, String name) {
            return column.name().substring(0, column.name().lastIndexOf('/') + 1) + name;
        }
    }
}
