package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
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
    /** The latest version. */
    public static final int VERSION = 4;

    /** The code of a single chunk, which has no index. */
    private static final int SINGLE = 1;

    /** The flag of a single chunk that goes through filters. */
    private static final int SINGLE_FILTERED = 2;

    /** The code of an extensible array as chunk index. */
    private static final int EXTENSIBLE_ARRAY = 4;

    /** The layout of a dataset whose elements are in the message. */
    public static DataLayout compact(ByteBuffer elements) {
        FormatOutput out = new FormatOutput().int16(elements.remaining()).bytes(elements);
        return new DataLayout(VERSION, COMPACT, out.toBuffer());
    }

    /** The layout of a dataset whose elements are one block. */
    public static DataLayout contiguous(long address, long bytes) {
        FormatOutput out = new FormatOutput().address(address).length(bytes);
        return new DataLayout(VERSION, CONTIGUOUS, out.toBuffer());
    }

    /**
     * The layout of a dataset whose chunks are in an extensible array, with HDF5's usual parameters. HDF5 2.0 refuses a width of the
     * dimensions that is not the least possible.
     *
     * @param chunk the shape of a chunk
     * @param elementBytes the size of an element
     * @param parameters the parameters of the array, in the order of the message
     * @param index the address of the array; {@link io.h5sink.format.Superblock#UNDEFINED} before the first chunk
     */
    public static DataLayout extensibleArray(long[] chunk, long elementBytes, int[] parameters, long index) {
        long largest = elementBytes;
        for (long length : chunk) {
            largest = Math.max(largest, length);
        }
        int width = (Long.SIZE - Long.numberOfLeadingZeros(largest) + 7) / 8;
        FormatOutput out = new FormatOutput().int8(0).int8(chunk.length + 1).int8(width);
        for (long length : chunk) {
            out.number(length, width);
        }
        out.number(elementBytes, width).int8(EXTENSIBLE_ARRAY);
        for (int parameter : parameters) {
            out.int8(parameter);
        }
        return new DataLayout(VERSION, CHUNKED, out.address(index).toBuffer());
    }

    /**
     * The layout of a dataset of bytes along one axis, which are a single chunk that goes through filters.
     *
     * @param bytes the number of bytes, and the extent of the chunk
     * @param stored the size of the stored chunk; 0 if the chunk is not there
     * @param address the address of the chunk; {@link io.h5sink.format.Superblock#UNDEFINED} if the chunk is not there
     */
    public static DataLayout singleChunk(long bytes, long stored, long address) {
        int width = (Long.SIZE - Long.numberOfLeadingZeros(bytes) + 7) / 8;
        FormatOutput out = new FormatOutput()
                .int8(SINGLE_FILTERED)
                .int8(2)
                .int8(width)
                .number(bytes, width)
                .number(1, width)
                .int8(SINGLE)
                .length(stored)
                .int32(0)
                .address(address);
        return new DataLayout(VERSION, CHUNKED, out.toBuffer());
    }

    /** Encodes the version that was decoded, or version 4. */
    public void encode(FormatOutput out) {
        out.int8(version).int8(kind).bytes(fromStart());
    }

    /** The layout message in a dataset's header. */
    public static DataLayout of(ObjectHeader header) {
        ObjectHeader.Message message = header.first(ObjectHeader.LAYOUT);
        if (message == null) {
            throw new FormatException("the header of a dataset has no layout message");
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

    /**
     * The shape of a chunk.
     *
     * @param rank the number of axes of the dataset
     */
    public long[] chunk(int rank) {
        ByteBuffer from = fromStart();
        int width = Integer.BYTES;
        if (version >= VERSION) {
            from.get();
        }
        int axes = from.get();
        if (version >= VERSION) {
            width = from.get();
        } else {
            from.position(from.position() + Long.BYTES); // the address of the index
        }
        if (axes != rank + 1 || width < 1 || width > Long.BYTES) {
            throw new FormatException("chunks have " + (axes - 1) + " axes, where the dataset has " + rank);
        }
        long[] chunk = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            chunk[axis] = FieldSizes.number(from, width);
        }
        return chunk;
    }

    /** The bytes behind version and class, from their start. */
    public ByteBuffer fromStart() {
        return rest.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
