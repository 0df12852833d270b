package io.h5sink.format.btree;

import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A symbol table node, which has some of the links of a symbol table, sorted by the bytes of their names: HDF5 File Format Specification 3.0,
 * sections III.B and III.C.
 */
public final class SymbolNode {

    private static final int HEAD = 8;
    private static final int VERSION = 1;

    /** The length of the cache type, the reserved bytes and the scratch-pad of an entry. */
    private static final int CACHE = 24;

    private static final int NOTHING_CACHED = 0;
    private static final int SOFT = 2;

    /**
     * A link.
     *
     * @param name the offset of the name in the local heap
     * @param object the address of the object's header; undefined for a soft link
     * @param cacheType what the scratch-pad has: nothing, the addresses of a group's symbol table, or the offset of a soft link's path
     * @param scratch the scratch-pad with the reserved bytes before, in a buffer that starts at position 0
     */
    public record SymbolEntry(long name, long object, int cacheType, ByteBuffer scratch) {

        /** A hard link to an object of which nothing is cached. */
        public static SymbolEntry hard(long name, long object) {
            return new SymbolEntry(name, object, NOTHING_CACHED, ByteBuffer.allocate(CACHE - Integer.BYTES));
        }

        /** Whether this is a soft link. */
        public boolean isSoft() {
            return cacheType == SOFT;
        }

        /** The offset of a soft link's path in the local heap. */
        public long path() {
            return Integer.toUnsignedLong(scratch.getInt(Integer.BYTES));
        }
    }

    public final long address;

    /** The links. */
    public final List<SymbolEntry> entries = new ArrayList<>();

    /** A node without links. */
    public SymbolNode(long address) {
        this.address = address;
    }

    static void mustHave(FormatInput in, long address, int entries, int half) {
        if (half > 0 && entries > 2 * half) {
            throw in.damaged(address, "there are " + entries + " entries, of at most " + 2 * half);
        }
    }

    /** Decodes a node. */
    public static SymbolNode decode(FormatInput in, long address) {
        ByteBuffer head = in.at(address, HEAD);
        in.expect(head, address, "SNOD");
        int count = Short.toUnsignedInt(head.getShort(6));
        int each = entryBytes(in);
        mustHave(in, address, count, in.leafEntries());
        in.at(address, HEAD + 2L * in.leafEntries() * each);
        ByteBuffer content = in.at(address + HEAD, (long) count * each);
        SymbolNode node = new SymbolNode(address);
        for (int i = 0; i < count; i++) {
            content.position(i * each);
            long name = in.length(content);
            long object = in.address(content);
            int cacheType = content.getInt();
            ByteBuffer scratch =
                    content.slice(content.position(), CACHE - Integer.BYTES).order(content.order());
            node.entries.add(new SymbolEntry(name, object, cacheType, scratch));
        }
        return node;
    }

    private static int entryBytes(FormatInput in) {
        return in.lengthBytes() + in.addressBytes() + CACHE;
    }

    /** The length of a node, in bytes. */
    public static int bytes(FormatInput in) {
        return HEAD + 2 * in.leafEntries() * entryBytes(in);
    }

    /** Encodes the node with its unused space. */
    public ByteBuffer encode(FormatInput in) {
        FormatOutput out = new FormatOutput(in.sizes())
                .signature("SNOD")
                .int8(VERSION)
                .int8(0)
                .int16(entries.size());
        for (SymbolEntry entry : entries) {
            out.length(entry.name).address(entry.object).int32(entry.cacheType).bytes(entry.scratch);
        }
        return out.zeros(bytes(in) - out.size()).toBuffer();
    }
}
