package io.h5sink.format.btree;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks all of what HDF5 relies on in a B-tree of version 2 on disk. */
public final class TreeCheck {

    private final FormatInput bytes;
    private final BTreeV2Header header;
    private final BTreeV2Shape shape;
    private final Set<Long> seen = new HashSet<>();
    private final List<byte[]> records = new ArrayList<>();

    private TreeCheck(FormatInput bytes, BTreeV2Header header) {
        this.bytes = bytes;
        this.header = header;
        this.shape = header.shape(bytes.sizes());
    }

    /** The records of a tree in their order, after all nodes were checked. */
    public static List<byte[]> records(FormatInput bytes, long address) {
        FieldSizes sizes = bytes.sizes();
        ByteBuffer head = bytes.sealed(address, BTreeV2Header.bytes(sizes));
        bytes.expect(head, address, BTreeV2Header.SIGNATURE);
        TreeCheck check = new TreeCheck(bytes, BTreeV2Header.decode(head, sizes));
        BTreeV2Header header = check.header;
        if (header.root() == Superblock.UNDEFINED) {
            assertThat(header.rootRecords()).isZero();
            assertThat(header.depth()).isZero();
        } else {
            long total = check.node(header.root(), header.depth(), header.rootRecords(), 1);
            assertThat(total).isEqualTo(header.records());
        }
        assertThat(check.records).hasSize((int) header.records());
        return check.records;
    }

    private long node(long address, int depth, int count, int least) {
        assertThat(seen.add(address)).isTrue();
        assertThat(count).isBetween(least, shape.most(depth));
        ByteBuffer content = bytes.at(address, header.nodeBytes());
        bytes.expect(content, address, BTreeV2Node.signature(depth));
        assertThat(content.get()).isZero();
        assertThat(content.get()).isEqualTo((byte) header.type());
        bytes.checksum(content, address, BTreeV2Node.bytes(shape, depth, count) - BTreeV2Shape.CHECKSUM);
        BTreeV2Node node = BTreeV2Node.decode(content, address, depth, count, shape, bytes.sizes());
        long total = count;
        for (int i = 0; i <= count; i++) {
            if (depth > 0) {
                BTreeV2Node.Child child = node.children.get(i);
                int fewest = shape.most(depth - 1) * header.mergePercent() / 100;
                long below = node(child.address, depth - 1, child.count, fewest);
                assertThat(below).isEqualTo(child.total);
                total += below;
            }
            if (i < count) {
                records.add(node.records.get(i));
            }
        }
        return total;
    }
}
