package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Undoes HDF5 filter 6. A chunk begins with the bits per value, 4 bytes, the size of the minimum, 1 byte, and the minimum, 16 bytes of
 * which 8 are used, all little-endian; the differences from the minimum follow, packed most significant bit first. All ones stand for the
 * fill value, if the dataset has one; values that need all bits are stored unpacked, little-endian. Numbers with a decimal scale are
 * integers times a power of ten away from the minimum (HDF5 File Format Specification 3.0, IV.A.2.l; HDF5, {@code H5Zscaleoffset.c}).
 */
public final class ScaleOffset {

    private static final int HEAD = 21;

    /** Indices of the filter's client values. */
    private static final int KIND = 0;

    private static final int FACTOR = 1;
    private static final int COUNT = 2;
    private static final int CLASS = 3;
    private static final int SIZE = 4;
    private static final int ORDER = 6;
    private static final int FILLED = 7;
    private static final int FILL = 8;
    private static final int ALL = 20;

    /** Client values of {@link #KIND}, {@link #CLASS} and {@link #ORDER}. */
    private static final int DECIMAL = 0;

    private static final int INTEGER = 2;
    private static final int FLOATING = 1;
    private static final int BIG_ENDIAN = 1;

    private final int[] values;
    private final int bytes;
    private final long fill;
    private final boolean filled;
    private final boolean floating;

    private ScaleOffset(int[] values) {
        this.values = values;
        this.bytes = values[SIZE];
        this.fill = Integer.toUnsignedLong(values[FILL]) | ((long) values[FILL + 1] << Integer.SIZE);
        this.filled = values[FILLED] != 0;
        this.floating = values[CLASS] == FLOATING;
        boolean known = floating ? bytes == 4 || bytes == 8 : Integer.bitCount(bytes) == 1 && bytes <= 8;
        if (!known || bytes < 1 || values[CLASS] < 0 || values[CLASS] > FLOATING) {
            throw new DamagedChunkException("scale-offset: class " + values[CLASS] + " of " + bytes + " bytes"
                    + " (expected: 0 of 1, 2, 4 or 8 bytes, or 1 of 4 or 8 bytes)");
        }
        if (!floating && values[FACTOR] > Byte.SIZE * bytes) {
            throw bits(values[FACTOR]);
        }
        if (values[KIND] != (floating ? DECIMAL : INTEGER)) {
            throw new DamagedChunkException("scale-offset: kind " + values[KIND] + " for class " + values[CLASS]
                    + " (expected: " + (floating ? DECIMAL : INTEGER) + ")");
        }
    }

    private DamagedChunkException bits(int bits) {
        return new DamagedChunkException("scale-offset: " + Integer.toUnsignedString(bits)
                + " bits per value (expected: at most " + Byte.SIZE * bytes + ")");
    }

    /**
     * The size that comes out of a chunk.
     *
     * @param packed from position to limit, both of which stay
     * @param values the filter's client values
     * @return bytes; negative if the client values give no size
     */
    public static long size(ByteBuffer packed, int[] values) {
        if (values.length != ALL) {
            return -1;
        }
        return isPlain(values)
                ? packed.remaining()
                : Integer.toUnsignedLong(values[COUNT]) * Integer.toUnsignedLong(values[SIZE]);
    }

    /** Whether the client values say that integers need all bits, so that the chunk does not even have a head. */
    private static boolean isPlain(int[] values) {
        return values[KIND] == INTEGER && values[SIZE] > 0 && values[FACTOR] == 8L * values[SIZE];
    }

    /**
     * Unpacks a chunk.
     *
     * @param packed from position to limit, which are undefined afterwards
     * @param values the filter's client values
     * @param chunk is filled from its position to its limit, which are {@link #size} bytes
     * @throws DamagedChunkException if the bytes are no scale-offset chunk of that size
     */
    public static void decode(ByteBuffer packed, int[] values, ByteBuffer chunk) {
        long size = size(packed, values);
        if (size != chunk.remaining()) {
            throw DamagedChunkException.size("chunk with scale-offset", chunk.remaining(), size);
        }
        if (isPlain(values)) {
            chunk.put(packed);
        } else {
            new ScaleOffset(values).decode(packed.order(ByteOrder.LITTLE_ENDIAN), chunk);
        }
    }

    /**
     * Throws if chunks of a size cannot be packed, which HDF5 does not check.
     *
     * @param values the filter's client values
     * @param bytes the size of a chunk
     * @throws DamagedChunkException if the client values are for chunks of another size
     */
    public static void check(int[] values, long bytes) {
        boolean plain = values.length == ALL && isPlain(values);
        long size = plain ? bytes : size(ByteBuffer.allocate(0), values);
        if (size != bytes) {
            throw DamagedChunkException.size("client values of scale-offset for a chunk", size, bytes);
        }
        if (!plain) {
            new ScaleOffset(values);
        }
    }

    private void decode(ByteBuffer packed, ByteBuffer chunk) {
        mustHave(packed, HEAD);
        int head = packed.position();
        int bits = packed.getInt(head);
        if (bits < 0 || bits > Byte.SIZE * bytes) {
            throw bits(bits);
        }
        long minimum = packed.getLong(head + 5);
        int used = packed.get(head + 4) & 0xFF;
        if (used < Long.BYTES) {
            minimum &= (1L << (Byte.SIZE * used)) - 1;
        }
        int count = chunk.remaining() / bytes;
        mustHave(packed, HEAD + ((long) count * bits + Byte.SIZE - 1) / Byte.SIZE);
        packed.position(head + HEAD);
        chunk.order(values[ORDER] == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (bits == Byte.SIZE * bytes) {
            for (int i = 0; i < count; i++) {
                put(chunk, take(packed));
            }
        } else if (floating && bytes == Float.BYTES) {
            floats(new Bits(packed), bits, Float.intBitsToFloat((int) minimum), count, chunk);
        } else if (floating) {
            doubles(new Bits(packed), bits, Double.longBitsToDouble(minimum), count, chunk);
        } else {
            integers(new Bits(packed), bits, minimum, count, chunk);
        }
    }

    private static void mustHave(ByteBuffer packed, long expected) {
        if (packed.remaining() < expected) {
            throw DamagedChunkException.size("chunk with scale-offset", packed.remaining(), expected);
        }
    }

    private void integers(Bits packed, int bits, long minimum, int count, ByteBuffer chunk) {
        long ones = (1L << bits) - 1;
        for (int i = 0; i < count; i++) {
            long value = packed.next(bits);
            put(chunk, filled && value == ones ? fill : value + minimum);
        }
    }

    private void floats(Bits packed, int bits, float minimum, int count, ByteBuffer chunk) {
        float scale = Float.parseFloat("1e" + values[FACTOR]); // rounds as it should, which Math.pow need not
        long ones = (1L << bits) - 1;
        for (int i = 0; i < count; i++) {
            int value = (int) packed.next(bits);
            chunk.putInt(filled && value == ones ? (int) fill : Float.floatToRawIntBits(value / scale + minimum));
        }
    }

    private void doubles(Bits packed, int bits, double minimum, int count, ByteBuffer chunk) {
        double scale = Double.parseDouble("1e" + values[FACTOR]);
        long ones = (1L << bits) - 1;
        for (int i = 0; i < count; i++) {
            long value = packed.next(bits);
            chunk.putLong(filled && value == ones ? fill : Double.doubleToRawLongBits(value / scale + minimum));
        }
    }

    private long take(ByteBuffer packed) {
        return switch (bytes) {
            case 1 -> packed.get();
            case 2 -> packed.getShort();
            case 4 -> packed.getInt();
            default -> packed.getLong();
        };
    }

    private void put(ByteBuffer chunk, long value) {
        switch (bytes) {
            case 1 -> chunk.put((byte) value);
            case 2 -> chunk.putShort((short) value);
            case 4 -> chunk.putInt((int) value);
            default -> chunk.putLong(value);
        }
    }
}
