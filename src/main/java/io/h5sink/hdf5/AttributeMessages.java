package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.message.AttributeMessage;
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

    private AttributeMessages() {}

    /**
     * Reads the attributes of an object.
     *
     * @return the attributes in HDF5's order of names, which is that of bytes; without attributes in a shared message heap, and without
     *     attributes of an unknown version, which the C library does not read either
     * @throws FormatException if they cannot be read
     */
    public static List<Stored> of(FormatInput bytes, ObjectHeader header) {
        List<AttributeMessage> found = new ArrayList<>();
        for (ObjectHeader.Message message : header.messages()) {
            if (message.type() == ObjectHeader.ATTRIBUTE && !message.shared()) {
                add(message.open(), found);
            } else if (message.type() == ObjectHeader.ATTRIBUTE_INFO) {
                DenseStorage.attributes(bytes, message.open(), content -> add(content, found));
            }
        }
        found.sort((one, other) -> Arrays.compareUnsigned(one.name(), other.name()));
        List<String> names =
                FileNames.texts(found.stream().map(AttributeMessage::name).toList());
        List<Stored> stored = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            AttributeMessage attribute = found.get(i);
            int type = attribute.sharesType()
                    ? 0
                    : Byte.toUnsignedInt(attribute.type().get(0));
            stored.add(new Stored(names.get(i), type >> 4, type & 0x0F));
        }
        return stored;
    }

    private static void add(ByteBuffer message, List<AttributeMessage> found) {
        if (AttributeMessage.isKnown(message)) {
            found.add(AttributeMessage.decode(message));
        }
    }
}
