package io.h5sink.format.heap;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Lookup3;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A fractal heap, whose blocks double in size: HDF5 File Format Specification 3.0, section III.G.
 *
 * @param width the number of blocks in a row
 * @param rootRows the number of rows of the root block; 0 if the root is a direct block
 * @param largestDirect the size of the largest direct blocks, in bytes; larger blocks are indirect
 * @param seen the addresses of the blocks that were checked
 */
record FractalHeap(
        FormatInput bytes,
        int idBytes,
        int flags,
        int width,
        long startBytes,
        long largestDirect,
        int offsetBytes,
        int lengthBytes,
        long root,
        int rootRows,
        boolean filtered,
        Set<Long> seen) {

    private static final int CHECKED = 2;

    static FractalHeap read(FormatInput bytes, long address) {
        int widths = 3 * bytes.addressBytes() + 12 * bytes.lengthBytes();
        ByteBuffer head = bytes.at(address, 22L + widths + 4);
        bytes.expect(head, address, "FRHP");
        head.get();
        int idBytes = Short.toUnsignedInt(head.getShort());
        int filterBytes = Short.toUnsignedInt(head.getShort());
        int flags = head.get();
        long largestObject = Integer.toUnsignedLong(head.getInt());
        head.position(head.position() + 2 * bytes.lengthBytes() + bytes.addressBytes());
        long gaps = bytes.address(head);
        head.position(head.position() + 8 * bytes.lengthBytes());
        int width = Short.toUnsignedInt(head.getShort());
        long start = bytes.length(head);
        long direct = bytes.length(head);
        int bits = Short.toUnsignedInt(head.getShort());
        head.getShort();
        long root = bytes.address(head);
        int rows = Short.toUnsignedInt(head.getShort());
        if (filterBytes == 0) {
            bytes.checksum(head, address, head.position());
        }
        if (!powerOfTwo(width)
                || !powerOfTwo(start)
                || !powerOfTwo(direct)
                || start > direct
                || bits > 64
                || rows > 64) {
            throw bytes.damaged(address, "a heap has " + rows + " rows of " + width + " blocks of " + start + " bytes");
        }
        gaps(bytes, gaps);
        int lengthBytes = Math.min((Long.numberOfTrailingZeros(direct) + 7) / 8, bytesFor(largestObject));
        return new FractalHeap(
                bytes,
                idBytes,
                flags,
                width,
                start,
                direct,
                (bits + 7) / 8,
                lengthBytes,
                root,
                rows,
                filterBytes > 0,
                new HashSet<>());
    }

    /** Checks the heap's free space manager: the specification, section III.H. */
    private static void gaps(FormatInput bytes, long address) {
        if (address == Superblock.UNDEFINED) {
            return;
        }
        int length = 14 + 7 * bytes.lengthBytes() + bytes.addressBytes();
        ByteBuffer head = bytes.at(address, length + 4L);
        bytes.expect(head, address, "FSHD");
        bytes.checksum(head, address, length);
        head.position(14 + 5 * bytes.lengthBytes());
        long list = bytes.address(head);
        long used = bytes.length(head);
        if (list != Superblock.UNDEFINED && used > 4) {
            ByteBuffer content = bytes.at(list, used);
            bytes.expect(content, list, "FSSE");
            bytes.checksum(content, list, content.limit() - 4);
        }
    }

    private static boolean powerOfTwo(long number) {
        return number > 0 && Long.bitCount(number) == 1;
    }

    private static int bytesFor(long largest) {
        return (63 - Long.numberOfLeadingZeros(Math.max(1, largest))) / 8 + 1;
    }

    /**
     * Passes on the object to which a heap ID points. Skips huge objects, which lie outside the blocks, tiny objects, which lie in the heap
     * ID, and objects of heaps with filters.
     */
    void object(ByteBuffer pointer, Consumer<ByteBuffer> taker) {
        int kind = pointer.get() >> 4 & 3;
        if (kind == 0 && !filtered) {
            long offset = FormatInput.number(pointer, offsetBytes);
            long length = FormatInput.number(pointer, lengthBytes);
            long address =
                    rootRows == 0 ? direct(root, startBytes, offset, length) : find(root, rootRows, 0, offset, length);
            taker.accept(bytes.at(address, length));
        }
    }

    private long direct(long block, long size, long within, long length) {
        if (within < 0 || length > size - within) {
            throw bytes.damaged(block, "a heap has nothing at byte " + within + " of a block of " + size);
        }
        if (within == 0) {
            throw bytes.damaged(block, "a heap's block is named as one of its objects");
        }
        if (seen.add(block)) {
            ByteBuffer content = bytes.at(block, size);
            bytes.expect(content, block, "FHDB");
            if ((flags & CHECKED) != 0) {
                int at = 5 + bytes.addressBytes() + offsetBytes;
                ByteBuffer blank = ByteBuffer.allocate(content.limit())
                        .put(0, content, 0, content.limit())
                        .putInt(at, 0);
                if (content.getInt(at) != Lookup3.of(blank, 0, blank.limit())) {
                    throw bytes.damaged(block, "a checksum is wrong");
                }
            }
        }
        return block + within;
    }

    private long find(long block, int rows, long blockOffset, long offset, long length) {
        if (seen.add(block)) {
            int content = 5 + bytes.addressBytes() + offsetBytes + rows * width * bytes.addressBytes();
            ByteBuffer whole = bytes.at(block, content + 4L);
            bytes.expect(whole, block, "FHIB");
            bytes.checksum(whole, block, content);
        }
        long at = blockOffset;
        int entry = 0;
        for (int row = 0; row < rows; row++) {
            long size = row == 0 ? startBytes : startBytes << (row - 1);
            if (size <= 0) {
                break;
            }
            if (offset - at < size * width) {
                int column = (int) ((offset - at) / size);
                long start = at + column * size;
                long child = child(block, entry + column);
                return size <= largestDirect
                        ? direct(child, size, offset - start, length)
                        : find(child, rowsOf(size), start, offset, length);
            }
            at += size * width;
            entry += width;
        }
        throw bytes.damaged(block, "a heap has no byte " + offset);
    }

    private int rowsOf(long size) {
        return Long.numberOfTrailingZeros(size) - Long.numberOfTrailingZeros(startBytes * width) + 1;
    }

    private long child(long block, int entry) {
        int before = 5 + bytes.addressBytes() + offsetBytes;
        ByteBuffer pointer = bytes.at(block + before + (long) entry * bytes.addressBytes(), bytes.addressBytes());
        return bytes.address(pointer.order(ByteOrder.LITTLE_ENDIAN));
    }
}
