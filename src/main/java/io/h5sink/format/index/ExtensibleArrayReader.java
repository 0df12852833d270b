package io.h5sink.format.index;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Reads an extensible array, the chunk index of a dataset that grows along one axis: HDF5 File Format Specification 3.0, section VII.D. */
final class ExtensibleArrayReader {

    private static final int CHECKSUM = Integer.BYTES;
    private static final int MOST_PARTS = 16;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final FormatInput bytes;
    private final int entryBytes;
    private final int indexEntries;
    private final int offsetBytes;
    private final ExtensibleArrayBlocks blocks;
    private final long index;

    /** The blocks and pages that were read last, by address. */
    private final Map<Long, ByteBuffer> parts = new HashMap<>();

    ExtensibleArrayReader(FormatInput bytes, long address) {
        this.bytes = bytes;
        if (address == Superblock.UNDEFINED) {
            entryBytes = bytes.addressBytes();
            indexEntries = 0;
            offsetBytes = 0;
            blocks = new ExtensibleArrayBlocks(0, 1, 1, 0);
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
        blocks = new ExtensibleArrayBlocks(bits, pointers, minEntries, pageBits);
        head.position(12 + 6 * bytes.lengthBytes());
        index = bytes.address(head);
    }

    /** The bytes of the chunk size in an entry; 0 for chunks without filters. */
    int sizeBytes() {
        return Math.max(0, entryBytes - bytes.addressBytes() - Integer.BYTES);
    }

    /** An entry; an empty buffer if the array has no such entry. */
    ByteBuffer entry(long number) {
        if (index == Superblock.UNDEFINED) {
            return NONE;
        }
        int width = bytes.addressBytes();
        int head = 6 + width;
        long pointers = head + (long) indexEntries * entryBytes;
        int secondaries = Math.max(0, blocks.levels() - blocks.directLevels());
        long root = pointers + (blocks.directBlocks() + secondaries) * (long) width;
        if (number < indexEntries) {
            return of(index, root, head + number * entryBytes, entryBytes);
        }
        long entry = number - indexEntries;
        int level = blocks.level(entry);
        if (level >= blocks.levels()) {
            return NONE;
        }
        long within = entry - blocks.start(level);
        long perBlock = blocks.entries(level);
        long block = within / perBlock;
        int start = head + offsetBytes;
        if (level < blocks.directLevels()) {
            long at = pointers + (ExtensibleArrayBlocks.firstBlock(level) + block) * width;
            long data = bytes.address(of(index, root, at, width));
            return data == Superblock.UNDEFINED
                    ? NONE
                    : of(data, start + perBlock * entryBytes, start + within % perBlock * entryBytes, entryBytes);
        }
        long at = pointers + (blocks.directBlocks() + level - blocks.directLevels()) * (long) width;
        long secondary = bytes.address(of(index, root, at, width));
        if (secondary == Superblock.UNDEFINED) {
            return NONE;
        }
        bytes.expect(bytes.at(secondary, 4), secondary, "EASB");
        long pages = blocks.pages(level);
        long behindFlags = start + ExtensibleArrayBlocks.blocks(level) * ((pages + 7) / 8);
        long length = behindFlags + ExtensibleArrayBlocks.blocks(level) * width;
        long data = bytes.address(of(secondary, length, behindFlags + block * width, width));
        if (data == Superblock.UNDEFINED) {
            return NONE;
        }
        bytes.expect(bytes.at(data, 4), data, "EADB");
        if (pages == 0) {
            return of(data, start + perBlock * entryBytes, start + within % perBlock * entryBytes, entryBytes);
        }
        long page = within % perBlock >> blocks.pageBits();
        long bit = block * pages + page;
        if ((of(secondary, length, start + bit / 8, 1).get() & 0x80 >> (bit % 8)) == 0) {
            return NONE;
        }
        long pageLength = (long) entryBytes << blocks.pageBits();
        long inPage = (within % perBlock & ((1L << blocks.pageBits()) - 1)) * entryBytes;
        return of(data + start + CHECKSUM + page * (pageLength + CHECKSUM), pageLength, inPage, entryBytes);
    }

    /** Bytes of a block or page whose checksum is right. The last blocks and pages are cached. */
    private ByteBuffer of(long address, long length, long at, int count) {
        ByteBuffer part = parts.get(address);
        if (part == null) {
            if (parts.size() >= MOST_PARTS) {
                parts.clear();
            }
            part = bytes.sealed(address, length);
            parts.put(address, part);
        }
        return part.slice(Math.toIntExact(at), count).order(ByteOrder.LITTLE_ENDIAN);
    }
}
