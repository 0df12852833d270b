package io.h5sink.schema;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes Java values as stored elements of fixed size that replace others: numbers, booleans, names of an enumeration and fixed strings.
 */
public final class ElementEncoder {

    private final ColumnType element;
    private final ByteBuffer out;

    private ElementEncoder(ColumnType element, ByteBuffer out) {
        this.element = element;
        this.out = out;
    }

    /**
     * Encodes a value.
     *
     * @param element the type of an element
     * @param extents the shape that is written
     * @param value an array of that shape, or a single element, which is repeated
     * @return the elements, from position 0 to the limit
     * @throws ValueMismatch if the value has another shape, or does not fit into the type
     */
    public static ByteBuffer of(ColumnType element, List<Integer> extents, Object value) {
        List<Integer> shape = new ArrayList<>(extents);
        shape.addAll(element.shape());
        int bytes = bytes(shape, element.one().elementBytes());
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        ElementEncoder encoder = new ElementEncoder(element.one(), out);
        if (value.getClass().isArray()) {
            encoder.array(shape, 0, value);
        } else {
            while (out.hasRemaining()) {
                encoder.one(value);
            }
        }
        return out.flip();
    }

    private static int bytes(List<Integer> shape, int elementBytes) {
        try {
            int count = shape.contains(0) ? 0 : shape.stream().reduce(1, Math::multiplyExact);
            if (count <= (Integer.MAX_VALUE - 8) / elementBytes) {
                return count * elementBytes;
            }
        } catch (ArithmeticException e) {
            // an overflow is a number of elements that is too large, too
        }
        throw new ValueMismatch(
                "a part of less than 2³¹ bytes", "shape " + shape + " of " + elementBytes + " bytes each");
    }

    private void array(List<Integer> shape, int axis, Object value) {
        if (axis == shape.size()) {
            one(value);
            return;
        }
        if (!value.getClass().isArray() || Array.getLength(value) != shape.get(axis)) {
            String found = value.getClass().isArray()
                    ? "one of " + Array.getLength(value)
                    : "a " + value.getClass().getName();
            throw new ValueMismatch("an array of shape " + shape, found + " along axis " + axis);
        }
        for (int i = 0; i < shape.get(axis); i++) {
            Object part = Array.get(value, i);
            if (part == null) {
                throw new ValueMismatch("an array of shape " + shape, "null along axis " + axis);
            }
            array(shape, axis + 1, part);
        }
    }

    private void one(Object value) {
        switch (element.kind()) {
            case FLOAT64 -> out.putDouble(real(value));
            case FLOAT32 -> out.putFloat((float) real(value));
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> integer(value);
            case BOOL -> {
                if (!(value instanceof Boolean flag)) {
                    throw mismatch(value);
                }
                out.put((byte) (flag ? 1 : 0));
            }
            case ENUM -> {
                int index = element.symbols()
                        .indexOf(value instanceof Enum<?> constant ? constant.name() : value.toString());
                if (index < 0) {
                    throw mismatch(value);
                }
                bits(index, element.elementBytes());
            }
            case FIXED_STRING -> {
                byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
                if (!(value instanceof CharSequence) || utf8.length > element.length()) {
                    throw mismatch(value);
                }
                out.put(Arrays.copyOf(utf8, element.length()));
            }
            default ->
                throw new ValueMismatch(
                        "elements that are numbers, booleans, names or fixed strings", element.kindName());
        }
    }

    private double real(Object value) {
        if (!(value instanceof Number number)) {
            throw mismatch(value);
        }
        return number.doubleValue();
    }

    private void integer(Object value) {
        BigInteger integer = value instanceof BigInteger big
                ? big
                : value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte
                        ? BigInteger.valueOf(((Number) value).longValue())
                        : null;
        boolean unsigned = element.kindName().startsWith("u");
        int width = Byte.SIZE * element.elementBytes();
        if (integer == null
                || (unsigned ? integer.signum() < 0 || integer.bitLength() > width : integer.bitLength() >= width)) {
            throw mismatch(value);
        }
        bits(integer.longValue(), element.elementBytes());
    }

    private void bits(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.put((byte) (value >> (Byte.SIZE * i)));
        }
    }

    private ValueMismatch mismatch(Object value) {
        return new ValueMismatch(
                element.kindName(), value + ", a " + value.getClass().getSimpleName());
    }
}
