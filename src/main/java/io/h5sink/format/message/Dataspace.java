package io.h5sink.format.message;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import java.nio.ByteBuffer;

/**
 * A dataspace message: HDF5 File Format Specification 3.0, section IV.A.2.b.
 *
 * @param rank the number of axes
 * @param elements the number of elements; {@link Long#MAX_VALUE} if there are more
 * @param first the extent of the first axis; 1 for a scalar
 */
public record Dataspace(int rank, long elements, long first) {

    static final int MOST_AXES = 32;
    private static final int NULL = 2;

    public static Dataspace read(ByteBuffer from, FormatInput bytes) {
        int version = from.get();
        int rank = Byte.toUnsignedInt(from.get());
        int flags = from.get();
        int kind = from.get();
        from.position(from.position() + (version == 1 ? 4 : 0));
        if (rank > MOST_AXES) {
            throw new FormatException("a shape has " + rank + " axes");
        }
        long elements = version == 2 && kind == NULL ? 0 : 1;
        long first = 1;
        for (int i = 0; i < rank; i++) {
            long length = bytes.length(from);
            first = i == 0 ? length : first;
            elements = length > 0 && elements > Long.MAX_VALUE / length ? Long.MAX_VALUE : elements * length;
        }
        from.position(from.position() + ((flags & 1) != 0 ? rank * bytes.lengthBytes() : 0));
        return new Dataspace(rank, elements, first);
    }
}
