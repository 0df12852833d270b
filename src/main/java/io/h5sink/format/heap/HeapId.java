package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;

/**
 * The pointer to an object in a fractal heap: HDF5 File Format Specification 3.0, section III.G.
 *
 * @param kind where the object is
 * @param at the offset in the heap of a managed object; the address of a huge object, or its number if {@code length} is 0
 * @param length the size of a managed or tiny object, or of a huge object whose address is known
 * @param tiny the position in the heap ID of the bytes of a tiny object
 */
record HeapId(Kind kind, long at, long length, int tiny) {

    /** Where an object is; in the order of the codes. */
    enum Kind {
        /** In a direct block. */
        MANAGED(0),
        /** Somewhere else in the file. */
        HUGE(0x10),
        /** In the heap ID. */
        TINY(0x20),
        /** Not defined by the format. */
        UNKNOWN(0x30);

        /** The first byte of a heap ID, without a length. */
        final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    private static final int KIND_SHIFT = 4;

    /** The longest tiny objects whose length lies in the first byte of the heap ID. */
    private static final int SHORT_TINY = 16;

    /** Decodes a heap ID; the buffer's position is then undefined. */
    static HeapId decode(ByteBuffer from, FractalHeapHeader header) {
        int start = from.position();
        int first = from.get();
        Kind kind = Kind.values()[(first >> KIND_SHIFT) & 3];
        return switch (kind) {
            case MANAGED ->
                new HeapId(
                        kind,
                        FieldSizes.number(from, header.table.offsetBytes()),
                        FieldSizes.number(from, header.lengthBytes()),
                        0);
            case HUGE ->
                header.hugeDirectly()
                        ? new HeapId(kind, header.sizes.address(from), header.sizes.length(from), 0)
                        : new HeapId(kind, FieldSizes.number(from, header.hugeNumberBytes()), 0, 0);
            case TINY -> {
                int low = first & 0x0F;
                boolean isShort = header.idBytes - 1 <= SHORT_TINY;
                int length = (isShort ? low : (low << 8) | Byte.toUnsignedInt(from.get())) + 1;
                yield new HeapId(kind, 0, length, start + (isShort ? 1 : 2));
            }
            case UNKNOWN -> new HeapId(kind, 0, 0, 0);
        };
    }

    static byte[] managed(FractalHeapHeader header, long offset, int length) {
        return padded(
                header,
                new FormatOutput(header.sizes)
                        .int8(Kind.MANAGED.code)
                        .number(offset, header.table.offsetBytes())
                        .number(length, header.lengthBytes()));
    }

    static byte[] huge(FractalHeapHeader header, long number) {
        return padded(
                header, new FormatOutput(header.sizes).int8(Kind.HUGE.code).number(number, header.hugeNumberBytes()));
    }

    /** The heap ID with an object that is shorter than the heap ID and has at most 16 bytes. */
    static byte[] tiny(FractalHeapHeader header, ByteBuffer object) {
        int last = object.remaining() - 1;
        FormatOutput out = new FormatOutput(header.sizes);
        if (header.idBytes - 1 <= SHORT_TINY) {
            out.int8(Kind.TINY.code | last);
        } else {
            out.int8(Kind.TINY.code | (last >> 8)).int8(last);
        }
        return padded(header, out.bytes(object));
    }

    private static byte[] padded(FractalHeapHeader header, FormatOutput out) {
        return out.zeros(header.idBytes - out.size()).toBuffer().array();
    }
}
