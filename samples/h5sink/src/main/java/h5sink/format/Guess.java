package h5sink.format;

import h5sink.field.Reals;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** What a cell looks like. */
final class Guess {

    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{19,1000}");

    private Guess() {}

    /** Null, a {@code Boolean}, {@code Long}, {@code BigInteger}, {@code Double}, or the text. */
    static Object of(String cell) {
        String word = cell.strip();
        if (word.isEmpty()) {
            return cell.isEmpty() ? null : cell;
        }
        if (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false")) {
            return Boolean.valueOf(word);
        }
        try {
            return Long.valueOf(word);
        } catch (NumberFormatException e) {
            if (INTEGER.matcher(word).matches()) {
                return new BigInteger(word);
            }
            Double real = Reals.of(word);
            return real == null ? cell : real;
        }
    }
}
