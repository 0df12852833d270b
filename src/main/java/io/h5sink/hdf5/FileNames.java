package io.h5sink.hdf5;

import io.h5sink.hdf5.StructureHeader.Message;
import io.h5sink.schema.StoredText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
final class FileNames {

    private FileNames() {}

    /** Whether a binding can be given a name. */
    static boolean canPass(String name) {
        return name.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    /** Whether a binding that gave a name may have garbled it: it takes what it does not know for characters of one byte. */
    static boolean mayBeGarbled(String name) {
        return name.chars().anyMatch(c -> c >= 0x80 && c <= 0xFF);
    }

    /** Whether a name of the file may have other bytes than those of ASCII. */
    static boolean isSpecial(String name) {
        return name.chars().anyMatch(c -> c >= 0x80);
    }

    /** The text that a single name is. */
    static String text(byte[] name) {
        return StoredText.decoded(ByteBuffer.wrap(name));
    }

    /** The names of a group's links, in the order of their bytes, in which HDF5 numbers them by name. */
    static List<String> links(StructureBytes bytes, long header) {
        List<byte[]> names = new ArrayList<>();
        for (Message message : StructureHeader.read(bytes, header).messages()) {
            switch (message.type()) {
                case StructureHeader.SYMBOL_TABLE -> StructureNames.list(bytes, message.open(), names::add);
                case StructureHeader.LINK -> names.add(link(message.open()));
                case StructureHeader.LINK_INFO ->
                    StructureDense.links(bytes, message.open(), from -> names.add(link(from)));
                default -> {
                    // no link
                }
            }
        }
        return texts(names);
    }

    private static byte[] link(ByteBuffer from) {
        from.get();
        int flags = from.get();
        int before = ((flags & 8) != 0 ? 1 : 0) + ((flags & 4) != 0 ? Long.BYTES : 0) + ((flags & 0x10) != 0 ? 1 : 0);
        from.position(from.position() + before);
        byte[] name = new byte[(int) StructureBytes.number(from, 1 << (flags & 3))];
        from.get(name);
        return name;
    }

    /** The names of an object's attributes, in the order of their bytes. */
    static List<String> attributes(StructureBytes bytes, long header) {
        List<byte[]> names = new ArrayList<>();
        for (Message message : StructureHeader.read(bytes, header).messages()) {
            if (message.type() == StructureHeader.ATTRIBUTE && !message.shared()) {
                names.add(attribute(message.open()));
            } else if (message.type() == StructureHeader.ATTRIBUTE_INFO) {
                StructureDense.attributes(bytes, message.open(), from -> names.add(attribute(from)));
            }
        }
        return texts(names);
    }

    private static byte[] attribute(ByteBuffer from) {
        int version = from.get();
        byte[] name = new byte[Short.toUnsignedInt(from.getShort(2)) - 1];
        from.get(version >= 3 ? 9 : 8, name);
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        return Arrays.copyOf(name, end);
    }

    private static List<String> texts(List<byte[]> names) {
        names.sort(Arrays::compareUnsigned);
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
