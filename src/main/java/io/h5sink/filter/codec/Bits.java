package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/** Takes numbers of any width off a row of bytes, the most significant bit first, as HDF5's filters 5 and 6 pack them. */
final class Bits {

    private final ByteBuffer from;

    /** The bits that were read last, of which the lowest {@link #left} were not taken yet. */
    private long window;

    private int left;

    /** Reads from a buffer's position on, which moves. The caller ensures that the buffer has enough bytes. */
    Bits(ByteBuffer from) {
        this.from = from;
    }

    /** The next so many bits, 0 to 64. */
    long next(int bits) {
        if (bits > Integer.SIZE) {
            long high = next(bits - Integer.SIZE);
            return (high << Integer.SIZE) | next(Integer.SIZE);
        }
        while (left < bits) {
            window = window << Byte.SIZE | (from.get() & 0xFF);
            left += Byte.SIZE;
        }
        left -= bits;
        return window >>> left & ((1L << bits) - 1);
    }
}
