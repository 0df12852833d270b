package io.h5sink.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The text of strings in a file. HDF5 declares strings as ASCII or UTF-8, and checks neither: programs store strings in the encoding of
 * their locale, most often Latin-1.
 */
public final class StoredText {

    private StoredText() {}

    /**
     * Decodes a string.
     *
     * @param bytes the string from position to limit, both of which stay
     * @return the bytes decoded as UTF-8 or, if they are not UTF-8, as Latin-1 (ISO 8859-1), with a character for each byte
     */
    public static String decoded(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
        }
    }
}
