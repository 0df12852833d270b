package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of arrays, collections and buffers, in row-major order. Primitive arrays whose elements are stored as they
 * are go in one piece; the elements of others are put one by one, primitive ones without boxes.
 */
final class ArrayCell implements Cell {

    private final String column;
    private final ColumnType type;
    private final Cell element;
    private final Cell elementOrFill;
    private final int elementBytes;

    /**
     * A cell for rows of a type.
     *
     * @param fill the bytes of an element that is missing; null if no element may be missing
     * @param element puts one element that is not null
     */
    ArrayCell(String column, ColumnType type, @Nullable ByteBuffer fill, Cell element) {
        this.column = column;
        this.type = type;
        this.element = element;
        this.elementOrFill = Cells.orFill(column, type, fill, 1, element);
        this.elementBytes = type.elementBytes();
    }

    @Override
    public void put(@Nullable Object value, ByteBuffer block, int at) {
        if (value == null || !putAxis(value, 0, block, at, (int) type.elements())) {
            throw new SchemaViolation(column, type, value);
        }
    }

    /** Puts all elements of a sequence of one axis, as many as there are. */
    void putAll(Object sequence, ByteBuffer block) {
        if (!Sequences.is(sequence) || !putElements(sequence, block, 0)) {
            throw new SchemaViolation(column, type, sequence);
        }
    }

    /** False if the value does not have the shape, or its elements have another type. */
    private boolean putAxis(Object value, int axis, ByteBuffer block, int at, int elements) {
        List<Integer> shape = type.shape();
        int extent = shape.get(axis);
        if (!Sequences.is(value) || Sequences.length(value) != extent) {
            return false;
        }
        if (axis == shape.size() - 1) {
            return putElements(value, block, at);
        }
        int slice = elements / extent;
        Iterable<?> slices = value instanceof Object[] array
                ? Arrays.asList(array)
                : value instanceof Collection<?> collection ? collection : List.of();
        int next = at;
        for (Object optional : slices) {
            Object part = Sequences.unwrap(optional);
            if (part == null || !putAxis(part, axis + 1, block, next, slice)) {
                return false;
            }
            next += slice * elementBytes;
        }
        return next > at;
    }

    private boolean putElements(Object value, ByteBuffer block, int at) {
        if (value instanceof Object[] array) {
            for (int i = 0; i < array.length; i++) {
                if (Sequences.is(array[i])) {
                    return false; // an element that is a sequence is an axis too many
                }
                elementOrFill.put(array[i], block, at + i * elementBytes);
            }
            return true;
        }
        if (value instanceof Collection<?> collection) {
            int next = at;
            for (Object part : collection) {
                if (Sequences.is(part)) {
                    return false;
                }
                elementOrFill.put(part, block, next);
                next += elementBytes;
            }
            return true;
        }
        Class<?> primitive = Sequences.elementClass(value.getClass());
        if (element instanceof NumberCell numbers) {
            return primitive != null
                    && (numbers.storesBits(primitive)
                            ? putBits(value, block, at)
                            : numbers.accepts(primitive) && putNumbers(numbers, Sequences.array(value), block, at));
        }
        if (value instanceof boolean[] booleans && type.kind() == Kind.BOOL) {
            for (int i = 0; i < booleans.length; i++) {
                Cells.putBoolean(block, at + i, booleans[i]);
            }
            return true;
        }
        if (value instanceof char[] chars && type.kind() == Kind.CHAR) {
            for (int i = 0; i < chars.length; i++) {
                Cells.putChar(column, block, at + elementBytes * i, chars[i]);
            }
            return true;
        }
        return false;
    }

    private boolean putNumbers(NumberCell numbers, Object array, ByteBuffer block, int at) {
        if (array instanceof double[] doubles) {
            for (int i = 0; i < doubles.length; i++) {
                numbers.putReal(doubles[i], block, at + i * elementBytes);
            }
        } else if (array instanceof float[] floats) {
            for (int i = 0; i < floats.length; i++) {
                numbers.putReal(floats[i], block, at + i * elementBytes);
            }
        } else if (array instanceof long[] longs) {
            for (int i = 0; i < longs.length; i++) {
                numbers.putInteger(longs[i], block, at + i * elementBytes);
            }
        } else if (array instanceof int[] ints) {
            for (int i = 0; i < ints.length; i++) {
                numbers.putInteger(ints[i], block, at + i * elementBytes);
            }
        } else if (array instanceof short[] shorts) {
            for (int i = 0; i < shorts.length; i++) {
                numbers.putInteger(shorts[i], block, at + i * elementBytes);
            }
        } else if (array instanceof byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                numbers.putInteger(bytes[i], block, at + i * elementBytes);
            }
        } else {
            return false;
        }
        return true;
    }

    private boolean putBits(Object value, ByteBuffer block, int at) {
        ByteBuffer target =
                block.slice(at, Sequences.length(value) * elementBytes).order(ByteOrder.LITTLE_ENDIAN);
        if (value instanceof double[] doubles) {
            target.asDoubleBuffer().put(doubles);
        } else if (value instanceof float[] floats) {
            target.asFloatBuffer().put(floats);
        } else if (value instanceof long[] longs) {
            target.asLongBuffer().put(longs);
        } else if (value instanceof int[] ints) {
            target.asIntBuffer().put(ints);
        } else if (value instanceof short[] shorts) {
            target.asShortBuffer().put(shorts);
        } else if (value instanceof byte[] bytes) {
            target.put(bytes);
        } else if (value instanceof DoubleBuffer doubles) {
            target.asDoubleBuffer().put(doubles.duplicate());
        } else if (value instanceof FloatBuffer floats) {
            target.asFloatBuffer().put(floats.duplicate());
        } else if (value instanceof LongBuffer longs) {
            target.asLongBuffer().put(longs.duplicate());
        } else if (value instanceof IntBuffer ints) {
            target.asIntBuffer().put(ints.duplicate());
        } else if (value instanceof ShortBuffer shorts) {
            target.asShortBuffer().put(shorts.duplicate());
        } else if (value instanceof ByteBuffer bytes) {
            target.put(bytes.duplicate());
        } else {
            return false;
        }
        return true;
    }
}
