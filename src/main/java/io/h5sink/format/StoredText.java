package io.h5sink.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The text that stands in a file as bytes. HDF5 knows ASCII and UTF-8, and checks neither: programs store what their locale has, most
 * often Latin-1.
 */
public final class StoredText {

    private StoredText() {}

    /**
     * Text as a reader most likely means it.
     *
     * @param bytes from position to limit, both of which stay
     * @return what the bytes are in UTF-8; if they are none, what they are in Latin-1 (ISO 8859-1), a character for each byte
     */
    public static String decoded(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException e) {
            return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
        }
    }
}
