package io.h5sink.format.heap;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.GroupNode;
import io.h5sink.format.btree.SymbolNode;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds links to a symbol table and removes them. The root of the tree and the header of the local heap stay where they are, because the
 * superblock and the links to the group cache their addresses: a root that is split moves its content to two new nodes. One thread at a
 * time.
 */
public final class SymbolTableWriter {

    /** The share of children that stay in the last node of a level when it is split: names mostly come in ascending order. */
    private static final double LAST_SHARE = 0.9;

    private static final double SHARE = 0.5;
    private static final byte[] NOTHING = {};

    /** The change of a node that its parent must note. */
    private static final class Change {

        /** The new node behind the node, and the key between them. */
        private long added = Superblock.UNDEFINED;

        private long between;

        /** The new last key; negative if it is the same. */
        private long lastKey = -1;

        /** Whether the node has no children any more, and is freed. */
        private boolean empty;
    }

    private final SpaceAllocator file;
    private final FormatInput in;
    private final long root;
    private final LocalHeap heap;

    /**
     * A writer of the symbol table to which a message points.
     *
     * @param table the body of the Symbol Table message
     */
    public SymbolTableWriter(SpaceAllocator file, ByteBuffer table) {
        this.file = file;
        this.in = file.input();
        this.root = in.address(table);
        this.heap = LocalHeap.decode(in, in.address(table));
        if (in.nodeEntries() < 1 || in.leafEntries() < 1) {
            throw new FormatException("the superblock gives the nodes of symbol tables no entries");
        }
    }

    /** Adds a hard link with a name that the table does not have. */
    public void add(byte[] name, long object) throws IOException {
        GroupNode top = GroupNode.decode(in, root, -1);
        long offset = heap.add(file, name);
        SymbolNode.SymbolEntry entry = SymbolNode.SymbolEntry.hard(offset, object);
        if (top.children.isEmpty()) {
            SymbolNode only = new SymbolNode(file.allocateBlock(SymbolNode.bytes(in)));
            only.entries.add(entry);
            file.makeUnsealed(only.address, only.encode(in));
            GroupNode filled = new GroupNode(root, 0, Superblock.UNDEFINED, Superblock.UNDEFINED);
            filled.keys.addAll(List.of(least(), offset));
            filled.children.add(only.address);
            save(filled);
            return;
        }
        insert(top, name, entry);
        if (top.children.size() > 2 * in.nodeEntries()) {
            splitRoot(top);
        } else {
            save(top);
        }
    }

    /** The offset of the empty text, which is less than all names. */
    private long least() throws IOException {
        return heap.text(root, 0).length == 0 ? 0 : heap.add(file, NOTHING);
    }

    /** Adds a link below a node, which may get one child too many, and is not saved. */
    private void insert(GroupNode node, byte[] name, SymbolNode.SymbolEntry entry) throws IOException {
        int index = SymbolTable.child(heap, node, name);
        if (index == node.children.size()) { // the name is greater than all
            index--;
            node.keys.set(index + 1, entry.name());
        } else if (index == 0 && Arrays.compareUnsigned(name, heap.text(node.address, node.keys.get(0))) <= 0) {
            node.keys.set(0, least());
        }
        Change change = node.level == 0
                ? insertLink(node.children.get(index), name, entry)
                : insertBelow(node.children.get(index), node.level - 1, name, entry);
        if (change.added != Superblock.UNDEFINED) {
            node.keys.add(index + 1, change.between);
            node.children.add(index + 1, change.added);
        }
    }

    private Change insertLink(long address, byte[] name, SymbolNode.SymbolEntry entry) throws IOException {
        SymbolNode node = SymbolNode.decode(in, address);
        int index = 0;
        while (index < node.entries.size()
                && Arrays.compareUnsigned(
                                heap.text(address, node.entries.get(index).name()), name)
                        < 0) {
            index++;
        }
        node.entries.add(index, entry);
        Change change = new Change();
        int half = in.leafEntries();
        if (node.entries.size() > 2 * half) {
            SymbolNode behind = new SymbolNode(file.allocateBlock(SymbolNode.bytes(in)));
            List<SymbolNode.SymbolEntry> upper = node.entries.subList(half, node.entries.size());
            behind.entries.addAll(upper);
            upper.clear();
            file.makeUnsealed(behind.address, behind.encode(in));
            change.added = behind.address;
            change.between = node.entries.get(half - 1).name();
        }
        save(node);
        return change;
    }

    private Change insertBelow(long address, int level, byte[] name, SymbolNode.SymbolEntry entry) throws IOException {
        GroupNode node = GroupNode.decode(in, address, level);
        if (node.children.isEmpty()) {
            throw in.damaged(address, "a node below the root of a group has no entries");
        }
        insert(node, name, entry);
        Change change = new Change();
        if (node.children.size() > 2 * in.nodeEntries()) {
            GroupNode behind = new GroupNode(file.allocateBlock(GroupNode.bytes(in)), level, address, node.right);
            node.moveFrom(kept(node), behind);
            if (behind.right != Superblock.UNDEFINED) {
                GroupNode next = GroupNode.decode(in, behind.right, level);
                next.left = behind.address;
                save(next);
            }
            node.right = behind.address;
            file.makeUnsealed(behind.address, behind.encode(in));
            change.added = behind.address;
            change.between = behind.keys.get(0);
        }
        save(node);
        return change;
    }

    /** The number of children that stay in a node that is split. */
    private static int kept(GroupNode node) {
        double share = node.right == Superblock.UNDEFINED ? LAST_SHARE : SHARE;
        int count = node.children.size();
        return Math.max(1, Math.min(count - 1, (int) (count * share)));
    }

    private void splitRoot(GroupNode top) throws IOException {
        int bytes = GroupNode.bytes(in);
        GroupNode first =
                new GroupNode(file.allocateBlock(bytes), top.level, Superblock.UNDEFINED, Superblock.UNDEFINED);
        GroupNode second = new GroupNode(file.allocateBlock(bytes), top.level, first.address, Superblock.UNDEFINED);
        first.right = second.address;
        top.moveFrom(kept(top), second);
        top.moveFrom(0, first);
        top.level++;
        top.children.addAll(List.of(first.address, second.address));
        top.keys.addAll(List.of(second.keys.get(0), second.lastKey()));
        file.makeUnsealed(first.address, first.encode(in));
        file.makeUnsealed(second.address, second.encode(in));
        save(top);
    }

    /** Removes the link of a name; returns the address of its object, {@link Superblock#UNDEFINED} if it was a soft link, or null. */
    public @Nullable Long remove(byte[] name) throws IOException {
        GroupNode top = GroupNode.decode(in, root, -1);
        SymbolNode.SymbolEntry[] removed = new SymbolNode.SymbolEntry[1];
        Change change = removeBelow(top, name, removed);
        if (change.empty) {
            GroupNode empty = new GroupNode(root, 0, Superblock.UNDEFINED, Superblock.UNDEFINED);
            empty.keys.add(0L);
            save(empty);
        }
        SymbolNode.SymbolEntry entry = removed[0];
        if (entry == null) {
            return null;
        }
        heap.remove(file, entry.name());
        if (entry.isSoft()) {
            heap.remove(file, entry.path());
            return Superblock.UNDEFINED;
        }
        return entry.object();
    }

    /** Removes a link below a node, which is saved unless it has no children any more. */
    private Change removeBelow(GroupNode node, byte[] name, SymbolNode.SymbolEntry[] removed) throws IOException {
        Change mine = new Change();
        int index = SymbolTable.child(heap, node, name);
        if (index == node.children.size()) {
            return mine;
        }
        Change change = node.level == 0
                ? removeLink(node.children.get(index), name, removed)
                : removeNode(node.children.get(index), node.level - 1, name, removed);
        boolean last = index + 1 == node.children.size();
        if (change.empty) { // the key behind the child is the name that was removed
            node.children.remove(index);
            node.keys.remove(index + 1);
        } else if (change.lastKey >= 0) {
            node.keys.set(index + 1, change.lastKey);
        } else {
            return mine;
        }
        mine.empty = node.children.isEmpty();
        mine.lastKey = last && !mine.empty ? node.lastKey() : -1;
        if (last && node.right != Superblock.UNDEFINED) { // the neighbour's first key is this node's last one
            GroupNode next = GroupNode.decode(in, node.right, node.level);
            next.keys.set(0, node.lastKey());
            save(next);
        }
        if (!mine.empty) {
            save(node);
        }
        return mine;
    }

    private Change removeLink(long address, byte[] name, SymbolNode.SymbolEntry[] removed) throws IOException {
        SymbolNode node = SymbolNode.decode(in, address);
        Change change = new Change();
        for (int i = 0; i < node.entries.size(); i++) {
            if (Arrays.equals(heap.text(address, node.entries.get(i).name()), name)) {
                removed[0] = node.entries.remove(i);
                change.empty = node.entries.isEmpty();
                change.lastKey = i == node.entries.size() && !change.empty
                        ? node.entries.get(i - 1).name()
                        : -1;
                break;
            }
        }
        if (change.empty) {
            file.free(address, SymbolNode.bytes(in));
        } else if (removed[0] != null) {
            save(node);
        }
        return change;
    }

    private Change removeNode(long address, int level, byte[] name, SymbolNode.SymbolEntry[] removed)
            throws IOException {
        GroupNode node = GroupNode.decode(in, address, level);
        Change change = removeBelow(node, name, removed);
        if (change.empty) {
            if (node.left != Superblock.UNDEFINED) {
                GroupNode before = GroupNode.decode(in, node.left, level);
                before.right = node.right;
                save(before);
            }
            if (node.right != Superblock.UNDEFINED) {
                GroupNode next = GroupNode.decode(in, node.right, level);
                next.left = node.left;
                save(next);
            }
            file.free(address, GroupNode.bytes(in));
        }
        return change;
    }

    private void save(GroupNode node) throws IOException {
        save(node.address, node.encode(in));
    }

    private void save(SymbolNode node) throws IOException {
        save(node.address, node.encode(in));
    }

    private void save(long address, ByteBuffer bytes) throws IOException {
        file.changeUnsealed(address, bytes.limit()).put(0, bytes, 0, bytes.limit());
    }
}
