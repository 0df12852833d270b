package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A dataspace message, type 0x0001: HDF5 File Format Specification 3.0, section IV.A.2.b.
 *
 * @param kind whether there is an array of elements, one element or none
 * @param dimensions the extent of each axis
 * @param maxDimensions the largest extent of each axis; {@link #UNLIMITED} without a limit
 */
public record Dataspace(Kind kind, List<Long> dimensions, List<Long> maxDimensions) {

    /** The kind of a dataspace. */
    public enum Kind {
        /** One element. */
        SCALAR(0),
        /** An array of elements. */
        SIMPLE(1),
        /** No element. */
        NULL(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** The largest extent of an axis without a limit. */
    public static final long UNLIMITED = -1;

    static final int MOST_AXES = 32;
    private static final int WITH_MAXIMA = 1;

    /** The dataspace of a scalar. */
    public static Dataspace scalar() {
        return new Dataspace(Kind.SCALAR, List.of(), List.of());
    }

    /** The dataspace of an array that never grows; of a scalar without axes. */
    public static Dataspace fixed(List<Long> dimensions) {
        return dimensions.isEmpty() ? scalar() : new Dataspace(Kind.SIMPLE, dimensions, dimensions);
    }

    /** The dataspace of an array that grows along its first axis only. */
    public static Dataspace growing(List<Long> dimensions) {
        List<Long> most = new ArrayList<>(dimensions);
        most.set(0, UNLIMITED);
        return new Dataspace(Kind.SIMPLE, dimensions, most);
    }

    /** Decodes version 1 or 2, and sets the buffer's position to the end of the dataspace. */
    public static Dataspace decode(ByteBuffer from, FormatInput in) {
        int version = from.get();
        int rank = Byte.toUnsignedInt(from.get());
        int flags = from.get();
        int code = from.get();
        from.position(from.position() + (version == 1 ? 4 : 0));
        if (rank > MOST_AXES) {
            throw new FormatException("a shape has " + rank + " axes");
        }
        if (version == 2 && (code < 0 || code > Kind.NULL.code)) {
            throw new FormatException("a dataspace is of kind " + code);
        }
        List<Long> dimensions = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            dimensions.add(in.length(from));
        }
        List<Long> most = (flags & WITH_MAXIMA) == 0 ? dimensions : new ArrayList<>();
        for (int i = 0; most != dimensions && i < rank; i++) {
            most.add(maximum(from, in.lengthBytes()));
        }
        Kind array = rank == 0 ? Kind.SCALAR : Kind.SIMPLE;
        Kind kind = version != 1 && code == Kind.NULL.code ? Kind.NULL : array;
        return new Dataspace(kind, List.copyOf(dimensions), List.copyOf(most));
    }

    private static long maximum(ByteBuffer from, int width) {
        long value = FieldSizes.number(from, width);
        return width < Long.BYTES && value == (1L << (8 * width)) - 1 ? UNLIMITED : value;
    }

    /** Encodes version 2. Maxima are stored of each array, also of one that never grows, as HDF5 does. */
    public void encode(FormatOutput out) {
        boolean maxima = !maxDimensions.isEmpty();
        out.int8(2).int8(dimensions.size()).int8(maxima ? WITH_MAXIMA : 0).int8(kind.code);
        dimensions.forEach(out::length);
        if (maxima) {
            maxDimensions.forEach(out::length);
        }
    }

    /** The number of axes. */
    public int rank() {
        return dimensions.size();
    }

    /** The number of elements; {@link Long#MAX_VALUE} if there are more. */
    public long elements() {
        long elements = kind == Kind.NULL ? 0 : 1;
        for (long length : dimensions) {
            elements = length > 0 && elements > Long.MAX_VALUE / length ? Long.MAX_VALUE : elements * length;
        }
        return elements;
    }

    /** The extent of the first axis; 1 for a scalar. */
    public long first() {
        return dimensions.isEmpty() ? 1 : dimensions.get(0);
    }
}
