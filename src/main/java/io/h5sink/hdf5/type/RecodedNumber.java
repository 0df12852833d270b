package io.h5sink.hdf5.type;

import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.FixedPointType;
import io.h5sink.format.message.Datatype.FloatingPointType;
import io.h5sink.format.message.Datatype.NumberOrder;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.Half;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Converts numbers to a dataset's width, byte order or kind. Each number must stay the same; {@code H5Tconvert} would round or saturate
 * numbers that do not fit.
 */
final class RecodedNumber implements RecodedElement {

    private static final int FRACTION_BITS_OF_DOUBLE = 53;

    private final Kind kind;
    private final int bytes;
    private final boolean bigEndian;

    /** Whether the dataset's type is an integer. */
    private final boolean whole;

    private final boolean signed;
    private final String text;

    private RecodedNumber(Kind kind, int bytes, boolean bigEndian, boolean whole, boolean signed, String text) {
        this.kind = kind;
        this.bytes = bytes;
        this.bigEndian = bigEndian;
        this.whole = whole;
        this.signed = signed;
        this.text = text;
    }

    /** The conversion of a column's numbers; null if the dataset's type is no number, or does not use all of its bits. */
    static @Nullable RecodedNumber of(Kind kind, Datatype type) {
        String text = H5DumpText.of(type);
        if (type instanceof FixedPointType integer) {
            boolean all = integer.size() <= Long.BYTES && integer.precision() == Byte.SIZE * integer.size();
            boolean bigEndian = integer.order() == NumberOrder.BIG_ENDIAN;
            return all ? new RecodedNumber(kind, (int) integer.size(), bigEndian, true, integer.signed(), text) : null;
        }
        if (!(type instanceof FloatingPointType real)) {
            return null;
        }
        boolean bigEndian = real.order() == NumberOrder.BIG_ENDIAN;
        FloatingPointType littleEndian = bigEndian ? real.in(NumberOrder.LITTLE_ENDIAN) : real;
        boolean ieee = Stream.of(Kind.FLOAT16, Kind.FLOAT32, Kind.FLOAT64)
                .anyMatch(each -> ColumnDatatypes.of(ColumnType.scalar(each)).equals(littleEndian));
        return ieee ? new RecodedNumber(kind, (int) real.size(), bigEndian, false, true, text) : null;
    }

    @Override
    public void put(ByteBuffer from, int at, ByteBuffer to, int into) {
        switch (kind) {
            case INT8 -> integer(from.get(at), to, into);
            case UINT8 -> integer(Byte.toUnsignedLong(from.get(at)), to, into);
            case INT16 -> integer(from.getShort(at), to, into);
            case UINT16 -> integer(Short.toUnsignedLong(from.getShort(at)), to, into);
            case INT32 -> integer(from.getInt(at), to, into);
            case UINT32 -> integer(Integer.toUnsignedLong(from.getInt(at)), to, into);
            case UINT64 -> unsigned(from.getLong(at), to, into);
            case FLOAT16 -> real(Half.toDouble(from.getShort(at)), to, into);
            case FLOAT32 -> real(from.getFloat(at), to, into);
            case FLOAT64 -> real(from.getDouble(at), to, into);
            default -> integer(from.getLong(at), to, into); // times are int64
        }
    }

    private void unsigned(long bits, ByteBuffer to, int into) {
        if (bits >= 0) {
            integer(bits, to, into);
        } else if (whole && !signed && bytes == Long.BYTES) {
            store(bits, to, into);
        } else if (whole) {
            throw unfit(Long.toUnsignedString(bits));
        } else {
            BigInteger value = new BigInteger(Long.toUnsignedString(bits));
            double nearest = value.doubleValue();
            if (!new BigDecimal(nearest).toBigInteger().equals(value)) {
                throw unfit(value.toString());
            }
            real(nearest, to, into);
        }
    }

    private void integer(long value, ByteBuffer to, int into) {
        if (!whole) {
            double nearest = (double) value;
            boolean exact = Math.abs(value) >>> FRACTION_BITS_OF_DOUBLE == 0
                    || new BigDecimal(nearest).compareTo(new BigDecimal(value)) == 0;
            if (!exact) {
                throw unfit(Long.toString(value));
            }
            real(nearest, to, into);
            return;
        }
        int bits = Byte.SIZE * bytes;
        boolean fits = signed
                ? bits == Long.SIZE || value >> (bits - 1) == value >> (Long.SIZE - 1)
                : value >= 0 && (bits == Long.SIZE || value >>> bits == 0);
        if (!fits) {
            throw unfit(Long.toString(value));
        }
        store(value, to, into);
    }

    private void real(double value, ByteBuffer to, int into) {
        if (whole) {
            boolean integral = value == Math.rint(value) && Math.abs(value) < 0x1p64 && !isMinusZero(value);
            if (!integral) {
                throw unfit(Double.toString(value));
            }
            if (value >= 0x1p63) {
                unsigned((long) (value - 0x1p63) + Long.MIN_VALUE, to, into);
            } else if (value < -0x1p63) {
                throw unfit(Double.toString(value));
            } else {
                integer((long) value, to, into);
            }
        } else if (bytes == Double.BYTES) {
            store(Double.doubleToRawLongBits(value), to, into);
        } else {
            boolean single = bytes == Float.BYTES;
            double kept = single ? (float) value : Half.toDouble(Half.of(value));
            if (kept != value && !Double.isNaN(value)) {
                throw new Unfit(
                        "a number that " + text + " holds without rounding; as(" + (single ? "FLOAT32" : "FLOAT16")
                                + ") rounds",
                        Double.toString(value));
            }
            store(single ? Float.floatToRawIntBits((float) value) : Half.of(value), to, into);
        }
    }

    private static boolean isMinusZero(double value) {
        return Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
    }

    private void store(long bits, ByteBuffer to, int into) {
        for (int i = 0; i < bytes; i++) {
            to.put(into + (bigEndian ? bytes - 1 - i : i), (byte) (bits >> (Byte.SIZE * i)));
        }
    }

    private Unfit unfit(String value) {
        return new Unfit("a number that " + text + " holds", value);
    }
}
