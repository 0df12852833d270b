package io.h5sink.format.btree;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of the B-tree of version 1 that sorts the links of a symbol table: HDF5 File Format Specification 3.0, section III.A.1. The children
 * of a node of level 0 are {@link SymbolNode symbol table nodes}. The names in a child are greater than the key before the child, and at
 * most equal to the key behind.
 */
public final class GroupNode {

    private static final int HEAD = 8;
    private static final int TYPE = 0;
    private static final int MOST_ENTRIES = 1 << 15;

    public final long address;
    public int level;

    /** The addresses of the neighbours on the same level; {@link Superblock#UNDEFINED} for none. */
    public long left;

    public long right;

    /** The offsets of names in the local heap, one more than children; that of a node without children is undefined. */
    public final List<Long> keys = new ArrayList<>();

    /** The addresses of the children. */
    public final List<Long> children = new ArrayList<>();

    /** A node without children. */
    public GroupNode(long address, int level, long left, long right) {
        this.address = address;
        this.level = level;
        this.left = left;
        this.right = right;
    }

    /** Decodes a node, which must have the given level; -1 allows any level. */
    public static GroupNode decode(FormatInput in, long address, int level) {
        int width = in.addressBytes();
        ByteBuffer head = in.at(address, HEAD + 2L * width);
        in.expect(head, address, "TREE");
        int type = head.get();
        int here = Byte.toUnsignedInt(head.get());
        int entries = Short.toUnsignedInt(head.getShort());
        if (type != TYPE || (level >= 0 && here != level) || entries > MOST_ENTRIES) {
            throw in.damaged(
                    address,
                    "a node of type " + type + ", level " + here + " and " + entries + " entries is in a group");
        }
        SymbolNode.mustHave(in, address, entries, in.nodeEntries());
        GroupNode node = new GroupNode(address, here, in.address(head), in.address(head));
        int key = in.lengthBytes();
        // the C library reads the whole node
        in.at(address, head.limit() + 2L * in.nodeEntries() * (key + width) + key);
        ByteBuffer content = in.at(address + head.limit(), (long) entries * (key + width) + key);
        node.keys.add(in.length(content));
        for (int i = 0; i < entries; i++) {
            node.children.add(in.address(content));
            node.keys.add(in.length(content));
        }
        return node;
    }

    /** The length of a node, in bytes. */
    public static int bytes(FormatInput in) {
        FieldSizes sizes = in.sizes();
        return HEAD
                + 2 * sizes.addressBytes()
                + 2 * in.nodeEntries() * (sizes.lengthBytes() + sizes.addressBytes())
                + sizes.lengthBytes();
    }

    /** Encodes the node with its unused space. */
    public ByteBuffer encode(FormatInput in) {
        FormatOutput out = new FormatOutput(in.sizes())
                .signature("TREE")
                .int8(TYPE)
                .int8(level)
                .int16(children.size())
                .address(left)
                .address(right)
                .length(keys.get(0));
        for (int i = 0; i < children.size(); i++) {
            out.address(children.get(i)).length(keys.get(i + 1));
        }
        return out.zeros(bytes(in) - out.size()).toBuffer();
    }

    /** Moves the children from an index on, with the keys around them, to a node that has none. */
    public void moveFrom(int index, GroupNode to) {
        List<Long> itsChildren = children.subList(index, children.size());
        to.children.addAll(itsChildren);
        to.keys.addAll(keys.subList(index, keys.size()));
        itsChildren.clear();
        keys.subList(index + 1, keys.size()).clear();
    }

    /** The last key. */
    public long lastKey() {
        return keys.get(keys.size() - 1);
    }
}
