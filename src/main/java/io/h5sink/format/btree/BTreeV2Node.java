package io.h5sink.format.btree;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a B-tree of version 2 in memory: HDF5 File Format Specification 3.0, section III.A.2. Between two records of an internal node
 * lies the child with the records between them. The checksum follows the last child, or the last record of a leaf; the rest of the node
 * is not used.
 */
final class BTreeV2Node {

    /** The pointer to a node. */
    static final class Child {

        final long address;

        /** The number of records in the node. */
        int count;

        /** The number of records in the node and in all nodes below. */
        long total;

        Child(long address, int count, long total) {
            this.address = address;
            this.count = count;
            this.total = total;
        }
    }

    final long address;

    /** The number of levels below; 0 in a leaf. */
    final int depth;

    final List<byte[]> records = new ArrayList<>();

    /** The children, one more than records; none in a leaf. */
    final List<Child> children = new ArrayList<>();

    /** Whether the node differs from the block in the file or in the commit. */
    boolean changed;

    /** Whether the node's space has no block yet. */
    boolean isNew;

    BTreeV2Node(long address, int depth) {
        this.address = address;
        this.depth = depth;
    }

    static String signature(int depth) {
        return depth == 0 ? "BTLF" : "BTIN";
    }

    /** The size of a node's content with the checksum. */
    static int bytes(BTreeV2Shape shape, int depth, int records) {
        int children = depth == 0 ? 0 : (records + 1) * shape.pointerBytes(depth);
        return BTreeV2Shape.PREFIX + records * shape.recordBytes() + children + BTreeV2Shape.CHECKSUM;
    }

    /** Decodes a node, whose signature and checksum have been checked. */
    static BTreeV2Node decode(
            ByteBuffer from, long address, int depth, int records, BTreeV2Shape shape, FieldSizes sizes) {
        BTreeV2Node node = new BTreeV2Node(address, depth);
        from.position(BTreeV2Shape.PREFIX);
        for (int i = 0; i < records; i++) {
            byte[] record = new byte[shape.recordBytes()];
            from.get(record);
            node.records.add(record);
        }
        for (int i = 0; depth > 0 && i <= records; i++) {
            long child = sizes.address(from);
            int count = (int) FieldSizes.number(from, shape.countBytes());
            long total = depth == 1 ? count : FieldSizes.number(from, shape.totalBytes(depth));
            node.children.add(new Child(child, count, total));
        }
        return node;
    }

    /** Encodes the node with its checksum, in a buffer of the size of a node. */
    ByteBuffer encode(int type, BTreeV2Shape shape, FieldSizes sizes) {
        FormatOutput out = new FormatOutput(sizes);
        out.signature(signature(depth)).int8(0).int8(type);
        records.forEach(out::bytes);
        for (Child child : children) {
            out.address(child.address).number(child.count, shape.countBytes());
            if (depth > 1) {
                out.number(child.total, shape.totalBytes(depth));
            }
        }
        out.seal();
        return out.zeros(shape.nodeBytes() - out.size()).toBuffer();
    }

    /** The index of the wanted record, or else {@code -1 - i} if that record would have the index i. */
    int search(RecordOrder order) throws IOException {
        int low = 0;
        int high = records.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            int where = order.of(buffer(records.get(middle)));
            if (where == 0) {
                return middle;
            }
            if (where < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return -1 - low;
    }

    static ByteBuffer buffer(byte[] record) {
        return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The number of records in this node and in all nodes below. */
    long total() {
        long total = records.size();
        for (Child child : children) {
            total += child.total;
        }
        return total;
    }

    /** Moves all records and children of another node to the end of this one. */
    void take(BTreeV2Node other) {
        records.addAll(other.records);
        children.addAll(other.children);
        other.records.clear();
        other.children.clear();
        changed = true;
        other.changed = true;
    }

    /** Moves the records from an index on, with the children between and behind them, to an empty node. */
    void give(int from, BTreeV2Node other) {
        List<byte[]> tail = records.subList(from, records.size());
        other.records.addAll(tail);
        tail.clear();
        if (depth > 0) {
            List<Child> last = children.subList(from, children.size());
            other.children.addAll(last);
            last.clear();
        }
        changed = true;
        other.changed = true;
    }
}
