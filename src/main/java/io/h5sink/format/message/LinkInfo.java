package io.h5sink.format.message;

import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;

/**
 * A link info message, type 0x0002, which says where a group of the new format has its links: HDF5 File Format Specification 3.0, section
 * IV.A.2.c.
 *
 * @param flags whether the group tracks the creation order of links, and has an index by that order
 * @param largestOrder the largest creation index of a link so far, plus 1; 0 if the order is not tracked
 * @param heap the address of the fractal heap of a dense group; {@link Superblock#UNDEFINED} if the links are in the object header
 * @param names the address of the B-tree by name of a dense group
 * @param orders the address of the B-tree by creation order; {@link Superblock#UNDEFINED} if the group has none
 */
public record LinkInfo(int flags, long largestOrder, long heap, long names, long orders) {

    private static final int TRACKED = 1;
    private static final int INDEXED = 2;

    /** The message of a group that has few links and does not track their order. */
    public static LinkInfo compact() {
        return new LinkInfo(0, 0, Superblock.UNDEFINED, Superblock.UNDEFINED, Superblock.UNDEFINED);
    }

    /** Decodes a message. */
    public static LinkInfo decode(ByteBuffer from, FormatInput in) {
        from.get();
        int flags = from.get();
        long largest = (flags & TRACKED) != 0 ? from.getLong() : 0;
        long heap = in.address(from);
        long names = in.address(from);
        return new LinkInfo(
                flags, largest, heap, names, (flags & INDEXED) != 0 ? in.address(from) : Superblock.UNDEFINED);
    }

    /** Encodes the message, whose size stays the same as long as the flags do. */
    public void encode(FormatOutput out) {
        out.int8(0).int8(flags);
        if (isTracked()) {
            out.int64(largestOrder);
        }
        out.address(heap).address(names);
        if (isIndexed()) {
            out.address(orders);
        }
    }

    /** Whether the links are in a fractal heap. */
    public boolean isDense() {
        return heap != Superblock.UNDEFINED;
    }

    /** Whether links have a creation index. */
    public boolean isTracked() {
        return (flags & TRACKED) != 0;
    }

    /** Whether a dense group has an index by creation order. */
    public boolean isIndexed() {
        return (flags & INDEXED) != 0;
    }

    /** The same group with another place of its links. */
    public LinkInfo at(long newHeap, long newNames, long newOrders) {
        return new LinkInfo(flags, largestOrder, newHeap, newNames, newOrders);
    }

    /** The same group with another largest creation index. */
    public LinkInfo upTo(long order) {
        return new LinkInfo(flags, order, heap, names, orders);
    }
}
