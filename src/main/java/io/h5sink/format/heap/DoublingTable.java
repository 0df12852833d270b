package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.Lookup3;
import java.nio.ByteBuffer;

/**
 * How the addresses within a fractal heap are divided into blocks: HDF5 File Format Specification 3.0, section III.G. An indirect block
 * consists of rows of equally large blocks. The blocks of the first two rows have the smallest size, those of each later row twice the size
 * of the row before. Beyond the largest size of direct blocks, the blocks of a row are indirect blocks.
 *
 * @param width the number of blocks in a row
 * @param startBytes the size of the smallest blocks
 * @param largestDirect the size of the largest direct blocks
 * @param bits the size of an address within the heap, in bits
 * @param checked whether direct blocks have checksums
 */
record DoublingTable(int width, long startBytes, long largestDirect, int bits, boolean checked, FieldSizes sizes) {

    /** Whether the numbers can be those of a heap. */
    boolean isSound() {
        return powerOfTwo(width)
                && powerOfTwo(startBytes)
                && powerOfTwo(largestDirect)
                && startBytes <= largestDirect
                && bits <= Long.SIZE;
    }

    private static boolean powerOfTwo(long number) {
        return number > 0 && Long.bitCount(number) == 1;
    }

    private static int log2(long powerOfTwo) {
        return Long.numberOfTrailingZeros(powerOfTwo);
    }

    /** The size of an address within the heap, in bytes. */
    int offsetBytes() {
        return (bits + 7) / 8;
    }

    /** The bytes of a direct block before its objects. */
    int directHead() {
        return checksumAt() + (checked ? Integer.BYTES : 0);
    }

    /** The offset of a direct block's checksum, if direct blocks have checksums. */
    int checksumAt() {
        return indirectHead();
    }

    /** The checksum of a direct block, which is computed while its own place is 0. */
    int checksum(ByteBuffer block) {
        ByteBuffer blank = ByteBuffer.allocate(block.limit())
                .put(0, block, 0, block.limit())
                .putInt(checksumAt(), 0);
        return Lookup3.of(blank, 0, blank.limit());
    }

    /** The bytes of an indirect block before its entries. */
    int indirectHead() {
        return 5 + sizes.addressBytes() + offsetBytes();
    }

    /** The size of an indirect block without filters, with its checksum. */
    int indirectBytes(int rows) {
        return indirectHead() + rows * width * sizes.addressBytes() + Integer.BYTES;
    }

    /** The number of rows of direct blocks. */
    int directRows() {
        return log2(largestDirect) - log2(startBytes) + 2;
    }

    /** The most rows of the root block. */
    int mostRows() {
        return bits - log2(startBytes) - log2(width) + 1;
    }

    /** The size of the blocks in a row; not positive if there is no such size. */
    long blockBytes(int row) {
        return row == 0 ? startBytes : row - 1 + log2(startBytes) >= Long.SIZE - 1 ? 0 : startBytes << (row - 1);
    }

    /** The offset of a row in its indirect block, in bytes of the heap. */
    long rowOffset(int row) {
        return row == 0 ? 0 : (startBytes * width) << (row - 1);
    }

    /** The row with a byte of an indirect block. */
    int rowOf(long offset) {
        long first = offset / (startBytes * width);
        return first == 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(first);
    }

    /**
     * A block within an indirect block.
     *
     * @param number the number of the block's entry in the indirect block
     * @param start the block's offset in the indirect block, in bytes of the heap
     * @param size the size of the block
     */
    record ChildBlock(int row, int number, long start, long size) {}

    /** The block with a byte of an indirect block. */
    ChildBlock childOf(long offset) {
        int row = rowOf(offset);
        long size = blockBytes(row);
        int column = (int) ((offset - rowOffset(row)) / size);
        return new ChildBlock(row, row * width + column, rowOffset(row) + column * size, size);
    }

    /** Whether a block within an indirect block is a direct block. */
    boolean isDirect(ChildBlock child) {
        return child.row < directRows();
    }

    /** The first row whose blocks have at least a size, which is a power of 2. */
    int rowFor(long blockBytes) {
        return blockBytes <= startBytes ? 0 : log2(blockBytes) - log2(startBytes) + 1;
    }

    /** The number of rows of an indirect block that covers a number of bytes of the heap. */
    int rowsOf(long bytes) {
        return log2(bytes) - log2(startBytes * width) + 1;
    }

    /** The bytes for objects in a block of a row, if all direct blocks below were there. */
    long objectBytes(int row) {
        long size = blockBytes(row);
        if (row < directRows()) {
            return size - directHead();
        }
        long bytes = 0;
        for (int i = 0; i < rowsOf(size); i++) {
            bytes += objectBytes(i) * width;
        }
        return bytes;
    }

    /** The size of the smallest direct block that has space for an object. */
    long directFor(int objectBytes) {
        long size = startBytes;
        while (size - directHead() < objectBytes) {
            size *= 2;
        }
        return size;
    }
}
