package io.h5sink.format.message;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An attribute message, type 0x000C: HDF5 File Format Specification 3.0, section IV.A.2.m. Objects with few attributes have one message for
 * each; otherwise the same bytes are in a fractal heap.
 *
 * @param flags whether the datatype or the dataspace is a reference to a shared message
 * @param name the undecoded bytes of the name, without the NUL at their end
 * @param utf8 whether the name is marked as UTF-8, not ASCII
 * @param type the encoded datatype, in a buffer that starts at position 0
 * @param space the encoded dataspace, in a buffer that starts at position 0
 * @param data the value, in a buffer that starts at position 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AttributeMessage(
        int flags, byte[] name, boolean utf8, ByteBuffer type, ByteBuffer space, ByteBuffer data) {

    private static final int SHARED_TYPE = 1;
    private static final int SHARED_SPACE = 2;
    private static final int PADDED_VERSION = 1;
    private static final int VERSION = 3;

    /** An attribute of this library: the name is UTF-8, and nothing is shared. */
    public static AttributeMessage of(byte[] name, ByteBuffer type, Dataspace space, ByteBuffer data) {
        FormatOutput encoded = new FormatOutput();
        space.encode(encoded);
        return new AttributeMessage(0, name, true, type, encoded.toBuffer(), data);
    }

    /** Whether a message has a version that {@link #decode} knows; the C library does not read others either. */
    public static boolean isKnown(ByteBuffer message) {
        int version = message.get(0);
        return version >= PADDED_VERSION && version <= VERSION;
    }

    /** Decodes version 1 to 3. Version 1 pads each part to a multiple of 8 bytes. */
    public static AttributeMessage decode(ByteBuffer from) {
        int version = from.get();
        int flags = from.get();
        int nameBytes = Short.toUnsignedInt(from.getShort());
        int typeBytes = Short.toUnsignedInt(from.getShort());
        int spaceBytes = Short.toUnsignedInt(from.getShort());
        if (version < PADDED_VERSION || version > VERSION) {
            throw new FormatException("an attribute has version " + version);
        }
        boolean padded = version == PADDED_VERSION;
        boolean utf8 = version == VERSION && from.get() == 1;
        ByteBuffer name = part(from, nameBytes, padded);
        if (nameBytes == 0 || name.get(nameBytes - 1) != 0) {
            throw new FormatException("the name of an attribute does not end");
        }
        byte[] text = new byte[nameBytes];
        name.get(text);
        int end = 0;
        while (text[end] != 0) {
            end++;
        }
        ByteBuffer type = part(from, typeBytes, padded);
        ByteBuffer space = part(from, spaceBytes, padded);
        ByteBuffer data = from.slice().order(ByteOrder.LITTLE_ENDIAN);
        return new AttributeMessage(padded ? 0 : flags, Arrays.copyOf(text, end), utf8, type, space, data);
    }

    private static ByteBuffer part(ByteBuffer from, int length, boolean padded) {
        int whole = padded ? (length + 7) / 8 * 8 : length;
        ByteBuffer part = from.slice(from.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        from.position(Math.min(from.limit(), from.position() + whole));
        return part;
    }

    /** Encodes version 3, as the C library does in files for HDF5 1.8 and later. */
    public void encode(FormatOutput out) {
        out.int8(VERSION)
                .int8(flags)
                .int16(name.length + 1)
                .int16(type.limit())
                .int16(space.limit())
                .int8(utf8 ? 1 : 0)
                .bytes(name)
                .int8(0)
                .bytes(type.duplicate().rewind())
                .bytes(space.duplicate().rewind())
                .bytes(data.duplicate().rewind());
    }

    /** Whether the datatype is a reference to a shared message. */
    public boolean sharesType() {
        return (flags & SHARED_TYPE) != 0;
    }

    /** Whether the dataspace is a reference to a shared message. */
    public boolean sharesSpace() {
        return (flags & SHARED_SPACE) != 0;
    }

    /** The same attribute with another value. */
    public AttributeMessage with(ByteBuffer newData) {
        return new AttributeMessage(flags, name, utf8, type, space, newData);
    }
}
