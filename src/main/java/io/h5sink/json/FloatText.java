package io.h5sink.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floats in Python's words: the fewest digits that give the same {@code double} back, and of those the nearest to it.
 * {@link Double#toString} before JDK 19 gives too many digits at times (JDK-4511638).
 */
final class FloatText {

    /** So many digits give every {@code double} back. */
    private static final int MAX_DIGITS = 17;

    private FloatText() {}

    /** The text that {@code json.dumps} writes: {@code repr}, except for NaN and infinities. */
    static String of(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value); // Java and json.dumps have the same words for these
        }
        String sign = Math.copySign(1, value) < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        BigDecimal shortest = shortest(Math.abs(value)).stripTrailingZeros();
        String digits = shortest.unscaledValue().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        return sign + (exponent < -4 || exponent >= 16 ? scientific(digits, exponent) : plain(shortest));
    }

    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < MAX_DIGITS; digits++) {
            // Below a power of two the neighbour is nearer: only the number that is farther off may lead back.
            BigDecimal nearest = round(exact, digits, RoundingMode.HALF_EVEN);
            if (nearest.doubleValue() == value) {
                return nearest;
            }
            BigDecimal above = round(exact, digits, RoundingMode.UP);
            if (above.doubleValue() == value) {
                return above;
            }
        }
        return round(exact, MAX_DIGITS, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal round(BigDecimal exact, int digits, RoundingMode mode) {
        return exact.round(new MathContext(digits, mode));
    }

    private static String plain(BigDecimal value) {
        String text = value.toPlainString();
        return text.contains(".") ? text : text + ".0";
    }

    private static String scientific(String digits, int exponent) {
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        String padding = Math.abs(exponent) < 10 ? "0" : "";
        return digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + padding + Math.abs(exponent);
    }
}
