package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** Readers for arrays, collections, buffers, optionals and their elements. */
public final class Values {

    private static final Map<Class<?>, Class<?>> PRIMITIVES = Map.of(
            Boolean.class, boolean.class,
            Byte.class, byte.class,
            Short.class, short.class,
            Character.class, char.class,
            Integer.class, int.class,
            Long.class, long.class,
            Float.class, float.class,
            Double.class, double.class);

    private record Wrapped(Class<?> element, Function<Object, Object> wrap) {}

    private static final Map<Class<?>, Wrapped> BUFFERS = Map.of(
            ByteBuffer.class, new Wrapped(byte.class, array -> ByteBuffer.wrap((byte[]) array)),
            ShortBuffer.class, new Wrapped(short.class, array -> ShortBuffer.wrap((short[]) array)),
            CharBuffer.class, new Wrapped(char.class, array -> CharBuffer.wrap((char[]) array)),
            IntBuffer.class, new Wrapped(int.class, array -> IntBuffer.wrap((int[]) array)),
            LongBuffer.class, new Wrapped(long.class, array -> LongBuffer.wrap((long[]) array)),
            FloatBuffer.class, new Wrapped(float.class, array -> FloatBuffer.wrap((float[]) array)),
            DoubleBuffer.class, new Wrapped(double.class, array -> DoubleBuffer.wrap((double[]) array)));

    private static final Map<Class<?>, Wrapped> OPTIONALS = Map.of(
            OptionalInt.class, new Wrapped(int.class, value -> OptionalInt.of((Integer) value)),
            OptionalLong.class, new Wrapped(long.class, value -> OptionalLong.of((Long) value)),
            OptionalDouble.class, new Wrapped(double.class, value -> OptionalDouble.of((Double) value)));

    private static final Map<Class<?>, Object> EMPTY = Map.of(
            Optional.class, Optional.empty(),
            OptionalInt.class, OptionalInt.empty(),
            OptionalLong.class, OptionalLong.empty(),
            OptionalDouble.class, OptionalDouble.empty());

    private Values() {}

    /**
     * A reader of one value.
     *
     * @param element the type of an element, whose own shape comes after the extents of the value
     * @param extents the value's extents; empty for a scalar
     * @param target the Java type; {@code Object} for the Java type that suits the stored type
     * @param hints hints for the elements
     * @param members the hints for members, if the element is a compound
     * @return the reader
     * @throws ValueMismatch if the Java type cannot hold such values
     */
    public static ValueReader reader(
            ColumnType element,
            List<Integer> extents,
            Type target,
            ElementHints hints,
            ElementHints.HintSource members) {
        List<Integer> shape = new ArrayList<>(extents);
        shape.addAll(element.shape());
        return new Factory(element, hints, members).of(shape, target);
    }

    /** The class of a type, {@code Object} if the class is not known. */
    static Class<?> raw(Type type) {
        return type instanceof Class<?> known
                ? known
                : type instanceof ParameterizedType parameterized
                                && parameterized.getRawType() instanceof Class<?> known
                        ? known
                        : type instanceof GenericArrayType array
                                ? raw(array.getGenericComponentType()).arrayType()
                                : Object.class;
    }

    private static Type argument(Type type) {
        return type instanceof ParameterizedType parameterized && parameterized.getActualTypeArguments().length == 1
                ? parameterized.getActualTypeArguments()[0]
                : Object.class;
    }

    private static Type component(Type array) {
        return array instanceof GenericArrayType generic
                ? generic.getGenericComponentType()
                : raw(array).getComponentType();
    }

    private record Factory(ColumnType element, ElementHints hints, ElementHints.HintSource members) {

        ValueReader of(List<Integer> shape, Type target) {
            Class<?> raw = raw(target);
            if (EMPTY.containsKey(raw)) {
                return optional(shape, target, raw);
            }
            if (shape.isEmpty() && !element.ragged()) {
                return orNull(raw, leaf(target));
            }
            int rank = shape.size() + (element.ragged() ? 1 : 0);
            if (raw == Object.class) {
                Class<?> natural = Leaves.natural(element.kind());
                for (int axis = 0; axis < rank; axis++) {
                    natural = natural.arrayType();
                }
                return of(shape, natural);
            }
            if (raw.isArray()) {
                return array(shape, component(target), array -> array);
            }
            Wrapped buffer = BUFFERS.get(raw);
            if (buffer != null) {
                return array(shape, buffer.element, buffer.wrap);
            }
            if (raw.isAssignableFrom(List.class) || raw == Set.class) {
                boolean set = raw == Set.class;
                return array(shape, argument(target), array -> collection(array, set));
            }
            throw new ValueMismatch(
                    raw.getTypeName(),
                    "values of " + rank + " axes of " + element.one().kindName());
        }

        private static Collection<Object> collection(Object array, boolean set) {
            int length = Array.getLength(array);
            Collection<Object> collection = set ? new LinkedHashSet<>() : new ArrayList<>(length);
            for (int i = 0; i < length; i++) {
                collection.add(Array.get(array, i));
            }
            return collection;
        }

        private ValueReader optional(List<Integer> shape, Type target, Class<?> raw) {
            Object empty = Objects.requireNonNull(EMPTY.get(raw));
            Wrapped primitive = OPTIONALS.get(raw);
            ElementHints inner = new ElementHints(hints.units(), hints.fill(), true, hints.unsigned());
            ValueReader value = new Factory(element, inner, members)
                    .of(shape, primitive == null ? argument(target) : boxOf(primitive.element));
            return in -> {
                Object present = value.next(in);
                return present == null
                        ? empty
                        : primitive == null ? Optional.of(present) : primitive.wrap.apply(present);
            };
        }

        private static Class<?> boxOf(Class<?> primitive) {
            return PRIMITIVES.entrySet().stream()
                    .filter(entry -> entry.getValue() == primitive)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }

        /** A reader of a sequence of variable length if the shape is empty, else of as many elements as the first extent says. */
        private ValueReader array(List<Integer> shape, Type component, Function<Object, Object> wrap) {
            boolean sequence = shape.isEmpty();
            int fixed = sequence ? 0 : shape.get(0);
            Class<?> raw = raw(component);
            Factory parts = sequence ? new Factory(element.one(), hints.withFill(null), members) : this;
            List<Integer> rest = sequence ? shape : shape.subList(1, shape.size());
            boolean numbers = rest.isEmpty()
                    && !parts.element.ragged()
                    && NumberValues.are(element.kind())
                    && raw.isPrimitive()
                    && raw != boolean.class
                    && raw != char.class;
            if (numbers) {
                NumberValues filler = new NumberValues(element.kind(), raw, hints);
                return in -> {
                    Object array = Array.newInstance(raw, sequence ? in.getInt() : fixed);
                    filler.fill(array, in);
                    return wrap.apply(array);
                };
            }
            ValueReader inner = parts.of(rest, component);
            return in -> {
                int length = sequence ? in.getInt() : fixed;
                Object array = Array.newInstance(raw, length);
                for (int i = 0; i < length; i++) {
                    Array.set(array, i, inner.next(in));
                }
                return wrap.apply(array);
            };
        }

        private ValueReader leaf(Type target) {
            Class<?> raw = raw(target);
            Class<?> plain = PRIMITIVES.getOrDefault(raw, raw);
            if (element.kind() == Kind.COMPOUND) {
                return Compounds.reader(element, plain, members, Values::reader);
            }
            return Leaves.of(element, plain, hints);
        }

        /** A reader that gives null in place of the fill value. */
        private ValueReader orNull(Class<?> raw, ValueReader value) {
            ByteBuffer fill = hints.fill();
            if (fill == null || !hints.nullable() || raw.isPrimitive()) {
                return value;
            }
            int bytes = fill.remaining();
            return in -> {
                if (in.remaining() >= bytes && in.slice(in.position(), bytes).equals(fill)) {
                    in.position(in.position() + bytes);
                    return null;
                }
                return value.next(in);
            };
        }
    }
}
