package io.h5sink.format.message;

import io.h5sink.format.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A data layout message, which says how a dataset's elements are stored: HDF5 File Format Specification 3.0, section IV.A.2.i.
 *
 * @param version the message's version; version 4 adds chunk indexes
 * @param kind one of the layout classes below, or another
 * @param rest the bytes behind version and class; for chunks of versions 1 and 2, rearranged as in version 3
 */
public record DataLayout(int version, int kind, ByteBuffer rest) {

    public static final int COMPACT = 0;
    public static final int CONTIGUOUS = 1;
    public static final int CHUNKED = 2;

    private static final int FIRST_OF_NOW = 3;

    /** The layout message in a dataset's header. */
    public static DataLayout of(ObjectHeader header) {
        ObjectHeader.Message message = header.first(ObjectHeader.LAYOUT);
        if (message == null) {
            throw new FormatException("the header of a dataset tells no layout");
        }
        ByteBuffer from = message.open().order(ByteOrder.LITTLE_ENDIAN);
        int version = from.get();
        if (version >= FIRST_OF_NOW) {
            int kind = from.get();
            return new DataLayout(version, kind, from.slice().order(ByteOrder.LITTLE_ENDIAN));
        }
        int rank = from.get();
        int kind = from.get();
        from.position(from.position() + 5 + (kind == COMPACT ? Integer.BYTES * rank : kind == CHUNKED ? -1 : 0));
        return new DataLayout(version, kind, from.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The elements of a compact dataset. */
    public ByteBuffer compact() {
        ByteBuffer from = fromStart();
        int size = version < FIRST_OF_NOW ? from.getInt() : Short.toUnsignedInt(from.getShort());
        return from.slice(from.position(), size);
    }

    /** The bytes behind version and class, from their start. */
    public ByteBuffer fromStart() {
        return rest.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
