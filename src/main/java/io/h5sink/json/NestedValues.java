package io.h5sink.json;

import io.h5sink.schema.Construction;
import io.h5sink.schema.ValueMismatch;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Nested metadata: maps with string keys, lists, strings, numbers, booleans and nulls, and their conversion to Java types. */
public final class NestedValues {

    private NestedValues() {}

    /**
     * Reads JSON.
     *
     * @param json the text
     * @return maps in the order of the text, lists, strings, the first of Integer, Long and BigInteger that holds an integer, Double,
     *     Boolean and
     *     null
     * @throws ValueMismatch if the text is no JSON
     */
    public static @Nullable Object of(String json) {
        return JsonReader.read(json);
    }

    /**
     * The value of an attribute as JSON would have it: arrays as lists, integers as the first of Integer, Long and BigInteger that
     * holds them, and other numbers as Double.
     *
     * @param value an attribute's value, as read
     * @return the value as JSON would have it
     */
    public static Object plain(Object value) {
        if (value.getClass().isArray()) {
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                elements.add(plain(Array.get(value, i)));
            }
            return elements;
        }
        if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        return value instanceof Number ? Objects.requireNonNull(JsonReader.read(value.toString())) : value;
    }

    /**
     * A value as a Java type, if the type holds the value exactly.
     *
     * @param value as {@link #of} returns it
     * @param type a record, a map with string keys, a list, an array, or the type of an element of these; generic types are followed
     * @return the value
     * @throws ValueMismatch if the type does not hold the value
     */
    public static @Nullable Object to(@Nullable Object value, Type type) {
        return to("", value, type);
    }

    private static @Nullable Object to(String path, @Nullable Object value, Type type) {
        if (type instanceof WildcardType wildcard) {
            return to(path, value, wildcard.getUpperBounds()[0]);
        }
        if (type instanceof GenericArrayType array) {
            return array(path, value, array.getGenericComponentType());
        }
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
        if (value == null) {
            if (raw.isPrimitive()) {
                throw mismatch(path, raw, null);
            }
            return null;
        }
        if (raw.isRecord()) {
            return record(path, value, raw);
        }
        if (raw.isArray()) {
            return array(path, value, raw.getComponentType());
        }
        if (value instanceof Map<?, ?> map && raw == Map.class && type instanceof ParameterizedType parameterized) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            map.forEach((name, member) -> members.put(
                    (String) name, to(path + "/" + name, member, parameterized.getActualTypeArguments()[1])));
            return members;
        }
        if (value instanceof List<?> list
                && (raw == List.class || raw == Collection.class)
                && type instanceof ParameterizedType parameterized) {
            List<@Nullable Object> elements = new ArrayList<>();
            for (Object element : list) {
                elements.add(to(
                        path + "[" + elements.size() + "]",
                        element,
                        parameterized.getActualTypeArguments()[0]));
            }
            return elements;
        }
        return leaf(path, value, raw);
    }

    private static Object record(String path, Object value, Class<?> type) {
        if (!(value instanceof Map<?, ?> map)) {
            throw mismatch(path, type, value);
        }
        Construction construction = Construction.of(type);
        List<RecordComponent> components = construction.components();
        Set<String> names =
                Set.copyOf(components.stream().map(RecordComponent::getName).toList());
        if (!names.equals(map.keySet())) {
            throw new ValueMismatch(
                    "the members "
                            + components.stream().map(RecordComponent::getName).toList() + in(path),
                    "" + map.keySet());
        }
        @Nullable
        Object[] values = components.stream()
                .map(component ->
                        to(path + "/" + component.getName(), map.get(component.getName()), component.getGenericType()))
                .toArray();
        return construction.make(values);
    }

    private static @Nullable Object array(String path, @Nullable Object value, Type component) {
        if (value == null) {
            return null;
        }
        Class<?> raw = erased(component);
        if (!(value instanceof List<?> list)) {
            throw mismatch(path, raw.arrayType(), value);
        }
        Object array = Array.newInstance(raw, list.size());
        for (int i = 0; i < list.size(); i++) {
            Array.set(array, i, to(path + "[" + i + "]", list.get(i), component));
        }
        return array;
    }

    private static Class<?> erased(Type type) {
        if (type instanceof GenericArrayType array) {
            return erased(array.getGenericComponentType()).arrayType();
        }
        return (Class<?>) (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
    }

    private static Object leaf(String path, Object value, Class<?> type) {
        if (value instanceof Number number) {
            Object exact = exact(number, type);
            if (exact != null) {
                return exact;
            }
        } else if (type.isInstance(value) || (value instanceof Boolean && type == boolean.class)) {
            return value;
        } else if (value instanceof String text) {
            if (type.isEnum()) {
                return Stream.of(type.getEnumConstants())
                        .filter(constant -> ((Enum<?>) constant).name().equals(text))
                        .findFirst()
                        .orElseThrow(() -> mismatch(path, type, value));
            }
            if ((type == char.class || type == Character.class) && text.length() == 1) {
                return text.charAt(0);
            }
            if (type == Instant.class) {
                try {
                    return Instant.parse(text);
                } catch (DateTimeException e) {
                    throw mismatch(path, type, value);
                }
            }
        }
        throw mismatch(path, type, value);
    }

    /** The number as a type; null if the type does not hold the number. */
    private static @Nullable Object exact(Number number, Class<?> type) {
        if (type.isInstance(number)) {
            return number;
        }
        if (type == double.class || type == Double.class) {
            double real = number.doubleValue();
            return number instanceof Double || new BigDecimal(number.toString()).compareTo(new BigDecimal(real)) == 0
                    ? (Object) real
                    : null;
        }
        if (type == float.class || type == Float.class) {
            float real = number.floatValue();
            return Double.compare(real, number.doubleValue()) == 0 ? (Object) real : null;
        }
        if (number instanceof Double) {
            return null;
        }
        BigInteger integer = new BigInteger(number.toString());
        int bits = integer.bitLength();
        if (type == BigInteger.class) {
            return integer;
        } else if ((type == long.class || type == Long.class) && bits < Long.SIZE) {
            return integer.longValue();
        } else if ((type == int.class || type == Integer.class) && bits < Integer.SIZE) {
            return integer.intValue();
        } else if ((type == short.class || type == Short.class) && bits < Short.SIZE) {
            return integer.shortValue();
        } else if ((type == byte.class || type == Byte.class) && bits < Byte.SIZE) {
            return integer.byteValue();
        }
        return null;
    }

    private static ValueMismatch mismatch(String path, Class<?> expected, @Nullable Object actual) {
        String text = String.valueOf(actual);
        return new ValueMismatch(
                expected.getTypeName() + in(path), text.length() > 60 ? text.substring(0, 60) + "…" : text);
    }

    private static String in(String path) {
        return path.isEmpty() ? "" : " at " + path;
    }
}
