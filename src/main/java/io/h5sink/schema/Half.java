package io.h5sink.schema;

/** IEEE 754 binary16, which Java has no type for. */
public final class Half {

    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7C00;
    private static final int NAN = 0x7E00;
    private static final int FRACTION_BITS = 10;
    private static final int MIN_EXPONENT = -14;
    private static final int MAX_EXPONENT = 15;

    private Half() {}

    /**
     * The nearest binary16, ties to even (IEEE 754-2019, section 4.3.1).
     *
     * @param value any number
     * @return its bits
     */
    public static short of(double value) {
        int sign = Math.copySign(1, value) < 0 ? SIGN : 0;
        if (Double.isNaN(value)) {
            return (short) NAN;
        }
        double magnitude = Math.abs(value);
        int exponent = Math.max(MIN_EXPONENT, Math.getExponent(magnitude));
        if (exponent > MAX_EXPONENT) {
            return (short) (sign | INFINITY);
        }
        // In units of the last place: an integer after rounding, which may carry into the exponent, up to infinity.
        int units = (int) Math.rint(Math.scalb(magnitude, FRACTION_BITS - exponent));
        int biased = (exponent - MIN_EXPONENT) << FRACTION_BITS;
        return (short) (sign | (biased + units));
    }

    /**
     * The number that a binary16 stands for.
     *
     * @param bits of it
     * @return the exact value
     */
    public static double toDouble(short bits) {
        int exponent = (bits >> FRACTION_BITS) & 0x1F;
        int fraction = bits & 0x3FF;
        double magnitude = exponent == 0x1F
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : exponent == 0 ? Math.scalb(fraction, -24) : Math.scalb(fraction + 1024, exponent - 25);
        return bits < 0 ? -magnitude : magnitude;
    }
}
