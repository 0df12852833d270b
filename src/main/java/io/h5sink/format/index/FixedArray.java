package io.h5sink.format.index;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A fixed array, the chunk index of a dataset that does not grow: HDF5 File Format Specification 3.0, section VII.C. */
final class FixedArray {

    private static final int CHECKSUM = Integer.BYTES;

    private final FormatInput bytes;
    private final int entryBytes;
    private final long pageEntries;
    private final long entries;
    private final long block;

    /** The block or page that was read last. */
    private @Nullable ByteBuffer part;

    private long partAddress;

    FixedArray(FormatInput bytes, long address) {
        this.bytes = bytes;
        if (address == Superblock.UNDEFINED) {
            this.entryBytes = bytes.addressBytes();
            this.pageEntries = 1;
            this.entries = 0;
            this.block = address;
            return;
        }
        int length = 8 + bytes.lengthBytes() + bytes.addressBytes();
        ByteBuffer head = bytes.at(address, length + CHECKSUM);
        bytes.expect(head, address, "FAHD");
        bytes.checksum(head, address, length);
        this.entryBytes = Byte.toUnsignedInt(head.get(6));
        this.pageEntries = 1L << head.get(7);
        head.position(8);
        this.entries = bytes.length(head);
        this.block = bytes.address(head);
    }

    /** The bytes of the chunk size in an entry; 0 for chunks without filters. */
    int sizeBytes() {
        return Math.max(0, entryBytes - bytes.addressBytes() - Integer.BYTES);
    }

    /** An entry; an empty buffer if the array has no such entry. */
    ByteBuffer entry(long number) {
        if (block == Superblock.UNDEFINED || number >= entries) {
            return ByteBuffer.allocate(0);
        }
        int head = 6 + bytes.addressBytes();
        if (entries <= pageEntries) {
            return of(block, head + entries * entryBytes, head + number * entryBytes);
        }
        long pages = (entries + pageEntries - 1) / pageEntries;
        long page = number / pageEntries;
        long flags = head + (pages + Byte.SIZE - 1) / Byte.SIZE;
        ByteBuffer flag = bytes.at(block + head + page / Byte.SIZE, 1);
        if ((flag.get() & 0x80 >> (page % Byte.SIZE)) == 0) {
            return ByteBuffer.allocate(0);
        }
        long start = block + flags + CHECKSUM + page * (pageEntries * entryBytes + CHECKSUM);
        long there = Math.min(pageEntries, entries - page * pageEntries);
        return of(start, there * entryBytes, number % pageEntries * entryBytes);
    }

    /** An entry in a block or page whose checksum is right. */
    private ByteBuffer of(long address, long length, long at) {
        if (part == null || partAddress != address) {
            part = bytes.sealed(address, length);
            partAddress = address;
        }
        return part.slice((int) at, entryBytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
