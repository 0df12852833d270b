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

    /** Reads an address; {@link Superblock#UNDEFINED} for an undefined one. */
    public long address(ByteBuffer from) {
        long value = FormatInput.number(from, addressBytes);
        return addressBytes < Long.BYTES && value == (1L << (8 * addressBytes)) - 1 ? Superblock.UNDEFINED : value;
    }

    /** Reads a length; throws if the length is negative. */
    public long length(ByteBuffer from) {
        long value = FormatInput.number(from, lengthBytes);
        if (value < 0) {
            throw new FormatException("a length is " + Long.toUnsignedString(value));
        }
        return value;
    }

    /** An output whose addresses and lengths have these sizes. */
    public FormatOutput output() {
        return new FormatOutput(this);
    }
}
