package io.h5sink.judge;

import io.jhdf.GlobalHeap;
import io.jhdf.HdfFile;
import io.jhdf.object.datatype.ArrayDataType;
import io.jhdf.object.datatype.BitField;
import io.jhdf.object.datatype.CompoundDataType;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OrderedDataType;
import io.jhdf.object.datatype.Reference;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Types and elements as jHDF finds them in a file, in the words of h5py and NumPy. Elements are boxes as wide as the stored number,
 * or as its sign needs, strings, lists for arrays and sequences, and the records below.
 */
public final class NumPy {

    /** A constant of an enumeration. */
    public record Constant(String name, Number number) {}

    /** A compound. */
    public record Tuple(List<Object> members) {}

    /** An object, by where it lies. */
    public record Address(long address) {}

    /** Bytes that are no value. */
    public record Bytes(String hex) {}

    private static final Map<Integer, String> BOOLEANS = Map.of(0, "FALSE", 1, "TRUE");

    private NumPy() {}

    static boolean isBool(DataType type) {
        return type instanceof EnumDataType names
                && names.getSize() == 1
                && names.getEnumMapping().equals(BOOLEANS);
    }

    /** {@code dtype.str}, for example {@code <f8}. */
    public static String str(DataType type) {
        int size = type.getSize();
        if (isBool(type)) {
            return "|b1";
        } else if (type instanceof EnumDataType names) {
            return str(names.getBaseType());
        } else if (type instanceof StringData) {
            return "|S" + size;
        } else if (type instanceof VariableLength || type instanceof Reference) {
            return "|O";
        } else if (type instanceof FixedPoint || type instanceof FloatingPoint || type instanceof BitField) {
            ByteOrder order = ((OrderedDataType) type).getByteOrder();
            return (size == 1 ? "|" : order == ByteOrder.LITTLE_ENDIAN ? "<" : ">") + letter(type) + size;
        }
        return "|V" + size;
    }

    private static String letter(DataType type) {
        return type instanceof FloatingPoint ? "f" : type instanceof FixedPoint number && number.isSigned() ? "i" : "u";
    }

    /** {@code dtype.name}, for example {@code float64}. */
    public static String name(DataType type) {
        String str = str(type);
        int bits = Byte.SIZE * type.getSize();
        return switch (str.charAt(1)) {
            case 'b' -> "bool";
            case 'O' -> "object";
            case 'V' -> "void" + bits;
            case 'S' -> "bytes" + bits;
            case 'f' -> "float" + bits;
            case 'i' -> "int" + bits;
            default -> "uint" + bits;
        };
    }

    /** {@code h5py.check_string_dtype}: encoding and length; empty if it is no string. */
    public static String text(DataType type) {
        if (type instanceof StringData text) {
            return (text.getCharset().equals(StandardCharsets.UTF_8) ? "utf-8 " : "ascii ") + text.getSize();
        } else if (type instanceof VariableLength text && text.isVariableLengthString()) {
            return (text.getEncoding().equals(StandardCharsets.UTF_8) ? "utf-8 " : "ascii ") + "None";
        }
        return "";
    }

    /** The elements that lie one after the other in some bytes. */
    static List<Object> elements(HdfFile file, DataType type, ByteBuffer raw) {
        List<Object> elements = new ArrayList<>();
        for (int at = 0; at + type.getSize() <= raw.limit(); at += type.getSize()) {
            elements.add(element(file, type, raw, at));
        }
        return elements;
    }

    static Object element(HdfFile file, DataType type, ByteBuffer raw, int at) {
        if (type instanceof EnumDataType names) {
            Number number = (Number) element(file, names.getBaseType(), raw, at);
            return isBool(type)
                    ? number.intValue() != 0
                    : new Constant(names.getEnumMapping().getOrDefault(number.intValue(), "?"), number);
        } else if (type instanceof FixedPoint number) {
            return integer(bits(raw, at, number), number.getBitOffset(), number.getBitPrecision(), number);
        } else if (type instanceof BitField number) {
            return integer(bits(raw, at, number), number.getBitOffset(), number.getBitPrecision(), number);
        } else if (type instanceof FloatingPoint number && number.getSize() <= 8) {
            long bits = bits(raw, at, number).longValue();
            return switch (number.getSize()) {
                case 2 -> FloatingPoint.toFloat((short) bits);
                case 4 -> Float.intBitsToFloat((int) bits);
                default -> Double.longBitsToDouble(bits);
            };
        } else if (type instanceof StringData) {
            return string(bytes(raw, at, type.getSize()), (StringData) type);
        } else if (type instanceof VariableLength sequence) {
            return sequence(file, sequence, raw, at);
        } else if (type instanceof ArrayDataType array) {
            int size = array.getBaseType().getSize();
            int count = array.getSize() / size;
            List<Object> elements = elements(file, array.getBaseType(), slice(raw, at, count * size));
            return nested(
                    elements,
                    Arrays.stream(array.getArrayTypeDimensions()).asLongStream().toArray());
        } else if (type instanceof CompoundDataType compound) {
            return new Tuple(compound.getMembers().stream()
                    .map(member -> element(file, member.getDataType(), raw, at + member.getOffset()))
                    .collect(Collectors.toList()));
        } else if (type instanceof Reference && type.getSize() == 8) {
            return new Address(raw.order(ByteOrder.LITTLE_ENDIAN).getLong(at));
        }
        return new Bytes(HexFormat.of().formatHex(bytes(raw, at, type.getSize())));
    }

    /** Elements in row-major order, as lists of lists; the only one of a scalar. */
    static Object nested(List<Object> elements, long... shape) {
        if (shape.length == 0) {
            return elements.get(0);
        }
        int count = (int) shape[0];
        int each = count == 0 ? 0 : elements.size() / count;
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            List<Object> part = elements.subList(row * each, (row + 1) * each);
            rows.add(nested(part, Arrays.copyOfRange(shape, 1, shape.length)));
        }
        return rows;
    }

    private static ByteBuffer slice(ByteBuffer raw, int at, int bytes) {
        return raw.duplicate().limit(at + bytes).position(at).slice();
    }

    private static byte[] bytes(ByteBuffer raw, int at, int count) {
        byte[] bytes = new byte[count];
        raw.duplicate().position(at).get(bytes);
        return bytes;
    }

    /** The bits of a number, without a sign. */
    private static BigInteger bits(ByteBuffer raw, int at, OrderedDataType type) {
        byte[] bytes = bytes(raw, at, ((DataType) type).getSize());
        if (type.getByteOrder() == ByteOrder.LITTLE_ENDIAN) {
            for (int i = 0; i < bytes.length / 2; i++) {
                byte other = bytes[i];
                bytes[i] = bytes[bytes.length - 1 - i];
                bytes[bytes.length - 1 - i] = other;
            }
        }
        return new BigInteger(1, bytes);
    }

    private static Object integer(BigInteger bits, int offset, int precision, DataType type) {
        boolean signed = type instanceof FixedPoint number && number.isSigned();
        BigInteger value =
                bits.shiftRight(offset).and(BigInteger.ONE.shiftLeft(precision).subtract(BigInteger.ONE));
        if (signed && value.testBit(precision - 1)) {
            value = value.subtract(BigInteger.ONE.shiftLeft(precision));
        }
        return switch (signed ? type.getSize() : 2 * type.getSize()) {
            case 1 -> value.byteValueExact();
            case 2 -> value.shortValueExact();
            case 4 -> value.intValueExact();
            case 8 -> value.longValueExact();
            default -> value;
        };
    }

    private static String string(byte[] bytes, StringData type) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        if (type.getPaddingType() == StringData.PaddingType.NULL_TERMINATED) {
            int first = 0;
            while (first < end && bytes[first] != 0) {
                first++;
            }
            end = first;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static Object sequence(HdfFile file, VariableLength type, ByteBuffer raw, int at) {
        ByteBuffer id = raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int count = id.getInt(at);
        long heap = id.getLong(at + 4);
        int index = id.getInt(at + 12);
        ByteBuffer data = ByteBuffer.allocate(0);
        if (count > 0) {
            ByteBuffer object = new GlobalHeap(file.getHdfBackingStorage(), heap).getObjectData(index);
            int each = type.isVariableLengthString() ? 1 : type.getParent().getSize();
            data = slice(object, object.position(), count * each);
        }
        return type.isVariableLengthString()
                ? new String(bytes(data, 0, data.limit()), StandardCharsets.UTF_8)
                : elements(file, type.getParent(), data);
    }
}
