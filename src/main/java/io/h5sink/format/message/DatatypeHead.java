package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;

/**
 * The first 8 bytes of a datatype message, which all classes of types have: HDF5 File Format Specification 3.0, section IV.A.2.d.
 *
 * @param version the version of the message
 * @param typeClass the number of the class
 * @param bits the class's bit field, of 3 bytes
 * @param size the size of an element, in bytes
 */
record DatatypeHead(int version, int typeClass, int bits, long size) {

    static final int LATEST = 5;
    private static final int BIT_FIELD_BYTES = 3;

    static DatatypeHead decode(ByteBuffer from) {
        int first = Byte.toUnsignedInt(from.get());
        int bits = (int) FieldSizes.number(from, BIT_FIELD_BYTES);
        long size = Integer.toUnsignedLong(from.getInt());
        int version = first >> 4;
        if (size == 0) {
            throw new FormatException("a type has no size");
        }
        if (version == 0 || version > LATEST) {
            throw new FormatException("a type has version " + version);
        }
        return new DatatypeHead(version, first & 0x0F, bits, size);
    }

    void encode(FormatOutput out) {
        out.int8(version << 4 | typeClass).number(bits, BIT_FIELD_BYTES).int32((int) size);
    }

    /** Whether a bit of the bit field is set. */
    boolean bit(int number) {
        return (bits >> number & 1) != 0;
    }

    /** The value of some of the bit field's bits. */
    int bits(int first, int count) {
        return bits >> first & (1 << count) - 1;
    }
}
