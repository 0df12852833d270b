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
    private final int offsetBytes;
    private final ArrayBlocks blocks;
    private final long index;

    SourceArray(StructureBytes bytes, long address) {
        this.bytes = bytes;
        if (address == StructureBytes.UNDEFINED) {
            entryBytes = bytes.addressBytes();
            indexEntries = 0;
            offsetBytes = 0;
            blocks = new ArrayBlocks(0, 1, 1, 0);
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
        int minEntries = Byte.toUnsignedInt(head.get(9));
        int pointers = Byte.toUnsignedInt(head.get(10));
        int pageBits = head.get(11);
        if (bits < 1
                || bits > 64
                || minEntries < 1
                || Integer.bitCount(pointers) != 1
                || pointers < 2
                || pageBits > 30) {
            throw bytes.damaged(address, "an array is of impossible shape");
        }
        offsetBytes = (bits + 7) / 8;
        blocks = new ArrayBlocks(bits, pointers, minEntries, pageBits);
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
        int level = blocks.level(entry);
        if (level >= blocks.levels()) {
            return NONE;
        }
        long within = entry - blocks.start(level);
        long perBlock = blocks.entries(level);
        long block = within / perBlock;
        long pointers = index + head + (long) indexEntries * entryBytes;
        if (level < blocks.directLevels()) {
            long data = pointer(pointers + (ArrayBlocks.firstBlock(level) + block) * width);
            return data == StructureBytes.UNDEFINED
                    ? NONE
                    : bytes.at(data + head + offsetBytes + within % perBlock * entryBytes, entryBytes);
        }
        long secondary = pointer(pointers + (blocks.directBlocks() + level - blocks.directLevels()) * (long) width);
        if (secondary == StructureBytes.UNDEFINED) {
            return NONE;
        }
        bytes.expect(bytes.at(secondary, 4), secondary, "EASB");
        long pages = blocks.pages(level);
        long flags = secondary + head + offsetBytes;
        long data = pointer(flags + ArrayBlocks.blocks(level) * ((pages + 7) / 8) + block * width);
        if (data == StructureBytes.UNDEFINED) {
            return NONE;
        }
        bytes.expect(bytes.at(data, 4), data, "EADB");
        long start = data + head + offsetBytes;
        if (pages == 0) {
            return bytes.at(start + within % perBlock * entryBytes, entryBytes);
        }
        long page = within % perBlock >> blocks.pageBits();
        long bit = block * pages + page;
        if ((bytes.at(flags + bit / 8, 1).get() & 0x80 >> (bit % 8)) == 0) {
            return NONE;
        }
        long pageLength = ((long) entryBytes << blocks.pageBits()) + CHECKSUM;
        long inPage = (within % perBlock & ((1L << blocks.pageBits()) - 1)) * entryBytes;
        return bytes.at(start + CHECKSUM + page * pageLength + inPage, entryBytes);
    }

    private long pointer(long at) {
        return bytes.address(bytes.at(at, bytes.addressBytes()));
    }
}
