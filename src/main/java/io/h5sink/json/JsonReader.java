package io.h5sink.json;

import io.h5sink.schema.ValueMismatch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON: RFC 8259, and {@code NaN}, {@code Infinity} and {@code -Infinity}, which Python writes. Objects become maps in their
 * order, arrays lists, integers the first of Integer, Long and BigInteger that holds them, and other numbers Double.
 */
final class JsonReader {

    /** The deepest nesting that is read, which is no less than {@link Json} writes. */
    private static final int MAX_DEPTH = 257;

    private static final int SHOWN = 20;

    private static final String ESCAPES = "\"\"\\\\//b\bf\fn\nr\rt\t";

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** Reads a text that is one JSON value. Any other text is a {@link ValueMismatch}. */
    static @Nullable Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.unexpected("the end");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw new ValueMismatch("JSON that is nested at most " + MAX_DEPTH + " deep", "deeper one");
        }
        space();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            case 'N' -> word("NaN", Double.NaN);
            case 'I' -> word("Infinity", Double.POSITIVE_INFINITY);
            default ->
                text.startsWith("-Infinity", at) ? word("-Infinity", Double.NEGATIVE_INFINITY) : (Object) number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        space();
        while (peek() != '}') {
            if (!members.isEmpty()) {
                take(',');
                space();
            }
            String name = string();
            space();
            take(':');
            members.put(name, value(depth + 1));
            space();
        }
        at++;
        return members;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        at++;
        space();
        while (peek() != ']') {
            if (!elements.isEmpty()) {
                take(',');
            }
            elements.add(value(depth + 1));
            space();
        }
        at++;
        return elements;
    }

    private String string() {
        take('"');
        StringBuilder string = new StringBuilder();
        while (peek() != '"') {
            char c = peek();
            at++;
            if (c < ' ') {
                at--;
                throw unexpected("a character of a string");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        int escape = ESCAPES.indexOf(c);
        if (c == 'u' && at + 5 <= text.length()) {
            try {
                char unit = (char) Integer.parseUnsignedInt(text, at + 1, at + 5, 16);
                at += 5;
                return unit;
            } catch (NumberFormatException e) {
                throw unexpected("four hexadecimal digits");
            }
        }
        if (escape < 0 || escape % 2 != 0) {
            throw unexpected("an escape");
        }
        at++;
        return ESCAPES.charAt(escape + 1);
    }

    private Number number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = start;
            throw unexpected("a value");
        }
        if (!digits.matches("-?[0-9]+")) {
            return Double.valueOf(digits);
        }
        BigInteger integer = new BigInteger(digits);
        if (integer.bitLength() < Integer.SIZE) {
            return integer.intValue();
        }
        return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return value;
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The next character; NUL, which JSON does not have, at the end. */
    private char peek() {
        if (at >= text.length()) {
            throw unexpected("more");
        }
        return text.charAt(at);
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw unexpected("'" + expected + "'");
        }
        at++;
    }

    private ValueMismatch unexpected(String expected) {
        String rest = text.substring(at, Math.min(text.length(), at + SHOWN));
        return new ValueMismatch(
                "JSON with " + expected + " at character " + at, rest.isEmpty() ? "its end" : '"' + rest + '"');
    }
}
