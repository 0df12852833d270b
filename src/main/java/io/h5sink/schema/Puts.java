package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Method handles that put the value of an accessor, without a box, into the open rows of a column or into a member of a compound. The rows
 * of a column of single numbers are a buffer of the stored type, whose index is that of the row: addressing bytes would take twice the
 * time.
 */
final class Puts {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType BY_ROW = MethodType.methodType(void.class, Buffer[].class, int.class);
    private static final MethodType BY_OFFSET = MethodType.methodType(void.class, ByteBuffer.class, int.class);

    private static final int CHARACTER_BYTES = ColumnType.scalar(Kind.CHAR).elementBytes();

    /** A member of a compound: its column, the accessor of its value and its offset in the element. */
    record MemberPut(Column member, MethodHandle accessor, int offset) {}

    /**
     * View handles that put numbers at any offset of a block. Unlike the block's own methods, a view handle does not look up the order of
     * bytes. Loaded with the first compound.
     */
    private static final class InBlock {

        static final VarHandle SHORT = of(short[].class);
        static final VarHandle INT = of(int[].class);
        static final VarHandle LONG = of(long[].class);
        static final VarHandle FLOAT = of(float[].class);
        static final VarHandle DOUBLE = of(double[].class);

        private static VarHandle of(Class<?> numbers) {
            return MethodHandles.byteBufferViewVarHandle(numbers, ByteOrder.LITTLE_ENDIAN);
        }
    }

    private Puts() {}

    /** The rows that begin with the first byte of a block, as the handles for a column take them. */
    static Buffer rows(ByteBuffer block, @Nullable Class<?> carrier) {
        if (carrier == long.class) {
            return block.asLongBuffer();
        }
        if (carrier == int.class) {
            return block.asIntBuffer();
        }
        if (carrier == short.class) {
            return block.asShortBuffer();
        }
        if (carrier == float.class) {
            return block.asFloatBuffer();
        }
        return carrier == double.class ? block.asDoubleBuffer() : block;
    }

    /** The primitive type in which a column stores the values of an accessor; null if a value is an object, or several numbers. */
    static @Nullable Class<?> carrier(Column column, Class<?> value) {
        if (!value.isPrimitive() || !column.type().shape().isEmpty()) {
            return null;
        }
        return switch (column.type().kind()) {
            case BOOL, INT8, UINT8 -> byte.class;
            case INT16, UINT16, FLOAT16 -> short.class;
            case INT32, UINT32 -> int.class;
            case INT64, UINT64 -> long.class;
            case FLOAT32 -> float.class;
            case FLOAT64 -> double.class;
            default -> null;
        };
    }

    /** A handle of type {@code (Buffer[], int, V)void} for the column at an index. */
    static MethodHandle row(Column column, int index, Class<?> value) {
        Class<?> carrier = carrier(column, value);
        if (carrier != null) {
            MethodHandle put = MethodHandles.insertArguments(find("row", int.class, BY_ROW, carrier), 0, index);
            return converted(put, column, value);
        }
        if (isCharacter(column, value)) {
            MethodHandle put = find("row", String.class, int.class, BY_ROW, char.class);
            return MethodHandles.insertArguments(put, 0, column.name(), index);
        }
        MethodHandle put = find("row", MethodType.methodType(void.class, Cell.class, int.class, int.class), BY_ROW);
        int bytes = (int) column.type().rowBytes();
        return MethodHandles.insertArguments(put, 0, column.row(), bytes, index)
                .asType(BY_ROW.appendParameterTypes(value));
    }

    /**
     * A handle of type {@code (Buffer[], int, R)void} for a primitive component of a record within the record, whose fill value is put if
     * the record within is null.
     */
    static MethodHandle rowOrFill(Column column, int index, RecordPart part) {
        Class<?> value = part.accessor().type().returnType();
        Class<?> within = part.accessor().type().parameterType(0);
        MethodHandle some = MethodHandles.collectArguments(row(column, index, value), 2, part.accessor());
        Class<?> carrier = Objects.requireNonNull(carrier(column, value));
        MethodHandle put = MethodHandles.insertArguments(find("row", int.class, BY_ROW, carrier), 0, index);
        MethodHandle none = MethodHandles.dropArguments(
                MethodHandles.insertArguments(put, 2, constant(column, carrier)), 2, within);
        MethodHandle isNull = MethodHandles.dropArguments(RecordPart.isNull(within), 0, Buffer[].class, int.class);
        return MethodHandles.collectArguments(
                MethodHandles.guardWithTest(isNull, none, some), 2, Objects.requireNonNull(part.outer()));
    }

    /** A fill value in the primitive type of the column's rows. */
    private static Object constant(Column column, Class<?> carrier) {
        ByteBuffer fill =
                Objects.requireNonNull(column.type().fill()).duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (carrier == byte.class) {
            return fill.get(0);
        }
        if (carrier == short.class) {
            return fill.getShort(0);
        }
        if (carrier == int.class) {
            return fill.getInt(0);
        }
        if (carrier == long.class) {
            return fill.getLong(0);
        }
        return carrier == float.class ? (Object) fill.getFloat(0) : (Object) fill.getDouble(0);
    }

    /** A handle of type {@code (ByteBuffer, int, Object)void} for records that are compounds. */
    static MethodHandle compound(List<MemberPut> members, Class<?> record) {
        MethodHandle all = MethodHandles.empty(BY_OFFSET.appendParameterTypes(record));
        for (int i = members.size() - 1; i >= 0; i--) {
            MemberPut part = members.get(i);
            MethodHandle put =
                    member(part.member(), part.offset(), part.accessor().type().returnType());
            all = MethodHandles.foldArguments(all, MethodHandles.collectArguments(put, 2, part.accessor()));
        }
        return all;
    }

    private static MethodHandle member(Column column, int offset, Class<?> value) {
        Class<?> carrier = carrier(column, value);
        if (carrier != null) {
            MethodHandle put = MethodHandles.insertArguments(find("member", int.class, BY_OFFSET, carrier), 0, offset);
            return converted(put, column, value);
        }
        if (isCharacter(column, value)) {
            MethodHandle put = find("member", String.class, int.class, BY_OFFSET, char.class);
            return MethodHandles.insertArguments(put, 0, column.name(), offset);
        }
        MethodHandle put = find("member", MethodType.methodType(void.class, Cell.class, int.class), BY_OFFSET);
        return MethodHandles.insertArguments(put, 0, column.row(), offset)
                .asType(BY_OFFSET.appendParameterTypes(value));
    }

    /** Puts a conversion of the last argument before a handle, unless the value is stored as it is. */
    private static MethodHandle converted(MethodHandle put, Column column, Class<?> value) {
        NumberCell number = column.number();
        if (number == null || number.storesBits(value)) {
            return MethodHandles.explicitCastArguments(put, put.type().changeParameterType(2, value));
        }
        boolean real = value == float.class || value == double.class;
        Class<?> wide = real ? double.class : long.class;
        MethodHandle conversion = switch (column.type().kind()) {
            case FLOAT32, FLOAT64 -> null;
            case FLOAT16 -> find(Half.class, "of", short.class, double.class);
            default -> find(NumberCell.class, "narrow", long.class, wide).bindTo(number);
        };
        MethodHandle converted = put;
        if (conversion != null) {
            Class<?> result = conversion.type().returnType();
            converted = MethodHandles.filterArguments(
                    MethodHandles.explicitCastArguments(put, put.type().changeParameterType(2, result)), 2, conversion);
        }
        return MethodHandles.explicitCastArguments(converted, put.type().changeParameterType(2, value));
    }

    private static boolean isCharacter(Column column, Class<?> value) {
        return value == char.class && column.type().shape().isEmpty();
    }

    private static MethodHandle find(String name, Class<?> first, Class<?> second, MethodType type, Class<?> carrier) {
        return find(name, MethodType.methodType(void.class, first, second), type.appendParameterTypes(carrier));
    }

    private static MethodHandle find(String name, Class<?> first, MethodType type, Class<?> carrier) {
        return find(name, MethodType.methodType(void.class, first), type.appendParameterTypes(carrier));
    }

    private static MethodHandle find(String name, MethodType bound, MethodType free) {
        MethodType all = bound.appendParameterTypes(free.parameterList());
        return find(name, free.parameterCount() == 2 ? all.appendParameterTypes(Object.class) : all);
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return LOOKUP.findStatic(Puts.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle find(Class<?> where, String name, Class<?> result, Class<?> parameter) {
        MethodType type = MethodType.methodType(result, parameter);
        try {
            return where == Half.class ? LOOKUP.findStatic(where, name, type) : LOOKUP.findVirtual(where, name, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static void row(int column, Buffer[] rows, int row, byte value) {
        ((ByteBuffer) rows[column]).put(row, value);
    }

    static void row(int column, Buffer[] rows, int row, short value) {
        ((ShortBuffer) rows[column]).put(row, value);
    }

    static void row(int column, Buffer[] rows, int row, int value) {
        ((IntBuffer) rows[column]).put(row, value);
    }

    static void row(int column, Buffer[] rows, int row, long value) {
        ((LongBuffer) rows[column]).put(row, value);
    }

    static void row(int column, Buffer[] rows, int row, float value) {
        ((FloatBuffer) rows[column]).put(row, value);
    }

    static void row(int column, Buffer[] rows, int row, double value) {
        ((DoubleBuffer) rows[column]).put(row, value);
    }

    static void row(String name, int column, Buffer[] rows, int row, char value) {
        Cells.putChar(name, (ByteBuffer) rows[column], CHARACTER_BYTES * row, value);
    }

    static void row(Cell cell, int rowBytes, int column, Buffer[] rows, int row, @Nullable Object value) {
        cell.put(value, (ByteBuffer) rows[column], rowBytes * row);
    }

    static void member(int offset, ByteBuffer block, int at, byte value) {
        block.put(at + offset, value);
    }

    static void member(int offset, ByteBuffer block, int at, short value) {
        InBlock.SHORT.set(block, at + offset, value);
    }

    static void member(int offset, ByteBuffer block, int at, int value) {
        InBlock.INT.set(block, at + offset, value);
    }

    static void member(int offset, ByteBuffer block, int at, long value) {
        InBlock.LONG.set(block, at + offset, value);
    }

    static void member(int offset, ByteBuffer block, int at, float value) {
        InBlock.FLOAT.set(block, at + offset, value);
    }

    static void member(int offset, ByteBuffer block, int at, double value) {
        InBlock.DOUBLE.set(block, at + offset, value);
    }

    static void member(String name, int offset, ByteBuffer block, int at, char value) {
        Cells.putChar(name, block, at + offset, value);
    }

    static void member(Cell cell, int offset, ByteBuffer block, int at, @Nullable Object value) {
        cell.put(value, block, at + offset);
    }
}
