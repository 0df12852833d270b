package io.h5sink.schema;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Values in messages. */
final class ValueText {

    private static final int MAX_LENGTH = 60;

    private ValueText() {}

    /** A value in a message: class, and where it is short, what it holds; for arrays their extents. */
    static String of(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (Sequences.is(value)) {
            return sequence(value);
        }
        boolean plain = value instanceof Number
                || value instanceof CharSequence
                || value instanceof Enum<?>
                || value instanceof Boolean
                || value instanceof Character;
        String text = plain ? " " + value : "";
        return value.getClass().getTypeName()
                + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text);
    }

    private static String sequence(Object value) {
        Class<?> element = value.getClass();
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element.getTypeName() + extents(value);
    }

    /** The extents of nested sequences, as far as all of an axis have the same. */
    private static String extents(Object value) {
        String extent = "[" + Sequences.length(value) + "]";
        Object[] parts = value instanceof Object[] array
                ? array
                : value instanceof Collection<?> collection ? collection.toArray() : new Object[0];
        Class<?> type = value.getClass();
        boolean arrays = type.isArray() && type.getComponentType().isArray();
        boolean nested = parts.length > 0 && (arrays || Sequences.is(parts[0]));
        if (!nested) {
            return extent;
        }
        for (Object part : parts) {
            if (part == null
                    || parts[0] == null
                    || !Sequences.is(part)
                    || Sequences.length(part) != Sequences.length(parts[0])) {
                return extent + "[of unequal lengths]";
            }
        }
        return extent + extents(parts[0]);
    }
}
