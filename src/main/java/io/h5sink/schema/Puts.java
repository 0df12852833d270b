package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/** One method for each type that an accessor can return: it puts the value into the open block of its column. */
final class Puts {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private Puts() {}

    /** A handle of type {@code (ByteBuffer[], long[], long, V)void} for the column at the index. */
    static MethodHandle of(Column column, int index, Class<?> value) {
        try {
            if (value.isPrimitive() && value != char.class) {
                MethodHandle put = find(int.class, ByteBuffer[].class, long[].class, long.class, value);
                return MethodHandles.insertArguments(put, 0, index);
            }
            Class<?> parameter = value == char.class ? char.class : Object.class;
            MethodHandle put =
                    find(Column.class, int.class, int.class, ByteBuffer[].class, long[].class, long.class, parameter);
            return MethodHandles.insertArguments(
                            put, 0, column, (int) column.type().rowBytes(), index)
                    .asType(MethodType.methodType(void.class, ByteBuffer[].class, long[].class, long.class, value));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle find(Class<?>... parameters) throws NoSuchMethodException, IllegalAccessException {
        return LOOKUP.findStatic(Puts.class, "put", MethodType.methodType(void.class, parameters));
    }

    static void put(int index, ByteBuffer[] blocks, long[] firstRows, long row, boolean value) {
        Cells.putBoolean(blocks[index], (int) (row - firstRows[index]), value);
    }

    static void put(int index, ByteBuffer[] blocks, long[] firstRows, long row, byte value) {
        blocks[index].put((int) (row - firstRows[index]), value);
    }

    static void put(int index, ByteBuffer[] blocks, long[] firstRows, long row, short value) {
        blocks[index].putShort(Short.BYTES * (int) (row - firstRows[index]), value);
    }

    static void put(int index, ByteBuffer[] blocks, long[] firstRows, long row, int value) {
        blocks[index].putInt(Integer.BYTES * (int) (row - firstRows[index]), value);
    }

    static void put(int index, ByteBuffer[] blocks, long[] firstRows, long row, long value) {
        blocks[index].putLong(Long.BYTES * (int) (row - firstRows[index]), value);
    }

    static void put(int index, ByteBuffer[] blocks, long[] firstRows, long row, float value) {
        blocks[index].putFloat(Float.BYTES * (int) (row - firstRows[index]), value);
    }

    static void put(int index, ByteBuffer[] blocks, long[] firstRows, long row, double value) {
        blocks[index].putDouble(Double.BYTES * (int) (row - firstRows[index]), value);
    }

    static void put(
            Column column, int rowBytes, int index, ByteBuffer[] blocks, long[] firstRows, long row, char value) {
        Cells.putChar(column.name(), blocks[index], rowBytes * (int) (row - firstRows[index]), value);
    }

    static void put(
            Column column, int rowBytes, int index, ByteBuffer[] blocks, long[] firstRows, long row, Object value) {
        column.put(value, blocks[index], rowBytes * (int) (row - firstRows[index]));
    }
}
