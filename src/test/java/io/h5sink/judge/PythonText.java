package io.h5sink.judge;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What Python prints of values. */
public final class PythonText {

    private PythonText() {}

    /** {@code repr(value)} of elements in NumPy's values, of which constants are numbers. */
    public static String repr(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        } else if (value instanceof Float number) {
            return repr(number.doubleValue());
        } else if (value instanceof Double number) {
            return number(number, 17);
        } else if (value instanceof String text) {
            return quoted(text);
        } else if (value instanceof NumPy.Constant constant) {
            return constant.number().toString();
        } else if (value instanceof NumPy.Tuple tuple) {
            return "(" + joined(tuple.members()) + (tuple.members().size() == 1 ? ",)" : ")");
        } else if (value instanceof List<?> list) {
            return "[" + joined(list) + "]";
        } else if (value instanceof NumPy.Address) {
            return "<HDF5 object reference>";
        }
        return value.toString();
    }

    private static String joined(List<?> values) {
        return values.stream().map(PythonText::repr).collect(Collectors.joining(", "));
    }

    /** {@code ascii(value)}. */
    static String ascii(Object value) {
        return escaped(repr(value), c -> c < 0x80);
    }

    /** {@code str(value)} of what h5py makes of an attribute: NumPy's numbers, strings, and arrays of one axis. */
    public static String str(Object value) {
        if (value instanceof String text) {
            return text;
        } else if (value instanceof Float number) {
            return number(number, 9);
        } else if (value instanceof List<?> list) {
            return array(list);
        }
        return repr(value);
    }

    private static String array(List<?> list) {
        List<String> words = list.stream()
                .map(value -> value instanceof String ? repr(value) : str(value).replaceAll("\\.0$", "."))
                .toList();
        if (list.stream().allMatch(value -> value instanceof String)) {
            return "[" + String.join(" ", words) + "]";
        }
        int before =
                words.stream().mapToInt(word -> (word + ".").indexOf('.')).max().orElse(0);
        int after = words.stream()
                .mapToInt(word -> word.length() - (word + ".").indexOf('.'))
                .max()
                .orElse(0);
        return words.stream()
                .map(word -> {
                    int point = (word + ".").indexOf('.');
                    return " ".repeat(before - point) + word + " ".repeat(after - (word.length() - point));
                })
                .collect(Collectors.joining(" ", "[", "]"));
    }

    /** The fewest digits that give the number back, written as {@code repr} does. */
    static String number(Number number, int most) {
        double value = number.doubleValue();
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        } else if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = IntStream.rangeClosed(1, most)
                .boxed()
                .flatMap(digits -> Stream.of(RoundingMode.HALF_EVEN, RoundingMode.UP, RoundingMode.DOWN)
                        .map(mode -> exact.round(new MathContext(digits, mode))))
                .filter(near -> (number instanceof Float ? near.floatValue() : near.doubleValue()) == value)
                .findFirst()
                .orElse(exact);
        shortest = shortest.stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        BigDecimal mantissa = shortest.movePointLeft(exponent).stripTrailingZeros();
        return "%se%s%02d".formatted(mantissa.toPlainString(), exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    private static String quoted(String text) {
        char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
        String escaped = text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
        if (quote == '\'') {
            escaped = escaped.replace("'", "\\'");
        }
        return quote + escaped(escaped, PythonText::isPrintable) + quote;
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    private static String escaped(String text, java.util.function.IntPredicate plain) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (plain.test(c)) {
                escaped.appendCodePoint(c);
            } else {
                escaped.append(String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
            }
        });
        return escaped.toString();
    }
}
