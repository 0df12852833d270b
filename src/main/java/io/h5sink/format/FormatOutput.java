package io.h5sink.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a structure that is being encoded, little-endian, with the sizes that the file's superblock gives addresses and lengths.
 * Grows as needed. One thread at a time.
 */
public final class FormatOutput {

    private static final int FIRST_BYTES = 128;

    private final FieldSizes sizes;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** An output with addresses and lengths of 8 bytes, as this library makes files. */
    public FormatOutput() {
        this(FieldSizes.WIDE);
    }

    /** An output with the sizes of an existing file. */
    public FormatOutput(FieldSizes sizes) {
        this.sizes = sizes;
    }

    /** The number of bytes so far. */
    public int size() {
        return bytes.position();
    }

    /** Appends an integer of 1 byte. */
    public FormatOutput int8(int value) {
        reserve(Byte.BYTES).put((byte) value);
        return this;
    }

    /** Appends an integer of 2 bytes. */
    public FormatOutput int16(int value) {
        reserve(Short.BYTES).putShort((short) value);
        return this;
    }

    /** Appends an integer of 4 bytes. */
    public FormatOutput int32(int value) {
        reserve(Integer.BYTES).putInt(value);
        return this;
    }

    /** Appends an integer of 8 bytes. */
    public FormatOutput int64(long value) {
        reserve(Long.BYTES).putLong(value);
        return this;
    }

    /** Appends the lowest bytes of an integer. */
    public FormatOutput number(long value, int width) {
        reserve(width);
        for (int i = 0; i < width; i++) {
            bytes.put((byte) (value >>> (8 * i)));
        }
        return this;
    }

    /** Appends an address; {@link Superblock#UNDEFINED} for an undefined one. */
    public FormatOutput address(long address) {
        return number(address, sizes.addressBytes());
    }

    /** Appends a length. */
    public FormatOutput length(long length) {
        return number(length, sizes.lengthBytes());
    }

    /** Appends bytes from position to limit; the buffer's position stays. */
    public FormatOutput bytes(ByteBuffer more) {
        reserve(more.remaining()).put(more.duplicate());
        return this;
    }

    /** Appends bytes. */
    public FormatOutput bytes(byte[] more) {
        reserve(more.length).put(more);
        return this;
    }

    /** Appends zeros. */
    public FormatOutput zeros(int count) {
        return bytes(new byte[count]);
    }

    /** Appends a signature of four letters. */
    public FormatOutput signature(String letters) {
        return bytes(letters.getBytes(StandardCharsets.US_ASCII));
    }

    /** Appends the checksum of all bytes so far. */
    public FormatOutput seal() {
        return int32(Lookup3.of(bytes, 0, bytes.position()));
    }

    /** All bytes so far, in a buffer of exactly their size that starts at position 0. */
    public ByteBuffer toBuffer() {
        ByteBuffer all = ByteBuffer.allocate(bytes.position()).order(ByteOrder.LITTLE_ENDIAN);
        return all.put(0, bytes, 0, bytes.position());
    }

    private ByteBuffer reserve(int more) {
        if (bytes.remaining() < more) {
            int size = Math.max(2 * bytes.capacity(), Math.addExact(bytes.position(), more));
            bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
        }
        return bytes;
    }
}
