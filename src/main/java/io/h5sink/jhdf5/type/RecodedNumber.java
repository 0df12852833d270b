package io.h5sink.jhdf5.type;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.TypeText;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.Half;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
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
    static @Nullable RecodedNumber of(Kind kind, long fileType) throws HDF5Exception {
        int typeClass = H5.H5Tget_class(fileType);
        int bytes = Math.toIntExact(H5.H5Tget_size(fileType));
        boolean bigEndian = H5.H5Tget_order(fileType) == HDF5Constants.H5T_ORDER_BE;
        String text = TypeText.structure(fileType);
        if (typeClass == HDF5Constants.H5T_INTEGER) {
            boolean all = bytes <= Long.BYTES && H5.H5Tget_precision(fileType) == (long) Byte.SIZE * bytes;
            boolean signed = H5.H5Tget_sign(fileType) != HDF5Constants.H5T_SGN_NONE;
            return all ? new RecodedNumber(kind, bytes, bigEndian, true, signed, text) : null;
        }
        boolean real = typeClass == HDF5Constants.H5T_FLOAT && isIeee(fileType, bytes, bigEndian);
        return real ? new RecodedNumber(kind, bytes, bigEndian, false, true, text) : null;
    }

    private static boolean isIeee(long fileType, int bytes, boolean bigEndian) throws HDF5Exception {
        for (Kind kind : List.of(Kind.FLOAT16, Kind.FLOAT32, Kind.FLOAT64)) {
            ColumnType type = ColumnType.scalar(kind);
            if (type.elementBytes() == bytes) {
                try (Handle same = Types.of(type)) {
                    H5.H5Tset_order(same.id, bigEndian ? HDF5Constants.H5T_ORDER_BE : HDF5Constants.H5T_ORDER_LE);
                    return H5.H5Tequal(fileType, same.id);
                }
            }
        }
        return false;
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
