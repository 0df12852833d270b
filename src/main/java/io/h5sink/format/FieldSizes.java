package io.h5sink.format;

import java.nio.ByteBuffer;

/**
 * The sizes of the addresses and lengths in a file's structure, which the superblock gives as the size of offsets and the size of lengths.
 *
 * @param addressBytes the size of an address, in bytes
 * @param lengthBytes the size of a length, in bytes
 */
public record FieldSizes(int addressBytes, int lengthBytes) {

    /** The sizes in files that this library makes. */
    public static final FieldSizes WIDE = new FieldSizes(Long.BYTES, Long.BYTES);

    /** Reads an unsigned integer of this many bytes. */
    public static long number(ByteBuffer from, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= Byte.toUnsignedLong(from.get()) << (8 * i);
        }
        return value;
    }

    /** Sets an unsigned integer of this many bytes. */
    public static void put(ByteBuffer to, int at, int bytes, long value) {
        for (int i = 0; i < bytes; i++) {
            to.put(at + i, (byte) (value >>> (8 * i)));
        }
    }

    /** Reads an address; {@link Superblock#UNDEFINED} for an undefined one. */
    public long address(ByteBuffer from) {
        long value = number(from, addressBytes);
        return addressBytes < Long.BYTES && value == (1L << (8 * addressBytes)) - 1 ? Superblock.UNDEFINED : value;
    }

    /** Reads a length; throws if the length is negative. */
    public long length(ByteBuffer from) {
        long value = number(from, lengthBytes);
        if (value < 0) {
            throw new FormatException("a length is " + Long.toUnsignedString(value));
        }
        return value;
    }
}
