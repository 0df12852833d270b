package io.h5sink.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names as they stand in a file. HDF5 takes any bytes for a name. JNI, by which its Java bindings give and take strings, knows "modified
 * UTF-8" only (JNI Specification, chapter 3): what is beyond U+FFFF and what is no UTF-8 comes garbled, and cannot be passed on.
 *
 * <p>A name is the text that its bytes are in UTF-8, or else in Latin-1. Where a group has both, the one in Latin-1 is what Python makes of
 * it: bytes that are no UTF-8 as U+DC80 to U+DCFF ({@code surrogateescape}, PEP 383).
 */
public final class FileNames {

    private FileNames() {}

    /** Whether a binding can be given a name. */
    public static boolean canPass(String name) {
        return name.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    /** Whether a binding that gave a name may have garbled it: it takes what it does not know for characters of one byte. */
    public static boolean mayBeGarbled(String name) {
        return name.chars().anyMatch(c -> c >= 0x80 && c <= 0xFF);
    }

    /** Whether a name of the file may have other bytes than those of ASCII. */
    public static boolean isSpecial(String name) {
        return name.chars().anyMatch(c -> c >= 0x80);
    }

    /** The text that a single name is. */
    public static String text(byte[] name) {
        return StoredText.decoded(ByteBuffer.wrap(name));
    }

    /** The texts of names that belong together, which are sorted by their bytes. */
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
}
