package io.h5sink.format.btree;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** A B-tree of version 2, whose nodes have checksums: HDF5 File Format Specification 3.0, section III.A.2. */
public final class BTreeV2 {

    /** Compares a record with the wanted range: below 0 for a record before the range, above 0 for one behind it, 0 for one within it. */
    public interface Order extends RecordOrder {
        @Override
        int of(ByteBuffer record);
    }

    private final FormatInput bytes;
    private final boolean lastOnly;
    private final Order order;
    private final Consumer<ByteBuffer> taker;

    /** The addresses of the nodes that were read; a node that is met twice is damage. */
    private final Set<Long> seen = new HashSet<>();

    private BTreeV2(FormatInput bytes, boolean lastOnly, Order order, Consumer<ByteBuffer> taker) {
        this.bytes = bytes;
        this.lastOnly = lastOnly;
        this.order = order;
        this.taker = taker;
    }

    /**
     * Checks a tree.
     *
     * @param lastOnly whether only the path to the last record is read
     * @param taker receives the records
     */
    public static void check(FormatInput bytes, long address, boolean lastOnly, Consumer<ByteBuffer> taker) {
        if (address != Superblock.UNDEFINED) {
            new BTreeV2(bytes, lastOnly, record -> 0, taker).tree(address);
        }
    }

    /**
     * Finds records, and checks the nodes on the path to them.
     *
     * @param order compares a record with the wanted range; records are sorted by that order
     * @param taker receives the records in the range
     */
    public static void find(FormatInput bytes, long address, Order order, Consumer<ByteBuffer> taker) {
        if (address != Superblock.UNDEFINED) {
            new BTreeV2(bytes, false, order, taker).tree(address);
        }
    }

    private void tree(long address) {
        FieldSizes sizes = bytes.sizes();
        ByteBuffer head = bytes.sealed(address, BTreeV2Header.bytes(sizes), BTreeV2Header.SIGNATURE);
        BTreeV2Header header = BTreeV2Header.decode(head, sizes);
        if (header.root() != Superblock.UNDEFINED) {
            node(header.shape(sizes), header.root(), header.depth(), header.rootRecords());
        }
    }

    private void node(BTreeV2Shape shape, long address, int depth, int records) {
        if (!seen.add(address)) {
            throw bytes.damaged(address, "a node is in a tree twice");
        }
        ByteBuffer content = bytes.at(address, shape.nodeBytes());
        bytes.expect(content, address, BTreeV2Node.signature(depth));
        if (!shape.holds(depth, records)) {
            throw bytes.damaged(address, "a node has " + records + " entries");
        }
        bytes.checksum(content, address, BTreeV2Node.bytes(shape, depth, records) - BTreeV2Shape.CHECKSUM);
        BTreeV2Node node = BTreeV2Node.decode(content, address, depth, records, shape, bytes.sizes());
        int first = 0;
        int last = records;
        for (int i = 0; i < records; i++) {
            byte[] record = node.records.get(i);
            int where = order.of(BTreeV2Node.buffer(record));
            if (where < 0) {
                first = i + 1;
            } else if (where > 0) {
                last = i;
                break;
            } else {
                taker.accept(BTreeV2Node.buffer(record));
            }
        }
        for (int i = lastOnly ? records : first; depth > 0 && i <= last; i++) {
            BTreeV2Node.Child child = node.children.get(i);
            node(shape, child.address, depth - 1, child.count);
        }
    }
}
