package io.h5sink.schema;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 that HDF5 can hold in a string of variable length: no NUL, no unpaired surrogate. */
final class Utf8 {

    private Utf8() {}

    /** Encodes a string as C ends it. */
    static byte[] terminated(String column, String text) {
        byte[] utf8 = encode(column, text);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }

    /**
     * Encodes a string.
     *
     * @throws SchemaViolation if a C string could not give it back
     */
    static byte[] encode(String column, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new SchemaViolation(column, "a string without NUL", "NUL at index " + i);
            }
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    throw new SchemaViolation(column, "well-formed UTF-16", "an unpaired surrogate at index " + i);
                }
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
