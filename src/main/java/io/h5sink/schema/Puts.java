package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/** One method for each type that an accessor can return: it puts the value into the open block of its column. */
final class Puts {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private Puts() {}

    /** A handle of type {@code (ByteBuffer[], int[], V)void} for the column at the index. */
    static MethodHandle of(Column column, int index, Class<?> value) {
        try {
            if (value == char.class) {
                return MethodHandles.insertArguments(
                        find(Column.class, int.class, ByteBuffer[].class, int[].class, char.class), 0, column, index);
            }
            if (value.isPrimitive()) {
                return MethodHandles.insertArguments(find(int.class, ByteBuffer[].class, int[].class, value), 0, index);
            }
            MethodHandle put = find(Column.class, int.class, ByteBuffer[].class, int[].class, Object.class);
            return MethodHandles.insertArguments(put, 0, column, index)
                    .asType(MethodType.methodType(void.class, ByteBuffer[].class, int[].class, value));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle find(Class<?>... parameters) throws NoSuchMethodException, IllegalAccessException {
        return LOOKUP.findStatic(Puts.class, "put", MethodType.methodType(void.class, parameters));
    }

    static void put(int index, ByteBuffer[] blocks, int[] offsets, boolean value) {
        Cells.putBoolean(blocks[index], offsets[index], value);
    }

    static void put(int index, ByteBuffer[] blocks, int[] offsets, byte value) {
        blocks[index].put(offsets[index], value);
    }

    static void put(int index, ByteBuffer[] blocks, int[] offsets, short value) {
        blocks[index].putShort(offsets[index], value);
    }

    static void put(int index, ByteBuffer[] blocks, int[] offsets, int value) {
        blocks[index].putInt(offsets[index], value);
    }

    static void put(int index, ByteBuffer[] blocks, int[] offsets, long value) {
        blocks[index].putLong(offsets[index], value);
    }

    static void put(int index, ByteBuffer[] blocks, int[] offsets, float value) {
        blocks[index].putFloat(offsets[index], value);
    }

    static void put(int index, ByteBuffer[] blocks, int[] offsets, double value) {
        blocks[index].putDouble(offsets[index], value);
    }

    static void put(Column column, int index, ByteBuffer[] blocks, int[] offsets, char value) {
        Cells.putChar(column.name(), blocks[index], offsets[index], value);
    }

    static void put(Column column, int index, ByteBuffer[] blocks, int[] offsets, Object value) {
        column.put(value, blocks[index], offsets[index]);
    }
}
