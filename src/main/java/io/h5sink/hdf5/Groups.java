package io.h5sink.hdf5;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.SymbolTable;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.LinkInfo;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links of groups in a commit that changes them: HDF5 File Format Specification 3.0, sections IV.A.2.c, g and k. A group has its links in
 * its object header or, if they are many, in dense storage.
 */
final class Groups {

    /** The free bytes of a new group's header, for its first links. */
    private static final int SPARE = 96;

    private Groups() {}

    /** Makes an empty group; returns the address of its header. */
    static long make(SpaceAllocator file) {
        return HeaderEditor.make(file, messages(), SPARE);
    }

    /** The messages of an empty group. */
    static List<HeaderEditor.NewMessage> messages() {
        FormatOutput links = new FormatOutput();
        LinkInfo.compact().encode(links);
        return List.of(
                new HeaderEditor.NewMessage(LinkInfo.TYPE, 0, links.toBuffer()),
                new HeaderEditor.NewMessage(
                        ObjectHeader.GROUP_INFO,
                        HeaderEditor.CONSTANT,
                        new FormatOutput().zeros(2).toBuffer()));
    }

    /** The link of a name; null if the group has none. */
    static @Nullable LinkMessage find(SpaceAllocator file, long group, byte[] name) {
        FormatInput in = file.input();
        ObjectHeader header = ObjectHeader.read(in, group);
        LinkMessage[] found = {null};
        for (ObjectHeader.Message message : header.messages()) {
            switch (message.type()) {
                case ObjectHeader.LINK -> {
                    LinkMessage link = LinkMessage.decode(message.open(), in);
                    found[0] = Arrays.equals(link.name(), name) ? link : found[0];
                }
                case ObjectHeader.LINK_INFO ->
                    DenseStorage.links(in, message.open(), content -> {
                        LinkMessage link = LinkMessage.decode(content, in);
                        found[0] = Arrays.equals(link.name(), name) ? link : found[0];
                    });
                case ObjectHeader.SYMBOL_TABLE ->
                    SymbolTable.links(in, message.open(), (bytes, address) -> {
                        if (Arrays.equals(bytes, name)) {
                            found[0] = symbol(bytes, address);
                        }
                    });
                default -> {
                    // other messages have no links
                }
            }
        }
        return found[0];
    }

    private static LinkMessage symbol(byte[] name, long address) {
        return address == Superblock.UNDEFINED
                ? new LinkMessage(name, LinkMessage.Form.SOFT, address, new byte[0], null, false)
                : LinkMessage.hard(name, address, null);
    }

    /** Whether HDF5 adds no links to a group, because its list of links is marked as constant. */
    static boolean isConstant(SpaceAllocator file, long group) {
        ObjectHeader.Message info = ObjectHeader.read(file.input(), group).first(ObjectHeader.LINK_INFO);
        return info != null && (info.flags() & HeaderEditor.CONSTANT) != 0;
    }

    /** Adds a hard link to a group that has no link of that name. */
    static void add(SpaceAllocator file, long group, byte[] name, long object) throws IOException {
        HeaderEditor header = HeaderEditor.open(file, group);
        HeaderEditor.Slot slot = header.first(LinkInfo.TYPE);
        if (slot == null) {
            throw new FormatException("a group has no link info");
        }
        LinkInfo info = LinkInfo.decode(header.body(slot), file.input());
        Long order = null;
        if (info.isTracked()) {
            order = info.largestOrder();
            info = info.upTo(order + 1);
            header.replace(slot, encoded(info));
        }
        ByteBuffer link = encoded(LinkMessage.hard(name, object, order));
        if (info.isDense()) {
            throw new FormatException("a dense group"); // TODO dense
        }
        header.add(LinkMessage.TYPE, 0, link);
    }

    private static ByteBuffer encoded(LinkInfo info) {
        FormatOutput out = new FormatOutput();
        info.encode(out);
        return out.toBuffer();
    }

    private static ByteBuffer encoded(LinkMessage link) {
        FormatOutput out = new FormatOutput();
        link.encode(out);
        return out.toBuffer();
    }

    /** Removes the link of a name from a group. */
    static void remove(SpaceAllocator file, long group, byte[] name) throws IOException {
        HeaderEditor header = HeaderEditor.open(file, group);
        for (HeaderEditor.Slot slot : header.all(LinkMessage.TYPE)) {
            LinkMessage link = LinkMessage.decode(header.body(slot), file.input());
            if (Arrays.equals(link.name(), name)) {
                header.remove(slot);
                return;
            }
        }
        throw new FormatException("a dense group"); // TODO dense
    }
}
