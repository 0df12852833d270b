package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One method for each type that an accessor can return: it puts the value into the open rows of its column. A column of a
 * primitive type has its rows as a buffer of that type, whose index is the row's: that costs half of what addressing bytes
 * does.
 */
final class Puts {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private Puts() {}

    /** The rows that begin with the first byte of a block, as the handle for values of this type takes them. */
    static Buffer rows(ByteBuffer block, Class<?> value) {
        if (value == long.class) {
            return block.asLongBuffer();
        }
        if (value == int.class) {
            return block.asIntBuffer();
        }
        if (value == short.class) {
            return block.asShortBuffer();
        }
        if (value == float.class) {
            return block.asFloatBuffer();
        }
        return value == double.class ? block.asDoubleBuffer() : block;
    }

    /** A handle of type {@code (Buffer[], int, V)void} for the column at the index. */
    static MethodHandle of(Column column, int index, Class<?> value) {
        try {
            if (value.isPrimitive() && value != char.class) {
                MethodHandle put = find(int.class, Buffer[].class, int.class, value);
                return MethodHandles.insertArguments(put, 0, index);
            }
            Class<?> parameter = value == char.class ? char.class : Object.class;
            MethodHandle put = find(Column.class, int.class, int.class, Buffer[].class, int.class, parameter);
            return MethodHandles.insertArguments(
                            put, 0, column, (int) column.type().rowBytes(), index)
                    .asType(MethodType.methodType(void.class, Buffer[].class, int.class, value));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle find(Class<?>... parameters) throws NoSuchMethodException, IllegalAccessException {
        return LOOKUP.findStatic(Puts.class, "put", MethodType.methodType(void.class, parameters));
    }

    static void put(int column, Buffer[] rows, int row, boolean value) {
        Cells.putBoolean((ByteBuffer) rows[column], row, value);
    }

    static void put(int column, Buffer[] rows, int row, byte value) {
        ((ByteBuffer) rows[column]).put(row, value);
    }

    static void put(int column, Buffer[] rows, int row, short value) {
        ((ShortBuffer) rows[column]).put(row, value);
    }

    static void put(int column, Buffer[] rows, int row, int value) {
        ((IntBuffer) rows[column]).put(row, value);
    }

    static void put(int column, Buffer[] rows, int row, long value) {
        ((LongBuffer) rows[column]).put(row, value);
    }

    static void put(int column, Buffer[] rows, int row, float value) {
        ((FloatBuffer) rows[column]).put(row, value);
    }

    static void put(int column, Buffer[] rows, int row, double value) {
        ((DoubleBuffer) rows[column]).put(row, value);
    }

    static void put(Column column, int rowBytes, int index, Buffer[] rows, int row, char value) {
        Cells.putChar(column.name(), (ByteBuffer) rows[index], rowBytes * row, value);
    }

    static void put(Column column, int rowBytes, int index, Buffer[] rows, int row, @Nullable Object value) {
        column.put(value, (ByteBuffer) rows[index], rowBytes * row);
    }
}
