package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of an attribute as its type and its bytes. The type is that which h5py would choose: a number keeps its type, a list of numbers
 * gets the narrowest type that holds all of them exactly and has the kind that NumPy would choose, and any other value becomes text.
 *
 * @param type the kind of the elements, and the shape of the whole value; empty for a scalar
 * @param data the elements in row-major order, little-endian; strings as UTF-8 that ends with NUL
 */
public record AttributeValue(ColumnType type, ByteBuffer data) {

    /** {@code H5S_MAX_RANK}. */
    private static final int MAX_RANK = 32;

    /**
     * Takes a value apart, and copies its elements.
     *
     * @param name the name of the value in messages
     * @param value a number or boolean, its box, a character, string, instant or enum constant, or an array or list of such,
     *     of any rank
     * @return the value
     * @throws SchemaViolation if the value is or holds null or anything else, is ragged or mixed, or holds a string with NUL
     */
    public static AttributeValue of(String name, @Nullable Object value) {
        Walk walk = new Walk(name);
        walk.take(value, 0);
        ColumnType type = ColumnType.scalar(walk.kind()).shaped(walk.shape);
        return new AttributeValue(type, encode(name, walk, type).asReadOnlyBuffer());
    }

    private static ByteBuffer encode(String name, Walk walk, ColumnType type) {
        if (type.kind() == Kind.STRING) {
            ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
            for (Object element : walk.elements) {
                utf8.writeBytes(Utf8.encode(name, text(element)));
                utf8.write(0);
            }
            return ByteBuffer.wrap(utf8.toByteArray());
        }
        long bytes = (long) walk.elements.size() * type.elementBytes();
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new SchemaViolation(name, "a value of less than 2 GiB", bytes + " bytes");
        }
        ByteBuffer data = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (Object element : walk.elements) {
            put(name, type.kind(), element, data);
        }
        return data.flip();
    }

    private static void put(String name, Kind kind, Object element, ByteBuffer data) {
        if (element instanceof Boolean truth) {
            data.put((byte) (truth ? 1 : 0));
            return;
        }
        Number number = (Number) element;
        switch (kind) {
            case INT8 -> data.put(number.byteValue());
            case INT16 -> data.putShort(number.shortValue());
            case INT32 -> data.putInt(number.intValue());
            case INT64 -> data.putLong(number.longValue());
            case FLOAT32 -> data.putFloat(number.floatValue());
            default -> {
                double rounded = number.doubleValue();
                if (number instanceof Long exact && (exact == Long.MAX_VALUE || (long) rounded != exact)) {
                    throw new SchemaViolation(name, "integers that float64 holds, beside a float", "" + exact);
                }
                data.putDouble(rounded);
            }
        }
    }

    /** The text that stands for a value in the file: the name of an enum constant, the string of any other value. */
    public static String text(Object value) {
        return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }

    public static boolean isText(Object value) {
        return value instanceof CharSequence
                || value instanceof Character
                || value instanceof Enum<?>
                || value instanceof Instant;
    }

    /** Advice, for a message, about a value whose type no attribute has; follows the name of that type. */
    public static String advice(Class<?> type) {
        if (type == BigInteger.class || type == BigDecimal.class) {
            return "; take its doubleValue(), or its toString() to keep every digit";
        }
        if (Map.class.isAssignableFrom(type) || Record.class.isAssignableFrom(type)) {
            return "; nested values are for metadata(…) and metadataTree(…)";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "; make a List of it, which has an order";
        }
        return "; take its toString()";
    }

    /** Collects the elements of nested arrays and lists. */
    private static final class Walk {

        final String name;
        final List<Integer> shape = new ArrayList<>();
        final List<Object> elements = new ArrayList<>();
        private boolean rankIsKnown;
        private @Nullable Kind kind;

        Walk(String name) {
            this.name = name;
        }

        /** The kind of all elements. An empty list, and an empty array of objects, have the kind of NumPy's empty array. */
        Kind kind() {
            return kind == null ? Kind.FLOAT64 : kind;
        }

        void take(@Nullable Object value, int depth) {
            if (value == null) {
                throw new SchemaViolation(name, "a value", "null");
            }
            if (value instanceof List<?> list) {
                extent(list.size(), depth);
                list.forEach(element -> take(element, depth + 1));
                rankIsKnown |= list.isEmpty();
            } else if (value.getClass().isArray()) {
                int length = Array.getLength(value);
                extent(length, depth);
                if (length == 0) {
                    empty(value.getClass().getComponentType(), depth + 1);
                }
                for (int i = 0; i < length; i++) {
                    take(Array.get(value, i), depth + 1);
                }
            } else {
                element(value, depth);
            }
        }

        private void extent(int length, int depth) {
            if (depth == MAX_RANK) {
                throw new SchemaViolation(name, "at most " + MAX_RANK + " axes", "more");
            }
            if (depth == shape.size() && !rankIsKnown) {
                shape.add(length);
            } else if (depth >= shape.size()) {
                throw new SchemaViolation(name, "elements of equal rank", "an array or list beside a single value");
            } else if (shape.get(depth) != length) {
                throw new SchemaViolation(
                        name,
                        "a length of " + shape.get(depth) + " along axis " + depth + ", like the first one",
                        "" + length);
            }
        }

        /** Takes the rank and the kind of an array without elements from the array's type. */
        private void empty(Class<?> component, int depth) {
            Class<?> element = component;
            for (int axis = depth; element.isArray(); axis++) {
                extent(0, axis);
                element = element.getComponentType();
            }
            rankIsKnown = true;
            if (element != Object.class && element != Number.class) {
                join(kind(element));
            }
        }

        private void element(Object value, int depth) {
            if (depth != shape.size()) {
                throw new SchemaViolation(name, "elements of equal rank", "a single value beside an array or list");
            }
            rankIsKnown = true;
            join(kind(value.getClass()));
            elements.add(value);
        }

        private void join(Kind other) {
            Kind joined = kind == null || kind == other ? other : common(kind, other);
            if (joined == null) {
                throw new SchemaViolation(name, "elements of one kind", word(kind()) + " beside " + word(other));
            }
            kind = joined;
        }

        private static @Nullable Kind common(Kind one, Kind other) {
            Kind narrow = one.compareTo(other) < 0 ? one : other;
            Kind wide = narrow == one ? other : one;
            if (wide.compareTo(Kind.FLOAT64) > 0) {
                return null;
            }
            boolean rounds = wide == Kind.FLOAT32 && narrow.compareTo(Kind.INT16) > 0;
            return rounds ? Kind.FLOAT64 : wide;
        }

        private static String word(Kind kind) {
            return ColumnType.scalar(kind).kindName();
        }

        private Kind kind(Class<?> type) {
            if (type == boolean.class || type == Boolean.class) {
                return Kind.BOOL;
            }
            if (type == byte.class || type == Byte.class) {
                return Kind.INT8;
            }
            if (type == short.class || type == Short.class) {
                return Kind.INT16;
            }
            if (type == int.class || type == Integer.class) {
                return Kind.INT32;
            }
            if (type == long.class || type == Long.class) {
                return Kind.INT64;
            }
            if (type == float.class || type == Float.class) {
                return Kind.FLOAT32;
            }
            if (type == double.class || type == Double.class) {
                return Kind.FLOAT64;
            }
            if (type == char.class
                    || type == Character.class
                    || type == Instant.class
                    || CharSequence.class.isAssignableFrom(type)
                    || Enum.class.isAssignableFrom(type)) {
                return Kind.STRING;
            }
            throw new SchemaViolation(
                    name,
                    "a number, boolean, string, Instant or enum constant, or an array or list of them",
                    type.getTypeName() + advice(type));
        }
    }
}
