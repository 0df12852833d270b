package io.h5sink.json;

import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Members;
import io.h5sink.schema.SchemaViolation;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * JSON in one form for each value: to the byte what Python's {@code json.dumps(value, sort_keys=True, separators=(",", ":"))}
 * writes. Members are sorted by the code points of their names, there are no spaces, characters beyond ASCII are escaped, floats are
 * as Python's {@code repr} has them, and NaN and infinities are {@code NaN}, {@code Infinity} and {@code -Infinity}, which
 * Python reads and RFC 8259 does not know.
 */
public final class Json {

    /** The deepest nesting. Python's parser gives up at about 1000. */
    private static final int MAX_DEPTH = 256;

    private static final String ESCAPES = "\"\"\\\\\bb\ff\nn\rr\tt";

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /**
     * A value as JSON.
     *
     * @param name the name of the value in messages
     * @param value null, a boolean, a number, a string, an instant (ISO 8601), an enum constant (its name), or an array,
     *     list, map with string keys or record of such; a {@code float} is widened
     * @return ASCII
     * @throws SchemaViolation if the value is or holds anything else, or is nested more than 256 deep
     */
    public static String of(String name, @Nullable Object value) {
        Json json = new Json();
        json.value(name, value, 0);
        return json.text.toString();
    }

    /**
     * A JSON object of members that are JSON already.
     *
     * @param members JSON by name
     * @return ASCII
     */
    public static String object(Map<String, String> members) {
        Json json = new Json();
        char separator = '{';
        for (Map.Entry<String, String> member : sorted(members).entrySet()) {
            json.text.append(separator);
            json.string(member.getKey());
            json.text.append(':').append(member.getValue());
            separator = ',';
        }
        return json.text.append(members.isEmpty() ? "{}" : "}").toString();
    }

    private void value(String name, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new SchemaViolation(name, "values nested at most " + MAX_DEPTH + " deep", "deeper ones");
        }
        if (value == null || value instanceof Boolean || isInteger(value)) {
            text.append(value);
        } else if (value instanceof Double || value instanceof Float) {
            text.append(FloatText.of(((Number) value).doubleValue()));
        } else if (AttributeValue.isText(value)) {
            string(AttributeValue.text(value));
        } else if (value instanceof List<?> list) {
            array(name, list.iterator(), depth);
        } else if (value.getClass().isArray()) {
            array(
                    name,
                    IntStream.range(0, Array.getLength(value))
                            .mapToObj(i -> Array.get(value, i))
                            .iterator(),
                    depth);
        } else if (Members.areIn(value)) {
            members(name, Members.of(name, value), depth);
        } else {
            throw new SchemaViolation(
                    name,
                    "null, a boolean, a number, a string, an Instant or an enum constant, or an array, list, map or record"
                            + " of them",
                    value.getClass().getTypeName() + AttributeValue.advice(value.getClass()));
        }
    }

    private static boolean isInteger(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger;
    }

    private void array(String name, Iterator<?> elements, int depth) {
        text.append('[');
        for (int i = 0; elements.hasNext(); i++) {
            if (i > 0) {
                text.append(',');
            }
            value(name + "[" + i + "]", elements.next(), depth + 1);
        }
        text.append(']');
    }

    private void members(String name, Map<String, @Nullable Object> members, int depth) {
        char separator = '{';
        for (Map.Entry<String, @Nullable Object> member : sorted(members).entrySet()) {
            text.append(separator);
            string(member.getKey());
            text.append(':');
            value(name + "[\"" + member.getKey() + "\"]", member.getValue(), depth + 1);
            separator = ',';
        }
        text.append(members.isEmpty() ? "{}" : "}");
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int escape = ESCAPES.indexOf(c);
            if (escape >= 0 && escape % 2 == 0) {
                text.append('\\').append(ESCAPES.charAt(escape + 1));
            } else if (c < ' ' || c > '~') {
                text.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static <V extends @Nullable Object> SortedMap<String, V> sorted(Map<String, V> members) {
        SortedMap<String, V> sorted = new TreeMap<>(Json::compareCodePoints);
        sorted.putAll(members);
        return sorted;
    }

    /** Java's own order is that of UTF-16, in which U+FFFF comes after U+10000. */
    private static int compareCodePoints(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            int order = Integer.compare(one.codePointAt(i), other.codePointAt(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
