package io.h5sink.transaction;

import io.h5sink.format.Superblock;

/**
 * The space of the raw data, in a file whose driver keeps raw data apart from metadata, at addresses of its own. One thread at a time.
 */
final class RawSpace {

    /** The address of the first byte, an unsigned number. */
    private final long start;

    /** The bytes in use, from the first one on. */
    private long bytes;

    private long committed;

    /** The free space, by the distance from {@link #start}, because addresses are unsigned. */
    private final FreeSpace space = new FreeSpace();

    RawSpace(long start, long bytes) {
        this.start = start;
        this.bytes = bytes;
        this.committed = bytes;
    }

    /** The bytes in use, from the first one on. */
    long bytes() {
        return bytes;
    }

    /** The first address behind the data. */
    long end() {
        return start + bytes;
    }

    /** Whether no space has been allocated since the last commit. */
    boolean isClean() {
        return bytes == committed;
    }

    /** Whether an address was in use at the last commit. */
    boolean isCommitted(long address) {
        return address - start < committed;
    }

    /** The number of bytes from an address on. */
    long available(long address) {
        return end() - address;
    }

    long allocate(long length) {
        long at = end();
        bytes += length;
        return at;
    }

    long allocateAnywhere(long length) {
        long at = space.allocate(length);
        return at == Superblock.UNDEFINED ? allocate(length) : start + at;
    }

    void free(long address, long length) {
        space.add(address - start, length);
    }

    void spare(long address, long length) {
        space.spare(address - start, length);
    }

    void settle() {
        committed = bytes;
        space.settle();
    }
}
