package io.h5sink.transaction;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Lookup3;
import io.h5sink.format.Superblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the blocks of a structure with all changes of the current commit, and checks what every block has: a place within the file, a
 * signature and a checksum.
 *
 * @param file the file's space
 * @param sizes the sizes of addresses and lengths
 */
public record BlockAccess(SpaceAllocator file, FieldSizes sizes) {

    /** The size of a checksum, in bytes. */
    public static final int CHECKSUM = Integer.BYTES;

    /**
     * The bytes at an address with all changes, from position 0 to the limit, for reading only. If a block that starts at the address has
     * been changed, the buffer goes up to the end of that block.
     */
    public ByteBuffer look(long address, int length) throws IOException {
        if (address == Superblock.UNDEFINED || address < 0 || address >= file.end()) {
            throw damaged(address, length + " bytes are expected there, beyond its end");
        }
        ByteBuffer found = file.look(address, length)
                .duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .clear();
        if (found.limit() < length) {
            throw damaged(address, length + " bytes are expected there, beyond its end");
        }
        return found;
    }

    /** The bytes at an address, which begin with a signature; the position is behind the signature. */
    public ByteBuffer look(long address, int length, String signature) throws IOException {
        ByteBuffer found = look(address, length).limit(length);
        for (int i = 0; i < signature.length(); i++) {
            if (found.get() != signature.charAt(i)) {
                throw damaged(address, "the signature " + signature + " is missing");
            }
        }
        return found;
    }

    /**
     * The bytes at an address, which begin with a signature and end with a checksum. The position is behind the signature. The checksum of
     * a block that has changed in this commit may not be up to date, and is not checked.
     *
     * @param length the size with the checksum
     */
    public ByteBuffer sealed(long address, int length, String signature) throws IOException {
        ByteBuffer found = look(address, length, signature);
        if (!file.isChanged(address)) {
            checksum(found, address, length - CHECKSUM);
        }
        return found;
    }

    /** Throws if the checksum behind this many bytes is wrong. */
    public void checksum(ByteBuffer bytes, long address, int length) {
        if (bytes.getInt(length) != Lookup3.of(bytes, 0, length)) {
            throw damaged(address, "a checksum is wrong");
        }
    }

    /** An exception that says what is damaged at an address. */
    public FormatException damaged(long address, String what) {
        return new FormatException("at address " + Long.toUnsignedString(address) + ": " + what);
    }

    /** An output for a block of this file. */
    public FormatOutput output() {
        return new FormatOutput(sizes);
    }
}
