package io.h5sink.format.index;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;

/**
 * Checks an extensible array, the chunk index of a dataset that grows along one axis: HDF5 File Format Specification 3.0, section VII.D.
 * All blocks have checksums. Only the last blocks are checked, to which a session adds entries.
 */
final class ExtensibleArrayCheck {

    /** The number of entries that are checked, from the last one backwards; a row of chunks may have several. */
    private static final long LOOKED_AT = 4096;

    private final FormatInput bytes;
    private int entryBytes;
    private int offsetBytes;
    private long left = LOOKED_AT;

    private ExtensibleArrayCheck(FormatInput bytes) {
        this.bytes = bytes;
    }

    static void check(FormatInput bytes, long address) {
        if (address != Superblock.UNDEFINED) {
            new ExtensibleArrayCheck(bytes).header(address);
        }
    }

    private void header(long address) {
        int length = 12 + 6 * bytes.lengthBytes() + bytes.addressBytes();
        ByteBuffer head = bytes.at(address, length + 4L);
        bytes.expect(head, address, "EAHD");
        bytes.checksum(head, address, length);
        entryBytes = head.get(6);
        int bits = head.get(7);
        int indexEntries = Byte.toUnsignedInt(head.get(8));
        int minEntries = Byte.toUnsignedInt(head.get(9));
        int pointers = Byte.toUnsignedInt(head.get(10));
        offsetBytes = (bits + 7) / 8;
        head.position(12 + 6 * bytes.lengthBytes());
        long index = bytes.address(head);
        if (bits > 64
                || entryBytes < 1
                || minEntries < 1
                || Integer.bitCount(minEntries) != 1
                || pointers < 2
                || Integer.bitCount(pointers) != 1
                || head.get(11) > 30) {
            throw bytes.damaged(address, "an array is of impossible shape");
        }
        if (index != Superblock.UNDEFINED) {
            blocks(index, indexEntries, new ExtensibleArrayBlocks(bits, pointers, minEntries, head.get(11)));
        }
    }

    private void blocks(long address, int indexEntries, ExtensibleArrayBlocks blocks) {
        int width = bytes.addressBytes();
        int levels = blocks.levels();
        int direct = blocks.directBlocks();
        int directLevels = blocks.directLevels();
        int before = 6 + width + indexEntries * entryBytes;
        int length = before + (direct + Math.max(0, levels - directLevels)) * width;
        ByteBuffer index = block(address, length, "EAIB");
        for (int level = levels - 1; level >= directLevels && left > 0; level--) {
            long secondary = pointer(index, before, direct + level - directLevels);
            if (secondary != Superblock.UNDEFINED) {
                secondary(secondary, blocks, level);
            }
        }
        int entry = direct;
        for (int level = directLevels - 1; level >= 0 && left > 0; level--) {
            for (int i = 0; i < 1 << (level / 2); i++) {
                data(pointer(index, before, --entry), blocks, level);
            }
        }
    }

    private void secondary(long address, ExtensibleArrayBlocks blocks, int level) {
        int count = 1 << (level / 2);
        int before = Math.toIntExact(6 + bytes.addressBytes() + offsetBytes + count * ((blocks.pages(level) + 7) / 8));
        ByteBuffer block = block(address, before + count * bytes.addressBytes(), "EASB");
        for (int i = count - 1; i >= 0 && left > 0; i--) {
            data(pointer(block, before, i), blocks, level);
        }
    }

    private void data(long address, ExtensibleArrayBlocks blocks, int level) {
        if (address == Superblock.UNDEFINED || left <= 0) {
            return;
        }
        int head = 6 + bytes.addressBytes() + offsetBytes;
        boolean paged = blocks.pages(level) > 0;
        block(address, head + (paged ? 0 : Math.toIntExact(blocks.entries(level) * entryBytes)), "EADB");
        // Pages are not written before they are used; this check does not know which pages are in use.
        left -= blocks.entries(level);
    }

    private ByteBuffer block(long address, int length, String name) {
        ByteBuffer block = bytes.at(address, length + 4L);
        bytes.expect(block, address, name);
        bytes.checksum(block, address, length);
        return block;
    }

    private long pointer(ByteBuffer block, int before, int entry) {
        return bytes.address(block.position(before + entry * bytes.addressBytes()));
    }
}
