package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.lang.reflect.Array;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From a Java value to the type of the column that holds it. */
final class TypeInference {

    private static final String STORABLE =
            "a primitive or its box, a String, an Instant, an enum constant, or a primitive"
                    + " array of one or two dimensions";

    private static final Map<Class<?>, Kind> KINDS = Map.ofEntries(
            Map.entry(boolean.class, Kind.BOOL),
            Map.entry(Boolean.class, Kind.BOOL),
            Map.entry(byte.class, Kind.INT8),
            Map.entry(Byte.class, Kind.INT8),
            Map.entry(short.class, Kind.INT16),
            Map.entry(Short.class, Kind.INT16),
            Map.entry(char.class, Kind.CHAR),
            Map.entry(Character.class, Kind.CHAR),
            Map.entry(int.class, Kind.INT32),
            Map.entry(Integer.class, Kind.INT32),
            Map.entry(long.class, Kind.INT64),
            Map.entry(Long.class, Kind.INT64),
            Map.entry(float.class, Kind.FLOAT32),
            Map.entry(Float.class, Kind.FLOAT32),
            Map.entry(double.class, Kind.FLOAT64),
            Map.entry(Double.class, Kind.FLOAT64),
            Map.entry(Instant.class, Kind.INSTANT));

    private TypeInference() {}

    static ColumnType of(String column, @Nullable Object value) {
        if (value == null) {
            throw new SchemaViolation(column, STORABLE, "null");
        }
        if (value instanceof CharSequence) {
            return ColumnType.scalar(Kind.STRING);
        }
        if (value instanceof Enum<?> constant) {
            return new ColumnType(Kind.ENUM, List.of(), symbols(column, constant.getDeclaringClass()));
        }
        Kind scalar = KINDS.get(value.getClass());
        if (scalar != null) {
            return ColumnType.scalar(scalar);
        }
        return array(column, value);
    }

    private static ColumnType array(String column, Object value) {
        Class<?> element = value.getClass().getComponentType();
        boolean matrix = element != null && element.isArray();
        if (matrix) {
            element = element.getComponentType();
        }
        Kind kind = element != null && element.isPrimitive() ? KINDS.get(element) : null;
        if (kind == null) {
            throw new SchemaViolation(column, STORABLE, value.getClass().getTypeName());
        }
        int length = Array.getLength(value);
        if (length == 0) {
            throw new SchemaViolation(
                    column, "an array with elements, whose shape the first record fixes", ValueText.of(value));
        }
        if (!matrix) {
            return checked(column, new ColumnType(kind, List.of(length), List.of()));
        }
        Object row = Array.get(value, 0);
        int width = row == null ? 0 : Array.getLength(row);
        if (width == 0) {
            throw new SchemaViolation(
                    column, "an array with elements, whose shape the first record fixes", ValueText.of(value));
        }
        return checked(column, new ColumnType(kind, List.of(length, width), List.of()));
    }

    /** A block is addressed with an int. */
    private static ColumnType checked(String column, ColumnType type) {
        if (type.rowBytes() > Integer.MAX_VALUE - 8) {
            throw new SchemaViolation(column, "a row of less than 2 GiB", type + " of " + type.rowBytes() + " bytes");
        }
        return type;
    }

    private static List<String> symbols(String column, Class<?> enumeration) {
        List<String> names = Stream.of(enumeration.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList();
        for (String name : names) {
            if (name.codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
                throw new SchemaViolation(
                        column,
                        "an enum whose constants have names without characters beyond U+FFFF, which HDF5's Java"
                                + " bindings cannot write",
                        enumeration.getTypeName() + " " + name);
            }
        }
        return names;
    }
}
