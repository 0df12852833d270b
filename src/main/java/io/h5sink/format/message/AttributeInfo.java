package io.h5sink.format.message;

import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;

/**
 * An attribute info message, type 0x0015, which says where an object of the new format has its attributes: HDF5 File Format Specification
 * 3.0, section IV.A.2.v.
 *
 * @param flags whether the object tracks the creation order of attributes, and has an index by that order
 * @param largestOrder the largest creation index of an attribute so far, plus 1; 0 if the order is not tracked
 * @param heap the address of the fractal heap of densely stored attributes; {@link Superblock#UNDEFINED} if they are in the object header
 * @param names the address of the B-tree by name of densely stored attributes
 * @param orders the address of the B-tree by creation order; {@link Superblock#UNDEFINED} if the object has none
 */
public record AttributeInfo(int flags, int largestOrder, long heap, long names, long orders) {

    private static final int TRACKED = 1;
    private static final int INDEXED = 2;

    /** The message of an object that has few attributes and does not track their order. */
    public static AttributeInfo compact() {
        return new AttributeInfo(0, 0, Superblock.UNDEFINED, Superblock.UNDEFINED, Superblock.UNDEFINED);
    }

    /** Decodes a message. */
    public static AttributeInfo decode(ByteBuffer from, FormatInput in) {
        from.get();
        int flags = from.get();
        int largest = (flags & TRACKED) != 0 ? Short.toUnsignedInt(from.getShort()) : 0;
        long heap = in.address(from);
        long names = in.address(from);
        return new AttributeInfo(
                flags, largest, heap, names, (flags & INDEXED) != 0 ? in.address(from) : Superblock.UNDEFINED);
    }

    /** Encodes the message, whose size stays the same as long as the flags do. */
    public void encode(FormatOutput out) {
        out.int8(0).int8(flags);
        if (isTracked()) {
            out.int16(largestOrder);
        }
        out.address(heap).address(names);
        if (isIndexed()) {
            out.address(orders);
        }
    }

    /** Whether the attributes are in a fractal heap. */
    public boolean isDense() {
        return heap != Superblock.UNDEFINED;
    }

    /** Whether attributes have a creation index. */
    public boolean isTracked() {
        return (flags & TRACKED) != 0;
    }

    /** Whether densely stored attributes have an index by creation order. */
    public boolean isIndexed() {
        return (flags & INDEXED) != 0;
    }

    /** The same object with another place of its attributes. */
    public AttributeInfo at(long newHeap, long newNames, long newOrders) {
        return new AttributeInfo(flags, largestOrder, newHeap, newNames, newOrders);
    }

    /** The same object with another largest creation index. */
    public AttributeInfo upTo(int order) {
        return new AttributeInfo(flags, order, heap, names, orders);
    }
}
