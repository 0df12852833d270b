package io.h5sink.schema;

import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values in messages. */
final class ValueText {

    private ValueText() {}

    /** A value in a message: class and, where it is short, what it holds. */
    static String of(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        Class<?> type = value.getClass();
        if (!type.isArray()) {
            boolean plain = value instanceof Number
                    || value instanceof CharSequence
                    || value instanceof Enum<?>
                    || value instanceof Boolean
                    || value instanceof Character;
            String text = plain ? " " + value : "";
            return type.getTypeName() + (text.length() > 60 ? text.substring(0, 60) + "…" : text);
        }
        int length = Array.getLength(value);
        if (!type.getComponentType().isArray()) {
            return type.getComponentType().getTypeName() + "[" + length + "]";
        }
        int[] widths = Arrays.stream((Object[]) value)
                .mapToInt(row -> row == null ? -1 : Array.getLength(row))
                .distinct()
                .toArray();
        String width = widths.length == 1 && widths[0] >= 0 ? "" + widths[0] : "of unequal lengths";
        return type.getComponentType().getComponentType().getTypeName() + "[" + length + "]["
                + (length == 0 ? "" : width) + "]";
    }
}
