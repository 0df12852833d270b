package io.h5sink.hdf5;

import java.nio.ByteBuffer;

/**
 * The index of the chunks of a dataset that grows along one axis, an extensible array, to be read: the HDF5 File Format Specification 3.0,
 * section VII.D.
 */
final class SourceArray {

    private static final int CHECKSUM = Integer.BYTES;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final StructureBytes bytes;
    private final int entryBytes;
    private final int indexEntries;
    private final long minEntries;
    private final int offsetBytes;
    private final int pageBits;
    private final int directLevels;
    private final int directBlocks;
    private final int levels;
    private final long index;

    SourceArray(StructureBytes bytes, long address) {
        this.bytes = bytes;
        if (address == StructureBytes.UNDEFINED) {
            entryBytes = bytes.addressBytes();
            indexEntries = 0;
            minEntries = 1;
            offsetBytes = 0;
            pageBits = 0;
            directLevels = 0;
            directBlocks = 0;
            levels = 0;
            index = address;
            return;
        }
        int length = 12 + 6 * bytes.lengthBytes() + bytes.addressBytes();
        ByteBuffer head = bytes.at(address, length + CHECKSUM);
        bytes.expect(head, address, "EAHD");
        bytes.checksum(head, address, length);
        entryBytes = Byte.toUnsignedInt(head.get(6));
        int bits = head.get(7);
        indexEntries = Byte.toUnsignedInt(head.get(8));
        minEntries = Byte.toUnsignedInt(head.get(9));
        int pointers = Byte.toUnsignedInt(head.get(10));
        pageBits = head.get(11);
        if (bits < 1
                || bits > 64
                || minEntries < 1
                || Integer.bitCount(pointers) != 1
                || pointers < 2
                || pageBits > 30) {
            throw bytes.damaged(address, "an array is of impossible shape");
        }
        offsetBytes = (bits + 7) / 8;
        directLevels = 2 * Integer.numberOfTrailingZeros(pointers);
        directBlocks = 2 * (pointers - 1);
        levels = 1 + bits - Long.numberOfTrailingZeros(minEntries);
        head.position(12 + 6 * bytes.lengthBytes());
        index = bytes.address(head);
    }

    /** How many bytes of an entry are the size of its chunk. */
    int sizeBytes() {
        return Math.max(0, entryBytes - bytes.addressBytes() - Integer.BYTES);
    }

    /** An entry; nothing if there is none. */
    ByteBuffer entry(long number) {
        if (index == StructureBytes.UNDEFINED) {
            return NONE;
        }
        int width = bytes.addressBytes();
        int head = 6 + width;
        if (number < indexEntries) {
            return bytes.at(index + head + number * entryBytes, entryBytes);
        }
        long entry = number - indexEntries;
        int level = 63 - Long.numberOfLeadingZeros(entry / minEntries + 1);
        if (level >= levels) {
            return NONE;
        }
        long within = entry - minEntries * ((1L << level) - 1);
        long perBlock = minEntries << ((level + 1) / 2);
        long block = within / perBlock;
        long pointers = index + head + (long) indexEntries * entryBytes;
        if (level < directLevels) {
            long data = pointer(pointers + (firstBlock(level) + block) * width);
            return data == StructureBytes.UNDEFINED
                    ? NONE
                    : bytes.at(data + head + offsetBytes + within % perBlock * entryBytes, entryBytes);
        }
        long secondary = pointer(pointers + (directBlocks + level - directLevels) * (long) width);
        if (secondary == StructureBytes.UNDEFINED) {
            return NONE;
        }
        bytes.expect(bytes.at(secondary, 4), secondary, "EASB");
        long pages = perBlock >> pageBits;
        pages = pages > 1 ? pages : 0;
        long flags = secondary + head + offsetBytes;
        long data = pointer(flags + (1L << (level / 2)) * ((pages + 7) / 8) + block * width);
        if (data == StructureBytes.UNDEFINED) {
            return NONE;
        }
        bytes.expect(bytes.at(data, 4), data, "EADB");
        long start = data + head + offsetBytes;
        if (pages == 0) {
            return bytes.at(start + within % perBlock * entryBytes, entryBytes);
        }
        long page = within % perBlock >> pageBits;
        long bit = block * pages + page;
        if ((bytes.at(flags + bit / 8, 1).get() & 0x80 >> (bit % 8)) == 0) {
            return NONE;
        }
        long pageLength = ((long) entryBytes << pageBits) + CHECKSUM;
        long inPage = (within % perBlock & ((1L << pageBits) - 1)) * entryBytes;
        return bytes.at(start + CHECKSUM + page * pageLength + inPage, entryBytes);
    }

    private long pointer(long at) {
        return bytes.address(bytes.at(at, bytes.addressBytes()));
    }

    /** The data blocks of all levels before. */
    private static long firstBlock(int level) {
        long first = 0;
        for (int i = 0; i < level; i++) {
            first += 1L << (i / 2);
        }
        return first;
    }
}
