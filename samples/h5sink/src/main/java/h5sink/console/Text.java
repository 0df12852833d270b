package h5sink.console;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** Values as text. */
public final class Text {

    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    private Text() {}

    /** As JSON; numbers that JSON has not got are as Python writes them. */
    public static String json(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return String.valueOf(value);
        }
        if (value instanceof Map<?, ?> map) {
            StringJoiner members = new StringJoiner(",", "{", "}");
            map.forEach((name, member) -> members.add(quoted(String.valueOf(name)) + ":" + json(member)));
            return members.toString();
        }
        if (value instanceof List<?> || value.getClass().isArray()) {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            elements(value).forEach(element -> elements.add(json(element)));
            return elements.toString();
        }
        return quoted(String.valueOf(value));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /** For people: a string without quotes, with nothing that a terminal would obey. */
    public static String plain(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Map<?, ?>
                || value instanceof List<?>
                || value.getClass().isArray()) {
            return json(value);
        }
        String text = value.toString();
        if (text.chars().noneMatch(c -> c < ' ' || c == 0x7f)) {
            return text;
        }
        String quoted = quoted(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    public static List<Object> elements(Object arrayOrList) {
        if (arrayOrList instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(arrayOrList); i++) {
            elements.add(Array.get(arrayOrList, i));
        }
        return elements;
    }

    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** A shape as NumPy writes it. */
    public static String shape(List<Long> shape) {
        StringJoiner extents = new StringJoiner(", ", "(", shape.size() == 1 ? ",)" : ")");
        shape.forEach(extent -> extents.add(extent.toString()));
        return extents.toString();
    }

    public static String count(long count, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", count, one, count == 1 ? "" : "s");
    }
}
