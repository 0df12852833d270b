package io.h5sink.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of links and attributes in a file. HDF5 allows any bytes in a name. JNI, through which HDF5's Java bindings pass strings, knows
 * "modified UTF-8" only (JNI Specification, chapter 3): characters beyond U+FFFF and bytes that are not UTF-8 are garbled, and cannot be
 * passed to the C library.
 *
 * <p>A name's text is its bytes decoded as UTF-8 or, if they are not UTF-8, as Latin-1. If a group has two names with the same text, the
 * Latin-1 name has the text that Python gives it: bytes that are not UTF-8 become U+DC80 to U+DCFF ({@code surrogateescape}, PEP 383).
 */
public final class FileNames {

    private FileNames() {}

    /** Whether a name can be passed to the C library through JNI. */
    public static boolean canPass(String name) {
        return name.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    /** Whether a name that came through JNI may be garbled: JNI decodes bytes that are not modified UTF-8 as characters of one byte. */
    public static boolean mayBeGarbled(String name) {
        return name.chars().anyMatch(c -> c >= 0x80 && c <= 0xFF);
    }

    /** Whether a name may have bytes in the file that are not ASCII. */
    public static boolean isSpecial(String name) {
        return name.chars().anyMatch(c -> c >= 0x80);
    }

    /** The text of a single name. */
    public static String text(byte[] name) {
        return StoredText.decoded(ByteBuffer.wrap(name));
    }

    /** The texts of the names of one group, which are sorted by their bytes. */
    public static List<String> texts(List<byte[]> names) {
        Set<String> wellFormed = new HashSet<>();
        for (byte[] name : names) {
            if (isUtf8(name)) {
                wellFormed.add(text(name));
            }
        }
        List<String> texts = new ArrayList<>();
        for (byte[] name : names) {
            String text = text(name);
            texts.add(isUtf8(name) || !wellFormed.contains(text) ? text : escaped(text));
        }
        return texts;
    }

    private static boolean isUtf8(byte[] name) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String escaped(String latin) {
        StringBuilder text = new StringBuilder();
        latin.chars().forEach(c -> text.append((char) (c < 0x80 ? c : 0xDC00 + c)));
        return text.toString();
    }

    /** The text of a name from which {@link #bytes} makes the same bytes: bytes of a name that is not UTF-8 become U+DC80 to U+DCFF. */
    public static String exact(byte[] name) {
        return isUtf8(name)
                ? text(name)
                : escaped(StandardCharsets.ISO_8859_1
                        .decode(ByteBuffer.wrap(name))
                        .toString());
    }

    /** The bytes of a name: UTF-8, but for characters from U+DC80 to U+DCFF, which stand for a byte. */
    public static byte[] bytes(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        name.codePoints().forEach(c -> {
            if (c >= 0xDC80 && c <= 0xDCFF) {
                bytes.write(c - 0xDC00);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
