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

/** The names and types of an object's attributes, read from attribute messages: HDF5 File Format Specification 3.0, section IV.A.2.m. */
public final class AttributeMessages {

    /**
     * The last class of datatypes, and the last version of datatype messages, that HDF5 knew before 2.0; HDF5 1.14 crashes on later ones.
     */
    private static final int LAST_CLASS = 10;

    private static final int LAST_VERSION = 4;

    /**
     * An attribute.
     *
     * @param name the name; HDF5 allows any bytes in a name
     * @param typeVersion the version of the datatype message; 0 if the message is shared
     * @param typeClass the class of the datatype
     */
    public record Stored(String name, int typeVersion, int typeClass) {

        /** Whether the C library can open the attribute without crashing. */
        public boolean isKnown() {
            return typeVersion <= LAST_VERSION && typeClass <= LAST_CLASS;
        }

        /** The datatype, in words. */
        public String type() {
            return "H5T class " + typeClass + " of version " + typeVersion;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record RawAttribute(byte[] name, int type) {}

    private AttributeMessages() {}

    /**
     * Reads the attributes of an object.
     *
     * @return the attributes in HDF5's order of names, which is that of bytes; without attributes in a shared message heap
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
