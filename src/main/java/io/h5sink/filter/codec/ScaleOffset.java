package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * HDF5 filter 6. A chunk begins with the bits per value, 4 bytes, the size of the minimum, 1 byte, and the minimum, 16 bytes of
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
    private static final int SIGN = 5;
    private static final int ORDER = 6;
    private static final int FILLED = 7;
    private static final int FILL = 8;
    private static final int ALL = 20;

    /** Client values of {@link #KIND}, {@link #CLASS} and {@link #ORDER}. */
    private static final int DECIMAL = 0;

    private static final int INTEGER = 2;
    private static final int FLOATING = 1;
    private static final int BIG_ENDIAN = 1;

    /** The client value {@link #SIGN} of two's complement. */
    private static final int SIGNED = 1;

    /** The most bytes that packing adds to a chunk. */
    public static final int MORE = HEAD + 1;

    private static final double HALF = 0.5;

    private final int[] values;
    private final int bytes;
    private final long fill;
    private final boolean filled;
    private final boolean floating;

    /** The power of ten by which HDF5 multiplies numbers, and the inverse; as exact as a double can be. */
    private final double scale;

    private final double nearest;

    private ScaleOffset(int[] values) {
        this.values = values;
        this.bytes = values[SIZE];
        this.fill = Integer.toUnsignedLong(values[FILL]) | ((long) values[FILL + 1] << Integer.SIZE);
        this.filled = values[FILLED] != 0;
        this.floating = values[CLASS] == FLOATING;
        this.scale = powerOfTen(floating ? values[FACTOR] : 0);
        this.nearest = powerOfTen(floating ? -values[FACTOR] : 0);
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

    /** Rounds as it should, which {@link Math#pow} need not. */
    private static double powerOfTen(int exponent) {
        return Double.parseDouble("1e" + exponent);
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

    /**
     * Packs a chunk as HDF5 does, except where HDF5 loses numbers: integers that need more bits than the client values say get as many as
     * they need, and a chunk with a NaN is stored unpacked.
     *
     * @param chunk from position to limit, the position of which is undefined afterwards
     * @param values the filter's client values
     * @param out takes the packed bytes; has space for as many bytes as the chunk and {@link #MORE}
     * @throws DamagedChunkException if the client values are for chunks of another size
     */
    public static void encode(ByteBuffer chunk, int[] values, ByteBuffer out) {
        check(values, chunk.remaining());
        if (isPlain(values)) {
            out.put(chunk);
            return;
        }
        ByteOrder order = values[ORDER] == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ScaleOffset filter = new ScaleOffset(values);
        ByteBuffer numbers = chunk.slice().order(order);
        PackedForm form = filter.floating ? filter.decimals(numbers) : filter.integers(numbers);
        filter.encode(numbers, form, out.order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The form in which a chunk is packed. */
    private interface PackedForm {

        /** The bits per number; all bits of a number if the chunk is stored unpacked. */
        int bits();

        /** The minimum, as the head has it. */
        long minimum();

        /** The bits to which a number is packed. */
        long pack(long number);
    }

    /** A chunk that is stored unpacked. HDF5 notes the minimum only of signed bytes in a dataset without a fill value. */
    private record Unpacked(int bits, long minimum) implements PackedForm {

        @Override
        public long pack(long number) {
            return number;
        }
    }

    private record Integers(int bits, long minimum, boolean filled, long fill) implements PackedForm {

        @Override
        public long pack(long number) {
            return filled && number == fill ? (1L << bits) - 1 : number - minimum;
        }
    }

    private void encode(ByteBuffer numbers, PackedForm form, ByteBuffer out) {
        int bits = form.bits();
        out.putInt(bits).put((byte) Long.BYTES).putLong(form.minimum()).putLong(0);
        BitPacker packer = new BitPacker(out);
        for (int at = 0; at < numbers.limit(); at += bytes) {
            long number = number(numbers, at);
            if (bits == Byte.SIZE * bytes) {
                put(out, number);
            } else {
                packer.add(form.pack(number), bits);
            }
        }
        if (bits < Byte.SIZE * bytes) {
            packer.finish();
        }
    }

    /** A number of the chunk; an integer with its sign, or the bits of a float. */
    private long number(ByteBuffer numbers, int at) {
        long number = switch (bytes) {
            case 1 -> numbers.get(at);
            case 2 -> numbers.getShort(at);
            case 4 -> numbers.getInt(at);
            default -> numbers.getLong(at);
        };
        return extended(number);
    }

    /** The number of which the lowest bytes are given. */
    private long extended(long number) {
        int unused = Long.SIZE - Byte.SIZE * bytes;
        return values[SIGN] == SIGNED && !floating ? number << unused >> unused : number << unused >>> unused;
    }

    private PackedForm integers(ByteBuffer numbers) {
        long ignored = extended(fill);
        boolean signed = values[SIGN] == SIGNED;
        long least = 0;
        long largest = 0;
        boolean any = false;
        for (int at = 0; at < numbers.limit(); at += bytes) {
            long number = number(numbers, at);
            if (filled && number == ignored) {
                continue;
            }
            boolean less = signed ? number < least : Long.compareUnsigned(number, least) < 0;
            boolean more = signed ? number > largest : Long.compareUnsigned(number, largest) > 0;
            least = less || !any ? number : least;
            largest = more || !any ? number : largest;
            any = true;
        }
        int all = Byte.SIZE * bytes;
        long span = largest - least;
        if (Long.compareUnsigned(span, (-1L >>> (Long.SIZE - all)) - 2) > 0) {
            return new Unpacked(all, bytes == 1 && signed && !filled ? least : 0);
        }
        int needed = log2(filled ? span + 2 : span + 1);
        return new Integers(Math.max(needed, Math.max(0, values[FACTOR])), least, filled, ignored);
    }

    /** The binary logarithm of an unsigned number, rounded up. */
    private static int log2(long number) {
        return number == 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(number - 1);
    }

    /** Rounds to the nearest integer, and away from zero half-way between two. */
    private static long rounded(double number) {
        long whole = (long) number;
        double rest = number - whole;
        return rest >= HALF ? whole + 1 : rest <= -HALF ? whole - 1 : whole;
    }

    /** Numbers times a power of ten, which are computed with the precision of the numbers, as HDF5 does. */
    private record Decimals(ScaleOffset of, int bits, double least) implements PackedForm {

        @Override
        public long minimum() {
            return of.bytes == Float.BYTES
                    ? Integer.toUnsignedLong(Float.floatToRawIntBits((float) least))
                    : Double.doubleToRawLongBits(least);
        }

        @Override
        public long pack(long number) {
            double decimal = of.decimal(number);
            return of.isFill(decimal) ? (1L << bits) - 1 : rounded(of.scaledDifference(decimal, least));
        }
    }

    private double decimal(long number) {
        return bytes == Float.BYTES ? Float.intBitsToFloat((int) number) : Double.longBitsToDouble(number);
    }

    /** Whether a number is so near the fill value that HDF5 takes the number for the fill value. */
    private boolean isFill(double number) {
        double difference = number - decimal(fill);
        return filled && Math.abs(bytes == Float.BYTES ? (float) difference : difference) < nearest;
    }

    private double scaledDifference(double number, double least) {
        return bytes == Float.BYTES
                ? (float) number * (float) scale - (float) least * (float) scale
                : number * scale - least * scale;
    }

    private PackedForm decimals(ByteBuffer numbers) {
        Unpacked unpacked = new Unpacked(Byte.SIZE * bytes, 0);
        double least = 0;
        double largest = 0;
        boolean any = false;
        for (int at = 0; at < numbers.limit(); at += bytes) {
            double number = decimal(number(numbers, at));
            if (Double.isNaN(number)) {
                return unpacked;
            }
            if (!isFill(number)) {
                least = number < least || !any
                        ? number
                        : least; // of two zeros the first, which Math.min would not keep
                largest = number > largest || !any ? number : largest;
                any = true;
            }
        }
        double span = scaledDifference(largest, least);
        if (Double.isNaN(span) || span >= Math.scalb(1.0, Byte.SIZE * bytes - 1)) {
            return unpacked;
        }
        long steps = rounded(span) + 1;
        return new Decimals(this, log2(filled ? steps + 1 : steps), least);
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
