package io.h5sink.format.btree;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import java.util.function.ObjLongConsumer;

/**
 * A symbol table, the oldest format of a group: a B-tree of version 1 with links whose names are in a local heap, without checksums. HDF5
 * File Format Specification 3.0, sections III.A.1, III.B and III.D.
 */
public final class SymbolTable {

    private static final int SOFT = 2;

    /** Receives links. */
    public interface LinkTaker {

        /**
         * Receives a link.
         *
         * @param name the bytes of the link's name
         * @param address the address of the link's object; {@link Superblock#UNDEFINED} for a soft link
         */
        void take(byte[] name, long address);
    }

    private final FormatInput bytes;
    private final LinkTaker found;
    private ByteBuffer names = ByteBuffer.allocate(0);
    private long nodes;

    private SymbolTable(FormatInput bytes, LinkTaker found) {
        this.bytes = bytes;
        this.found = found;
    }

    /**
     * Checks the symbol table to which a message body, or the scratch-pad of a symbol table entry, points; passes on the addresses of
     * objects.
     */
    public static void check(FormatInput bytes, ByteBuffer table, ObjLongConsumer<String> found) {
        links(bytes, table, (name, address) -> {
            if (address != Superblock.UNDEFINED) {
                found.accept(FileNames.text(name), address);
            }
        });
    }

    /** Checks a symbol table; passes on all links, in the order of the tree. */
    public static void links(FormatInput bytes, ByteBuffer table, LinkTaker found) {
        long tree = bytes.address(table);
        long heap = bytes.address(table);
        SymbolTable group = new SymbolTable(bytes, found);
        group.heap(heap);
        group.node(tree, -1);
    }

    private void heap(long address) {
        int lengths = bytes.lengthBytes();
        ByteBuffer head = bytes.at(address, 8 + 2L * lengths + bytes.addressBytes());
        bytes.expect(head, address, "HEAP");
        head.position(8);
        long size = bytes.length(head);
        long free = bytes.length(head);
        names = bytes.at(bytes.address(head), size);
        long gaps = 0;
        while (free != 1) { // offset 1 ends the list: no gap can start there
            if (free > size - 2L * lengths || ++gaps > size) {
                throw bytes.damaged(address, "the gaps of a local heap are not in it");
            }
            ByteBuffer gap = names.duplicate().order(names.order()).position((int) free);
            long next = bytes.length(gap);
            long length = bytes.length(gap);
            if (length > size - free) {
                throw bytes.damaged(address, "a gap in a local heap has " + length + " bytes");
            }
            free = next;
        }
    }

    /** Reads a node, which must have the given level; -1 allows any level. */
    private void node(long address, int level) {
        if (++nodes > 1 << 24) {
            throw bytes.damaged(address, "a group goes round in a circle");
        }
        int width = bytes.addressBytes();
        ByteBuffer head = bytes.at(address, 8 + 2L * width);
        bytes.expect(head, address, "TREE");
        int type = head.get();
        int here = Byte.toUnsignedInt(head.get());
        int entries = Short.toUnsignedInt(head.getShort());
        if (type != 0 || (level >= 0 && here != level) || entries > 1 << 15) {
            throw bytes.damaged(
                    address,
                    "a node of type " + type + ", level " + here + " and " + entries + " entries is in a group");
        }
        int key = bytes.lengthBytes();
        mustHave(address, entries, bytes.nodeEntries());
        // the C library reads the whole node
        bytes.at(address, head.limit() + 2L * bytes.nodeEntries() * (key + width) + key);
        ByteBuffer content = bytes.at(address + head.limit(), (long) entries * (key + width) + key);
        long firstKey = bytes.length(content);
        if (entries > 0) { // the key of an empty node is undefined
            name(address, firstKey);
        }
        for (int i = 0; i < entries; i++) {
            long child = bytes.address(content);
            name(address, bytes.length(content));
            if (here > 0) {
                node(child, here - 1);
            } else {
                links(child);
            }
        }
    }

    private void mustHave(long address, int entries, int half) {
        if (half > 0 && entries > 2 * half) {
            throw bytes.damaged(address, "there are " + entries + " entries, of at most " + 2 * half);
        }
    }

    private void links(long address) {
        ByteBuffer head = bytes.at(address, 8);
        bytes.expect(head, address, "SNOD");
        int count = Short.toUnsignedInt(head.getShort(6));
        int width = bytes.addressBytes();
        int each = bytes.lengthBytes() + width + 24;
        mustHave(address, count, bytes.leafEntries());
        bytes.at(address, 8 + 2L * bytes.leafEntries() * each);
        ByteBuffer content = bytes.at(address + 8, (long) count * each);
        for (int i = 0; i < count; i++) {
            content.position(i * each);
            byte[] name = name(address, bytes.length(content));
            long object = bytes.address(content);
            int cached = content.getInt();
            content.getInt();
            if (cached == SOFT) {
                name(address, Integer.toUnsignedLong(content.getInt()));
                found.take(name, Superblock.UNDEFINED);
            } else {
                found.take(name, object);
            }
        }
    }

    private byte[] name(long address, long offset) {
        if (offset >= names.limit()) {
            throw bytes.damaged(address, "a name lies behind the " + names.limit() + " bytes of its heap");
        }
        int end = (int) offset;
        while (names.get(end) != 0) {
            if (++end == names.limit()) {
                throw bytes.damaged(address, "a name does not end");
            }
        }
        byte[] name = new byte[end - (int) offset];
        names.get((int) offset, name);
        return name;
    }
}
