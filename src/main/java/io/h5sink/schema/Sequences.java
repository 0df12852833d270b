package io.h5sink.schema;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Arrays, collections and buffers, all of which have elements in an order. */
final class Sequences {

    private Sequences() {}

    /** Whether a value is a sequence. A {@link CharBuffer} is text. */
    static boolean is(@Nullable Object value) {
        return value != null
                && (value.getClass().isArray()
                        || value instanceof Collection
                        || (value instanceof Buffer && !(value instanceof CharBuffer)));
    }

    /** The number of elements; those that remain in a buffer. */
    static int length(Object sequence) {
        return sequence instanceof Collection<?> collection
                ? collection.size()
                : sequence instanceof Buffer buffer ? buffer.remaining() : Array.getLength(sequence);
    }

    /** The class that the elements of an array or a buffer have; null if only the elements themselves show their class. */
    static @Nullable Class<?> elementClass(Class<?> sequence) {
        if (sequence.isArray()) {
            return sequence.getComponentType();
        }
        return DoubleBuffer.class.isAssignableFrom(sequence)
                ? double.class
                : FloatBuffer.class.isAssignableFrom(sequence)
                        ? float.class
                        : LongBuffer.class.isAssignableFrom(sequence)
                                ? long.class
                                : IntBuffer.class.isAssignableFrom(sequence)
                                        ? int.class
                                        : ShortBuffer.class.isAssignableFrom(sequence)
                                                ? short.class
                                                : ByteBuffer.class.isAssignableFrom(sequence) ? byte.class : null;
    }

    /** The first element that is not null, if the elements are objects; else null. */
    static @Nullable Object first(Object sequence) {
        if (sequence instanceof Collection<?> collection) {
            return collection.stream()
                    .map(Sequences::unwrap)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
        if (sequence instanceof Object[] array) {
            for (Object element : array) {
                Object unwrapped = unwrap(element);
                if (unwrapped != null) {
                    return unwrapped;
                }
            }
        }
        return null;
    }

    /** The primitive elements of a buffer as an array; any other sequence as it is. */
    static Object array(Object sequence) {
        if (sequence instanceof DoubleBuffer buffer) {
            double[] array = new double[buffer.remaining()];
            buffer.get(buffer.position(), array);
            return array;
        }
        if (sequence instanceof FloatBuffer buffer) {
            float[] array = new float[buffer.remaining()];
            buffer.get(buffer.position(), array);
            return array;
        }
        if (sequence instanceof LongBuffer buffer) {
            long[] array = new long[buffer.remaining()];
            buffer.get(buffer.position(), array);
            return array;
        }
        if (sequence instanceof IntBuffer buffer) {
            int[] array = new int[buffer.remaining()];
            buffer.get(buffer.position(), array);
            return array;
        }
        if (sequence instanceof ShortBuffer buffer) {
            short[] array = new short[buffer.remaining()];
            buffer.get(buffer.position(), array);
            return array;
        }
        if (sequence instanceof ByteBuffer buffer) {
            byte[] array = new byte[buffer.remaining()];
            buffer.get(buffer.position(), array);
            return array;
        }
        return sequence;
    }

    /** The value of an optional, null if the optional is empty; any other value unchanged. */
    static @Nullable Object unwrap(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.orElse(null);
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? optional.getAsDouble() : null;
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : null;
        }
        return value;
    }
}
