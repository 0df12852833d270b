package io.h5sink.format.btree;

import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2Node.Child;
import io.h5sink.transaction.BlockAccess;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes a B-tree of version 2: HDF5 File Format Specification 3.0, section III.A.2. A node that is full shares its records with a
 * neighbour or is split; a node that is less full than the tree's merge percentage shares records with a neighbour or is merged. All nodes
 * but the root thus are as full as HDF5 expects.
 *
 * <p>Nodes stay in memory until {@link #save}, which must be called before the commit. After a commit that was undone, a tree must be
 * opened anew. One thread at a time.
 */
public final class BTreeV2Writer {

    /** Receives records. */
    public interface Taker {
        /** Receives a record, which starts at position 0. */
        void take(ByteBuffer record) throws IOException;
    }

    /**
     * The nodes of a new tree.
     *
     * @param bytes the size of a node
     * @param splitPercent how full a node is when it is split, in percent
     * @param mergePercent how empty a node is when it is merged, in percent
     */
    public record NodeSizes(int bytes, int splitPercent, int mergePercent) {}

    /** The nodes of new trees of links and attributes, as HDF5 makes them. */
    private static final NodeSizes USUAL = new NodeSizes(512, 100, 40);

    /** The most nodes that stay in memory after their changes are part of the commit. */
    private static final int MOST_NODES = 1 << 10;

    /** The fewest records that a full node must have, so that the node can be split. */
    private static final int FEWEST = 4;

    private final BlockAccess blocks;
    private final SpaceAllocator file;
    private final long address;
    private final int type;
    private final int splitPercent;
    private final int mergePercent;
    private final BTreeV2Shape shape;
    private final Map<Long, BTreeV2Node> nodes = new HashMap<>();

    /** The pointer to the root node; null if the tree is empty. */
    private @Nullable Child root;

    private int depth;
    private boolean changed;
    private boolean isNew;

    private BTreeV2Writer(BlockAccess blocks, long address, BTreeV2Header header) {
        this.blocks = blocks;
        this.file = blocks.file();
        this.address = address;
        this.type = header.type();
        this.splitPercent = header.splitPercent();
        this.mergePercent = header.mergePercent();
        this.shape = header.shape(blocks.sizes());
        this.depth = header.depth();
        this.root = header.root() == Superblock.UNDEFINED
                ? null
                : new Child(header.root(), header.rootRecords(), header.records());
    }

    /**
     * Creates an empty tree.
     *
     * @param type what the records are
     * @param recordBytes the size of a record
     */
    public static BTreeV2Writer create(BlockAccess blocks, int type, int recordBytes) {
        return create(blocks, type, recordBytes, USUAL);
    }

    /**
     * Creates an empty tree.
     *
     * @param type what the records are
     * @param recordBytes the size of a record
     */
    public static BTreeV2Writer create(BlockAccess blocks, int type, int recordBytes, NodeSizes sizes) {
        long address = blocks.file().allocateBlock(BTreeV2Header.bytes(blocks.sizes()) + BlockAccess.CHECKSUM);
        BTreeV2Header header = new BTreeV2Header(
                type, sizes.bytes, recordBytes, 0, sizes.splitPercent, sizes.mergePercent, Superblock.UNDEFINED, 0, 0);
        BTreeV2Writer tree = new BTreeV2Writer(blocks, address, header);
        tree.isNew = true;
        tree.changed = true;
        return tree;
    }

    /**
     * Opens the tree whose header is at an address.
     *
     * @param type what the records must be
     * @param recordBytes the size that records must have
     */
    public static BTreeV2Writer open(BlockAccess blocks, long address, int type, int recordBytes) throws IOException {
        int length = BTreeV2Header.bytes(blocks.sizes());
        ByteBuffer head = blocks.sealed(address, length + BlockAccess.CHECKSUM, BTreeV2Header.SIGNATURE);
        BTreeV2Header header = BTreeV2Header.decode(head, blocks.sizes());
        if (header.type() != type || header.recordBytes() != recordBytes) {
            throw blocks.damaged(
                    address, "a tree has type " + header.type() + " and records of " + header.recordBytes() + " bytes");
        }
        BTreeV2Writer tree = new BTreeV2Writer(blocks, address, header);
        if (tree.shape.most(0) < FEWEST || tree.shape.most(header.depth() + 1) < FEWEST) {
            throw blocks.damaged(address, "a tree has nodes of " + header.nodeBytes() + " bytes");
        }
        return tree;
    }

    /** The address of the header. */
    public long address() {
        return address;
    }

    /** The number of records. */
    public long size() {
        return root == null ? 0 : root.total;
    }

    /** Finds a record; null if the tree does not have it. The record is read-only for the caller. */
    public @Nullable ByteBuffer find(RecordOrder order) throws IOException {
        Child at = root;
        for (int level = depth; at != null; level--) {
            BTreeV2Node node = node(at, level);
            int i = node.search(order);
            if (i >= 0) {
                return BTreeV2Node.buffer(node.records.get(i));
            }
            at = level == 0 ? null : node.children.get(-1 - i);
        }
        return null;
    }

    /** Passes on all records in their order. */
    public void each(Taker taker) throws IOException {
        if (root != null) {
            each(root, depth, taker);
        }
    }

    private void each(Child at, int level, Taker taker) throws IOException {
        BTreeV2Node node = node(at, level);
        for (int i = 0; i <= node.records.size(); i++) {
            if (level > 0) {
                each(node.children.get(i), level - 1, taker);
            }
            if (i < node.records.size()) {
                taker.take(BTreeV2Node.buffer(node.records.get(i)));
            }
        }
    }

    /**
     * Inserts a record.
     *
     * @param order compares records with the new one
     * @return false if the tree has the record already, and was not changed
     */
    public boolean insert(byte[] record, RecordOrder order) throws IOException {
        Child top = root;
        if (top == null) {
            BTreeV2Node leaf = create(0);
            leaf.records.add(record);
            root = new Child(leaf.address, 1, 1);
            depth = 0;
            changed = true;
            return true;
        }
        if (!insert(top, depth, record, order)) {
            return false;
        }
        if (top.count > shape.most(depth)) {
            BTreeV2Node above = create(depth + 1);
            above.children.add(top);
            depth++;
            split(above, 0);
            root = new Child(above.address, above.records.size(), above.total());
        }
        changed = true;
        return true;
    }

    private boolean insert(Child at, int level, byte[] record, RecordOrder order) throws IOException {
        BTreeV2Node node = node(at, level);
        int found = node.search(order);
        if (found >= 0) {
            return false;
        }
        int i = -1 - found;
        if (level == 0) {
            node.records.add(i, record);
        } else {
            Child child = node.children.get(i);
            if (!insert(child, level - 1, record, order)) {
                return false;
            }
            if (child.count > shape.most(level - 1)) {
                relieve(node, i);
            }
        }
        at.total++;
        count(at, node);
        return true;
    }

    /** Makes a child small enough that has one record too many. */
    private void relieve(BTreeV2Node node, int i) throws IOException {
        int most = shape.most(node.depth - 1);
        if (i > 0 && node.children.get(i - 1).count < most) {
            share(node, i - 1);
        } else if (i + 1 < node.children.size() && node.children.get(i + 1).count < most) {
            share(node, i);
        } else {
            split(node, i);
        }
    }

    /** Distributes the records of two neighbours evenly. */
    private void share(BTreeV2Node node, int i) throws IOException {
        Child left = node.children.get(i);
        Child right = node.children.get(i + 1);
        BTreeV2Node first = node(left, node.depth - 1);
        BTreeV2Node second = node(right, node.depth - 1);
        first.records.add(node.records.get(i));
        first.take(second);
        node.records.set(i, halve(first, second));
        count(left, first);
        count(right, second);
        left.total = first.total();
        right.total = second.total();
        node.changed = true;
    }

    private void split(BTreeV2Node node, int i) throws IOException {
        Child left = node.children.get(i);
        BTreeV2Node first = node(left, node.depth - 1);
        BTreeV2Node second = create(node.depth - 1);
        node.records.add(i, halve(first, second));
        count(left, first);
        left.total = first.total();
        node.children.add(i + 1, new Child(second.address, second.records.size(), second.total()));
        node.changed = true;
    }

    /** Moves half of the records to an empty node; returns the record between the nodes, which then is in neither. */
    private static byte[] halve(BTreeV2Node first, BTreeV2Node second) {
        int half = (first.records.size() - 1) / 2;
        first.give(half + 1, second);
        return first.records.remove(half);
    }

    private void merge(BTreeV2Node node, int i) throws IOException {
        Child left = node.children.get(i);
        Child right = node.children.remove(i + 1);
        BTreeV2Node first = node(left, node.depth - 1);
        BTreeV2Node second = node(right, node.depth - 1);
        first.records.add(node.records.remove(i));
        first.take(second);
        count(left, first);
        left.total = first.total();
        drop(second);
        node.changed = true;
    }

    /** Replaces a record by one of the same place in the order; false if the tree does not have the record. */
    public boolean replace(byte[] record, RecordOrder order) throws IOException {
        Child at = root;
        for (int level = depth; at != null; level--) {
            BTreeV2Node node = node(at, level);
            int i = node.search(order);
            if (i >= 0) {
                node.records.set(i, record);
                node.changed = true;
                return true;
            }
            at = level == 0 ? null : node.children.get(-1 - i);
        }
        return false;
    }

    /** Removes a record, and returns it; null if the tree does not have the record. */
    public @Nullable ByteBuffer remove(RecordOrder order) throws IOException {
        Child top = root;
        byte @Nullable [] removed = top == null ? null : remove(top, depth, order);
        if (top == null || removed == null) {
            return null;
        }
        if (top.count == 0) {
            BTreeV2Node node = node(top, depth);
            root = depth == 0 ? null : node.children.get(0);
            depth = Math.max(0, depth - 1);
            drop(node);
        }
        changed = true;
        return BTreeV2Node.buffer(removed);
    }

    private byte @Nullable [] remove(Child at, int level, RecordOrder order) throws IOException {
        BTreeV2Node node = node(at, level);
        int found = node.search(order);
        byte[] removed;
        if (level == 0) {
            if (found < 0) {
                return null;
            }
            removed = node.records.remove(found);
        } else if (found >= 0) {
            removed = node.records.get(found);
            node.records.set(found, removeLast(node.children.get(found), level - 1));
            fill(node, found);
        } else {
            int i = -1 - found;
            byte[] below = remove(node.children.get(i), level - 1, order);
            if (below == null) {
                return null;
            }
            removed = below;
            fill(node, i);
        }
        at.total--;
        count(at, node);
        return removed;
    }

    private byte[] removeLast(Child at, int level) throws IOException {
        BTreeV2Node node = node(at, level);
        byte[] removed;
        int last = node.records.size();
        if (level == 0) {
            removed = node.records.remove(last - 1);
        } else {
            removed = removeLast(node.children.get(last), level - 1);
            fill(node, last);
        }
        at.total--;
        count(at, node);
        return removed;
    }

    /** Makes a child full enough that may have one record too few. */
    private void fill(BTreeV2Node node, int i) throws IOException {
        int most = shape.most(node.depth - 1);
        int count = node.children.get(i).count;
        if (count < Math.max(1, most * mergePercent / 100)) {
            int left = Math.max(0, i - 1);
            if (node.children.get(left).count + node.children.get(left + 1).count < most) {
                merge(node, left);
            } else {
                share(node, left);
            }
        }
        node.changed = true;
    }

    private static void count(Child at, BTreeV2Node node) {
        at.count = node.records.size();
        node.changed = true;
    }

    private BTreeV2Node create(int level) {
        BTreeV2Node node = new BTreeV2Node(file.allocateBlock(shape.nodeBytes()), level);
        node.isNew = true;
        node.changed = true;
        nodes.put(node.address, node);
        return node;
    }

    private void drop(BTreeV2Node node) {
        nodes.remove(node.address);
        file.free(node.address, shape.nodeBytes());
    }

    private BTreeV2Node node(Child at, int level) throws IOException {
        BTreeV2Node known = nodes.get(at.address);
        if (known != null) {
            if (known.depth != level || known.records.size() != at.count) {
                throw blocks.damaged(at.address, "a node is in a tree twice");
            }
            return known;
        }
        if (!shape.holds(level, at.count)) {
            throw blocks.damaged(at.address, "a node has " + at.count + " entries");
        }
        ByteBuffer content = blocks.look(at.address, shape.nodeBytes(), BTreeV2Node.signature(level));
        blocks.checksum(content, at.address, BTreeV2Node.bytes(shape, level, at.count) - BTreeV2Shape.CHECKSUM);
        BTreeV2Node node = BTreeV2Node.decode(content, at.address, level, at.count, shape, blocks.sizes());
        nodes.put(at.address, node);
        return node;
    }

    /** Adds all changes to the commit. */
    public void save() throws IOException {
        for (BTreeV2Node node : nodes.values()) {
            if (node.changed) {
                ByteBuffer block = node.encode(type, shape, blocks.sizes());
                if (node.isNew) {
                    file.makeUnsealed(node.address, block);
                } else {
                    file.replace(node.address, block);
                }
                node.isNew = false;
                node.changed = false;
            }
        }
        if (changed) {
            ByteBuffer head = header();
            if (isNew) {
                file.make(address, head);
            } else {
                file.change(address, head.limit()).put(0, head, 0, head.limit());
            }
            isNew = false;
            changed = false;
        }
        if (nodes.size() > MOST_NODES) {
            nodes.clear();
        }
    }

    /** The header, with space for the checksum. */
    private ByteBuffer header() {
        long rootAddress = root == null ? Superblock.UNDEFINED : root.address;
        int rootRecords = root == null ? 0 : root.count;
        FormatOutput out = blocks.output();
        new BTreeV2Header(
                        type,
                        shape.nodeBytes(),
                        shape.recordBytes(),
                        depth,
                        splitPercent,
                        mergePercent,
                        rootAddress,
                        rootRecords,
                        size())
                .encode(out);
        return out.zeros(BlockAccess.CHECKSUM).toBuffer();
    }

    /** Frees the space of the tree, which must not be used any more. */
    public void free() throws IOException {
        if (root != null) {
            free(root, depth);
        }
        file.free(address, BTreeV2Header.bytes(blocks.sizes()) + (long) BlockAccess.CHECKSUM);
    }

    private void free(Child at, int level) throws IOException {
        if (level > 0) {
            for (Child child : node(at, level).children) {
                free(child, level - 1);
            }
        }
        file.free(at.address, shape.nodeBytes());
    }
}
