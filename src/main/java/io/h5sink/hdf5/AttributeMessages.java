package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.message.ObjectHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The names and types of an object's attributes as they are in the file: the HDF5 File Format Specification 3.0, section IV.A.2.m. */
public final class AttributeMessages {

    /** The last class of types, and the last version of how they are written, that HDF5 knew before 2.0; its 1.14 crashes over others. */
    private static final int LAST_CLASS = 10;

    private static final int LAST_VERSION = 4;

    /**
     * An attribute.
     *
     * @param name of any bytes
     * @param typeVersion how the type is written; 0 if that is elsewhere
     * @param typeClass what it is
     */
    public record Stored(String name, int typeVersion, int typeClass) {

        /** Whether the C library may look at it. */
        public boolean isKnown() {
            return typeVersion <= LAST_VERSION && typeClass <= LAST_CLASS;
        }

        /** The type, in words. */
        public String type() {
            return "H5T class " + typeClass + " of version " + typeVersion;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record RawAttribute(byte[] name, int type) {}

    private AttributeMessages() {}

    /**
     * Reads what attributes an object has.
     *
     * @return by name, in the order of HDF5, that of bytes; without those that are in a heap of shared messages
     * @throws FormatException if they cannot be read
     */
    public static List<Stored> of(FormatInput bytes, ObjectHeader header) {
        List<RawAttribute> found = new ArrayList<>();
        for (ObjectHeader.Message message : header.messages()) {
            if (message.type() == ObjectHeader.ATTRIBUTE && !message.shared()) {
                found.add(attribute(message.open()));
            } else if (message.type() == ObjectHeader.ATTRIBUTE_INFO) {
                DenseStorage.attributes(bytes, message.open(), content -> found.add(attribute(content)));
            }
        }
        found.sort((one, other) -> Arrays.compareUnsigned(one.name, other.name));
        List<String> names =
                FileNames.texts(found.stream().map(RawAttribute::name).toList());
        List<Stored> stored = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            int type = found.get(i).type;
            stored.add(new Stored(names.get(i), type >> 4, type & 0x0F));
        }
        return stored;
    }

    private static RawAttribute attribute(ByteBuffer from) {
        int version = from.get();
        int flags = from.get();
        int length = Short.toUnsignedInt(from.getShort());
        from.position(from.position() + 4 + (version == 3 ? 1 : 0));
        if (length < 1 || length > from.remaining()) {
            throw new FormatException("the name of an attribute has " + length + " bytes");
        }
        byte[] name = new byte[length - 1];
        from.get(name);
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        boolean elsewhere = version > 1 && (flags & 1) != 0;
        int type = from.position() + 1 + (version == 1 ? (8 - length % 8) % 8 : 0);
        return new RawAttribute(Arrays.copyOf(name, end), elsewhere ? 0 : Byte.toUnsignedInt(from.get(type)));
    }
}
