package io.h5sink.format.btree;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** A B-tree of version 2, whose nodes have checksums: HDF5 File Format Specification 3.0, section III.A.2. */
public final class BTreeV2 {

    private static final int DEEPEST = 32;

    /** Compares a record with the wanted range: below 0 for a record before the range, above 0 for one behind it, 0 for one within it. */
    public interface Order {
        int of(ByteBuffer record);
    }

    private final FormatInput bytes;
    private final boolean lastOnly;
    private final Order order;
    private final Consumer<ByteBuffer> taker;

    /** The addresses of the nodes that were read; a node that is met twice is damage. */
    private final Set<Long> seen = new HashSet<>();

    private int recordBytes;
    private int nodeBytes;

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
        int width = bytes.addressBytes();
        int length = 16 + width + 2 + bytes.lengthBytes();
        ByteBuffer head = bytes.at(address, length + 4L);
        bytes.expect(head, address, "BTHD");
        bytes.checksum(head, address, length);
        head.get();
        head.get();
        nodeBytes = head.getInt();
        recordBytes = Short.toUnsignedInt(head.getShort());
        int depth = Short.toUnsignedInt(head.getShort());
        head.getShort();
        long root = bytes.address(head);
        int records = Short.toUnsignedInt(head.getShort());
        if (nodeBytes < 32 || recordBytes < 1 || depth > DEEPEST) {
            throw bytes.damaged(address, "a tree has depth " + depth + " and nodes of " + nodeBytes + " bytes");
        }
        if (root != Superblock.UNDEFINED) {
            node(root, depth, records);
        }
    }

    private void node(long address, int depth, int records) {
        if (!seen.add(address)) {
            throw bytes.damaged(address, "a node is in a tree twice");
        }
        ByteBuffer content = bytes.at(address, nodeBytes);
        bytes.expect(content, address, depth == 0 ? "BTLF" : "BTIN");
        content.position(6);
        int start = 6;
        int children = start + records * recordBytes;
        int pointer = pointerBytes(depth);
        int end = depth == 0 ? children : children + (records + 1) * pointer;
        if (end > nodeBytes - 4) {
            throw bytes.damaged(address, "a node has " + records + " entries");
        }
        bytes.checksum(content, address, end);
        int first = 0;
        int last = records;
        for (int i = 0; i < records; i++) {
            ByteBuffer record = content.slice(start + i * recordBytes, recordBytes);
            int where = order.of(record.duplicate());
            if (where < 0) {
                first = i + 1;
            } else if (where > 0) {
                last = i;
                break;
            } else {
                taker.accept(record);
            }
        }
        for (int i = lastOnly ? records : first; depth > 0 && i <= last; i++) {
            content.position(children + i * pointer);
            long child = bytes.address(content);
            int count = (int) FormatInput.number(content, countBytes(most(0)));
            node(child, depth - 1, count);
        }
    }

    private int pointerBytes(int depth) {
        if (depth == 0) {
            return 0;
        }
        int total = depth > 1 ? countBytes(total(depth - 1)) : 0;
        return bytes.addressBytes() + countBytes(most(0)) + total;
    }

    /** The most records of a node. */
    private long most(int depth) {
        return depth == 0
                ? (nodeBytes - 10) / recordBytes
                : (nodeBytes - 10 - pointerBytes(depth)) / (recordBytes + pointerBytes(depth));
    }

    /** The most records in a node and in all nodes below. */
    private long total(int depth) {
        long total = most(0);
        for (int i = 1; i <= depth; i++) {
            total = Math.min(Long.MAX_VALUE >> 20, (most(i) + 1) * total + most(i));
        }
        return total;
    }

    private static int countBytes(long most) {
        return (Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, most)) + 7) / 8;
    }
}
