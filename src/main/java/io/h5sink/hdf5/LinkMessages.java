package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.SymbolTable;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.message.ObjectHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links of a group, read from the file: HDF5 File Format Specification 3.0, sections III.B, III.C and IV.A.2.g. The C library returns
 * names one by one, and sorts all names anew for each, which takes minutes in a group with thousands of links.
 */
public final class LinkMessages {

    /** The form of a link. */
    public enum LinkForm {
        /** A hard link: the address of an object. */
        HARD,
        /** A soft link: a path in the same file. */
        SOFT,
        /** An external link, which is a path in another file, or a user-defined link. */
        OTHER
    }

    /** The kind of an object. */
    public enum Target {
        /** A group. */
        GROUP,
        /** A dataset. */
        DATASET,
        /** A named datatype, or an object of unknown kind. */
        OTHER
    }

    /**
     * A link.
     *
     * @param name the name, decoded by {@link FileNames}
     * @param way the form of the link
     * @param address the address of the object; {@link Superblock#UNDEFINED} unless the link is a hard link
     */
    public record Link(String name, LinkForm way, long address) {}

    /** A link with the undecoded bytes of its name. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record RawLink(byte[] name, LinkForm way, long address) {}

    private LinkMessages() {}

    /**
     * Reads the links of a group.
     *
     * @param header the object header of the group
     * @return the links in HDF5's order of names, which is that of bytes
     * @throws FormatException if they cannot be read
     */
    public static List<Link> of(FormatInput bytes, ObjectHeader header) {
        List<RawLink> links = new ArrayList<>();
        for (ObjectHeader.Message message : header.messages()) {
            switch (message.type()) {
                case ObjectHeader.SYMBOL_TABLE ->
                    SymbolTable.links(bytes, message.open(), (name, address) -> {
                        LinkForm way = address == Superblock.UNDEFINED ? LinkForm.SOFT : LinkForm.HARD;
                        links.add(new RawLink(name, way, address));
                    });
                case ObjectHeader.LINK -> links.add(link(bytes, message.open()));
                case ObjectHeader.LINK_INFO ->
                    DenseStorage.links(bytes, message.open(), content -> links.add(link(bytes, content)));
                default -> {
                    // other messages have no links
                }
            }
        }
        links.sort((one, other) -> Arrays.compareUnsigned(one.name, other.name));
        List<String> names = FileNames.texts(links.stream().map(RawLink::name).toList());
        List<Link> named = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            RawLink link = links.get(i);
            named.add(new Link(names.get(i), link.way, link.address));
        }
        return named;
    }

    /** Reads a link message. */
    static RawLink link(FormatInput bytes, ByteBuffer from) {
        from.get();
        int flags = from.get();
        int kind = (flags & 8) != 0 ? Byte.toUnsignedInt(from.get()) : 0;
        from.position(from.position() + ((flags & 4) != 0 ? Long.BYTES : 0) + ((flags & 0x10) != 0 ? 1 : 0));
        long length = FormatInput.number(from, 1 << (flags & 3));
        if (length < 1 || length > from.remaining()) {
            throw new FormatException("the name of a link has " + length + " bytes");
        }
        byte[] name = new byte[(int) length];
        from.get(name);
        if (kind == 0) {
            return new RawLink(name, LinkForm.HARD, bytes.address(from));
        }
        int target = Short.toUnsignedInt(from.getShort());
        from.position(from.position() + target);
        return new RawLink(name, kind == 1 ? LinkForm.SOFT : LinkForm.OTHER, Superblock.UNDEFINED);
    }

    /** The kind of an object, by the messages from which the C library infers the kind; null if the header has none of them. */
    public static @Nullable Target kind(ObjectHeader header) {
        if (header.first(ObjectHeader.SYMBOL_TABLE) != null || header.first(ObjectHeader.LINK_INFO) != null) {
            return Target.GROUP;
        }
        if (header.first(ObjectHeader.DATATYPE) == null) {
            return null;
        }
        return header.first(ObjectHeader.DATASPACE) != null ? Target.DATASET : Target.OTHER;
    }
}
