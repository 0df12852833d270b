package io.h5sink.format.heap;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.GroupNode;
import io.h5sink.format.btree.SymbolNode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A symbol table, the oldest format of a group: a B-tree of version 1 with links whose names are in a local heap, without checksums. HDF5
 * File Format Specification 3.0, sections III.A.1, III.B, III.D and IV.A.2.r.
 */
public final class SymbolTable {

    private static final int MOST_NODES = 1 << 24;
    private static final byte[] NOTHING = {};

    /** Receives links. */
    public interface LinkTaker {

        /**
         * Receives a link.
         *
         * @param name the bytes of the link's name
         * @param address the address of the link's object; {@link Superblock#UNDEFINED} for a soft link
         * @param path the path of a soft link; empty for a hard link
         */
        void take(byte[] name, long address, byte[] path);
    }

    private final FormatInput bytes;
    private final long root;
    private final LocalHeap heap;
    private long nodes;

    private SymbolTable(FormatInput bytes, ByteBuffer table) {
        this.bytes = bytes;
        this.root = bytes.address(table);
        this.heap = LocalHeap.decode(bytes, bytes.address(table));
    }

    /**
     * Checks the symbol table to which a message body, or the scratch-pad of a symbol table entry, points; passes on the addresses of
     * objects.
     */
    public static void check(FormatInput bytes, ByteBuffer table, ObjLongConsumer<String> found) {
        links(bytes, table, (name, address, path) -> {
            if (address != Superblock.UNDEFINED) {
                found.accept(FileNames.text(name), address);
            }
        });
    }

    /** Checks a symbol table; passes on all links, in the order of the tree. */
    public static void links(FormatInput bytes, ByteBuffer table, LinkTaker found) {
        SymbolTable group = new SymbolTable(bytes, table);
        group.heap.check();
        group.node(group.root, -1, found);
    }

    /** Reads a node, which must have the given level; -1 allows any level. */
    private void node(long address, int level, LinkTaker found) {
        if (++nodes > MOST_NODES) {
            throw bytes.damaged(address, "a group goes round in a circle");
        }
        GroupNode node = GroupNode.decode(bytes, address, level);
        for (int i = 0; i < node.children.size(); i++) {
            if (i == 0) { // the key of an empty node is undefined
                heap.text(address, node.keys.get(0));
            }
            heap.text(address, node.keys.get(i + 1));
            if (node.level > 0) {
                node(node.children.get(i), node.level - 1, found);
            } else {
                for (SymbolNode.SymbolEntry entry : SymbolNode.decode(bytes, node.children.get(i)).entries) {
                    take(node.children.get(i), entry, found);
                }
            }
        }
    }

    private void take(long address, SymbolNode.SymbolEntry entry, LinkTaker found) {
        byte[] name = heap.text(address, entry.name());
        if (entry.isSoft()) {
            found.take(name, Superblock.UNDEFINED, heap.text(address, entry.path()));
        } else {
            found.take(name, entry.object(), NOTHING);
        }
    }

    /** Passes on the link of a name, if the symbol table has one. */
    public static void find(FormatInput bytes, ByteBuffer table, byte[] name, LinkTaker found) {
        SymbolTable group = new SymbolTable(bytes, table);
        SymbolNode leaf = group.leaf(name);
        if (leaf != null) {
            for (SymbolNode.SymbolEntry entry : leaf.entries) {
                if (Arrays.equals(group.heap.text(leaf.address, entry.name()), name)) {
                    group.take(leaf.address, entry, found);
                }
            }
        }
    }

    /** The node that has a name if any does; null if no node can have it. */
    private @Nullable SymbolNode leaf(byte[] name) {
        GroupNode node = GroupNode.decode(bytes, root, -1);
        while (true) {
            int index = child(heap, node, name);
            if (index == node.children.size()) {
                return null;
            }
            if (node.level == 0) {
                return SymbolNode.decode(bytes, node.children.get(index));
            }
            node = GroupNode.decode(bytes, node.children.get(index), node.level - 1);
        }
    }

    /** The index of the child that may have a name; the number of children if the name is greater than all. */
    static int child(LocalHeap heap, GroupNode node, byte[] name) {
        int low = 0;
        int high = node.children.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(name, heap.text(node.address, node.keys.get(middle + 1))) > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
