package io.h5sink.hdf5;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.heap.DenseKind;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.heap.SymbolTable;
import io.h5sink.format.heap.SymbolTableWriter;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.LinkInfo;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.transaction.BlockAccess;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The links of groups in a commit that changes them: HDF5 File Format Specification 3.0, sections IV.A.2.c, g, k and r. A group has its links
 * in its object header or, if they are many, in dense storage; a group of the oldest format has them in a symbol table.
 */
public final class Groups {

    /** The free bytes of a new group's header, for its first links. */
    private static final int SPARE = 96;

    /**
     * The most links that this library keeps in a header. HDF5's own limit is 8, but HDF5 takes any number; larger groups are found faster
     * by an index.
     */
    private static final int MOST_COMPACT = 32;

    private final SpaceAllocator file;

    /** The dense storage of groups by the groups' headers, with changes that are not part of the commit before {@link #save}. */
    private final Map<Long, DenseStorage> dense = new HashMap<>();

    Groups(SpaceAllocator file) {
        this.file = file;
    }

    /** Adds all changes to the commit. */
    void save() throws IOException {
        for (DenseStorage storage : dense.values()) {
            storage.save();
        }
    }

    /** Forgets what was read, because another program may have changed the file. */
    void forget() {
        dense.clear();
    }

    /** Makes an empty group; returns the address of its header. */
    static long make(SpaceAllocator file) {
        return HeaderEditor.make(file, messages(file.sizes()), SPARE);
    }

    /** The messages of an empty group. */
    public static List<HeaderEditor.NewMessage> messages(FieldSizes sizes) {
        FormatOutput links = new FormatOutput(sizes);
        LinkInfo.compact().encode(links);
        return List.of(
                new HeaderEditor.NewMessage(ObjectHeader.LINK_INFO, 0, links.toBuffer()),
                new HeaderEditor.NewMessage(
                        ObjectHeader.GROUP_INFO,
                        HeaderEditor.CONSTANT,
                        new FormatOutput().zeros(2).toBuffer()));
    }

    /** The link of a name; null if the group has none. */
    @Nullable
    LinkMessage find(long group, byte[] name) throws IOException {
        FormatInput in = file.input();
        @Nullable LinkMessage[] found = {null};
        for (ObjectHeader.Message message : ObjectHeader.read(in, group).messages()) {
            switch (message.type()) {
                case ObjectHeader.LINK ->
                    found[0] = named(LinkMessage.decode(message.open(), in.sizes()), name, found[0]);
                case ObjectHeader.LINK_INFO -> {
                    LinkInfo info = LinkInfo.decode(message.open(), in);
                    ByteBuffer link = info.isDense() ? dense(group, info).find(name) : null;
                    found[0] = link == null ? found[0] : LinkMessage.decode(link, in.sizes());
                }
                case ObjectHeader.SYMBOL_TABLE ->
                    SymbolTable.find(
                            in,
                            message.open(),
                            name,
                            (bytes, address, path) -> found[0] = LinkMessage.symbol(bytes, address, path));
                default -> {
                    // other messages have no links
                }
            }
        }
        return found[0];
    }

    private static @Nullable LinkMessage named(LinkMessage link, byte[] name, @Nullable LinkMessage other) {
        return Arrays.equals(link.name(), name) ? link : other;
    }

    private DenseStorage dense(long group, LinkInfo info) throws IOException {
        DenseStorage open = dense.get(group);
        if (open == null) {
            open = DenseStorage.open(
                    new BlockAccess(file, file.sizes()), DenseKind.LINKS, info.heap(), info.names(), info.orders());
            dense.put(group, open);
        }
        return open;
    }

    /** Whether HDF5 adds no links to a group, because its list of links is marked as constant. */
    boolean isConstant(long group) {
        ObjectHeader.Message info = ObjectHeader.read(file.input(), group).first(ObjectHeader.LINK_INFO);
        return info != null && (info.flags() & HeaderEditor.CONSTANT) != 0;
    }

    /** Adds a hard link to a group that has no link of that name. */
    void add(long group, byte[] name, long object) throws IOException {
        HeaderEditor header = HeaderEditor.open(file, group);
        SymbolTableWriter table = symbolTable(header);
        if (table != null) {
            table.add(name, object);
            return;
        }
        LinkInfo before = info(header);
        LinkInfo info = before;
        Long order = null;
        if (info.isTracked()) {
            order = info.largestOrder();
            info = info.upTo(order + 1);
        }
        LinkMessage link = LinkMessage.hard(name, object, order);
        List<HeaderEditor.Slot> links = header.all(ObjectHeader.LINK);
        if (!info.isDense() && links.size() >= MOST_COMPACT) {
            info = densified(header, info);
        }
        if (info.isDense()) {
            dense(group, info).add(name, order == null ? 0 : order, encoded(link));
        } else {
            header.add(ObjectHeader.LINK, 0, encoded(link));
        }
        if (!info.equals(before)) {
            header.replace(Objects.requireNonNull(header.first(ObjectHeader.LINK_INFO)), encoded(info));
        }
    }

    /** The writer of a group's symbol table; null for a group of the new format. */
    private @Nullable SymbolTableWriter symbolTable(HeaderEditor header) throws IOException {
        HeaderEditor.Slot slot = header.first(ObjectHeader.SYMBOL_TABLE);
        return slot == null ? null : new SymbolTableWriter(file, header.body(slot));
    }

    private LinkInfo info(HeaderEditor header) throws IOException {
        HeaderEditor.Slot slot = header.first(ObjectHeader.LINK_INFO);
        if (slot == null) {
            throw new FormatException("a group has no link info");
        }
        return LinkInfo.decode(header.body(slot), file.input());
    }

    /** Moves the links of a group's header to dense storage. */
    private LinkInfo densified(HeaderEditor header, LinkInfo info) throws IOException {
        DenseStorage storage =
                DenseStorage.create(new BlockAccess(file, file.sizes()), DenseKind.LINKS, info.isIndexed());
        for (HeaderEditor.Slot slot : header.all(ObjectHeader.LINK)) {
            LinkMessage link =
                    LinkMessage.decode(header.body(slot), file.input().sizes());
            Long order = link.order();
            storage.add(link.name(), order == null ? 0 : order, header.body(slot));
        }
        for (HeaderEditor.Slot slot : header.all(ObjectHeader.LINK)) {
            header.remove(slot);
        }
        dense.put(header.address(), storage);
        return info.at(storage.heap(), storage.byName(), storage.byOrder());
    }

    private ByteBuffer encoded(LinkInfo info) {
        FormatOutput out = new FormatOutput(file.sizes());
        info.encode(out);
        return out.toBuffer();
    }

    private ByteBuffer encoded(LinkMessage link) {
        FormatOutput out = new FormatOutput(file.sizes());
        link.encode(out);
        return out.toBuffer();
    }

    /** Removes the link of a name from a group. */
    void remove(long group, byte[] name) throws IOException {
        LinkMessage gone = find(group, name);
        HeaderEditor header = HeaderEditor.open(file, group);
        if (gone != null && gone.form() == LinkMessage.Form.HARD) {
            HeaderEditor.open(file, gone.address()).dropReference();
        }
        SymbolTableWriter table = symbolTable(header);
        if (table != null) {
            table.remove(name);
            return;
        }
        LinkInfo info = info(header);
        if (info.isDense()) {
            dense(group, info).remove(name);
        }
        for (HeaderEditor.Slot slot : header.all(ObjectHeader.LINK)) {
            LinkMessage link =
                    LinkMessage.decode(header.body(slot), file.input().sizes());
            if (Arrays.equals(link.name(), name)) {
                header.remove(slot);
                return;
            }
        }
    }
}
