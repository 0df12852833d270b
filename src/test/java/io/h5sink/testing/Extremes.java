package io.h5sink.testing;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Eight values of each type that a stream can carry, those among them that are easily got wrong. */
public final class Extremes {

    public enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "a constant with a class of its own";
            }
        },
        BLUE
    }

    public static final int COUNT = 8;

    public static final boolean[] BOOLEANS = {true, false, false, true, true, true, false, true};
    public static final byte[] BYTES = {Byte.MIN_VALUE, Byte.MAX_VALUE, -1, 0, 1, 2, 'a', (byte) 0x80};
    public static final short[] SHORTS = {Short.MIN_VALUE, Short.MAX_VALUE, -1, 0, 1, 256, 255, -256};
    public static final char[] CHARS = {'a', 'é', '€', '\uFFFF', '\u0080', '\u07FF', '\u0800', ' '};
    public static final int[] INTS = {Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 0, 1, 65536, 0x01020304, -65537};
    public static final long[] LONGS = {
        Long.MIN_VALUE, Long.MAX_VALUE, -1, 0, 1, 0x0102030405060708L, 1L << 53, (1L << 53) + 1
    };
    public static final float[] FLOATS = {
        Float.NaN,
        Float.NEGATIVE_INFINITY,
        Float.POSITIVE_INFINITY,
        -0f,
        Float.MIN_VALUE,
        Math.nextDown(Float.MIN_NORMAL),
        Float.MAX_VALUE,
        0.1f
    };
    public static final double[] DOUBLES = {
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        -0d,
        Double.MIN_VALUE,
        Math.nextDown(Double.MIN_NORMAL),
        Double.MAX_VALUE,
        0.1
    };
    public static final String[] TEXTS = {
        "", "plain", "é", "€", "a😀b", "𝄞😀", "x".repeat(5000), "tab\tline\nquote\"back\\slash\u0001\uFFFF"
    };
    public static final Instant[] INSTANTS = {
        Instant.parse("1677-09-21T00:12:43.145224193Z"),
        Instant.parse("2262-04-11T23:47:16.854775807Z"),
        Instant.EPOCH,
        Instant.parse("1969-12-31T23:59:59.999999999Z"),
        Instant.parse("1970-01-01T00:00:00.000000001Z"),
        Instant.parse("1969-12-31T23:59:58.000000001Z"),
        Instant.parse("2026-01-01T00:00:00.123456789Z"),
        Instant.parse("1582-10-15T00:00:00Z").plusSeconds(10_000_000_000L)
    };
    public static final Colour[] COLOURS = {
        Colour.RED, Colour.GREEN, Colour.BLUE, Colour.BLUE, Colour.GREEN, Colour.RED, Colour.GREEN, Colour.BLUE
    };

    private Extremes() {}

    /** The nanoseconds of {@link #INSTANTS}, as worked out by hand. */
    public static final List<Long> NANOSECONDS = List.of(
            Long.MIN_VALUE + 1, // before that is NumPy's NaT
            Long.MAX_VALUE,
            0L,
            -1L,
            1L,
            -1_999_999_999L,
            1_767_225_600_123_456_789L,
            -2_219_292_800_000_000_000L);

    /** The elements of an array as objects. */
    public static List<Object> list(Object array) {
        return java.util.stream.IntStream.range(0, java.lang.reflect.Array.getLength(array))
                .mapToObj(i -> java.lang.reflect.Array.get(array, i))
                .toList();
    }

    /** The characters as strings, which is what readers make of them. */
    public static List<Object> strings(char[] characters) {
        return list(characters).stream().<Object>map(String::valueOf).toList();
    }

    /** The names of the constants. */
    public static List<Object> names(Colour... colours) {
        return Arrays.stream(colours).<Object>map(Colour::name).toList();
    }

    /** An array with the same elements, those from the index on first. */
    @SuppressWarnings("SuspiciousSystemArraycopy")
    public static <A> A rotated(A array, int from) {
        int length = java.lang.reflect.Array.getLength(array);
        @SuppressWarnings("unchecked")
        A rotated = (A) java.lang.reflect.Array.newInstance(array.getClass().getComponentType(), length);
        System.arraycopy(array, from, rotated, 0, length - from);
        System.arraycopy(array, 0, rotated, length - from, from);
        return rotated;
    }
}
