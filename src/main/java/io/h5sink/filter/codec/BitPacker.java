package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/** Adds numbers of any width to a row of bytes, the most significant bit first, as {@link Bits} takes them off. */
final class BitPacker {

    private final ByteBuffer to;

    /** The bits that were added last, of which the lowest {@link #waiting} are not in the buffer yet. */
    private long window;

    private int waiting;

    /** Writes from a buffer's position on, which moves. The caller ensures that the buffer has enough space. */
    BitPacker(ByteBuffer to) {
        this.to = to;
    }

    /** Adds the lowest bits of a number, 0 to 64 of them. */
    void add(long number, int bits) {
        if (bits > Integer.SIZE) {
            add(number >>> Integer.SIZE, bits - Integer.SIZE);
            add(number, Integer.SIZE);
            return;
        }
        window = window << bits | (number & ((1L << bits) - 1));
        waiting += bits;
        while (waiting >= Byte.SIZE) {
            waiting -= Byte.SIZE;
            to.put((byte) (window >>> waiting));
        }
    }

    /** Puts the last bits, zeros behind them, into one more byte; HDF5 adds that byte also if no bits are left. */
    void finish() {
        to.put((byte) (window << (Byte.SIZE - waiting)));
    }
}
