package h5sink.field;

import java.util.Locale;
import java.util.regex.Pattern;

/** Real numbers in text, in the spellings of all languages. */
public final class Reals {

    private static final Pattern NOT_A_NUMBER = Pattern.compile("[+-]?(nan(\\(\\w*\\))?|1\\.#(ind|[qs]nan)0*)");
    private static final Pattern INFINITE = Pattern.compile("[+-]?(inf|infinity|\u221e|1\\.#inf0*)");

    private Reals() {}

    /** The number; null if the text is none, or one that no {@code double} comes near. */
    public static Double of(String text) {
        String word = text.strip();
        if (!isOnlyJava(word)) {
            try {
                double real = Double.parseDouble(word);
                return Double.isInfinite(real) && !word.endsWith("y") ? null : Double.valueOf(real);
            } catch (NumberFormatException e) {
                // maybe a word
            }
        }
        word = word.toLowerCase(Locale.ROOT);
        if (NOT_A_NUMBER.matcher(word).matches()) {
            return Double.NaN;
        }
        if (INFINITE.matcher(word).matches()) {
            return word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return null;
    }

    /** Whether it is a number to Java, but to nobody else: {@code 1d}, {@code 2f}, {@code 0x1p3}. */
    private static boolean isOnlyJava(String word) {
        return word.indexOf('x') >= 0
                || word.indexOf('X') >= 0
                || !word.isEmpty() && "dDfF".indexOf(word.charAt(word.length() - 1)) >= 0;
    }
}
