package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.heap.SymbolTable;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links of a group, read from the file: HDF5 File Format Specification 3.0, sections III.B, III.C and IV.A.2.g. The C library returns
 * names one by one, and sorts all names anew for each, which takes minutes in a group with thousands of links.
 */
public final class LinkMessages {

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
    public record Link(String name, LinkMessage.Form way, long address) {}

    private LinkMessages() {}

    /**
     * Reads the links of a group.
     *
     * @param header the object header of the group
     * @return the links in HDF5's order of names, which is that of bytes
     * @throws FormatException if they cannot be read
     */
    public static List<Link> of(FormatInput bytes, ObjectHeader header) {
        List<LinkMessage> links = new ArrayList<>();
        for (ObjectHeader.Message message : header.messages()) {
            switch (message.type()) {
                case ObjectHeader.SYMBOL_TABLE ->
                    SymbolTable.links(
                            bytes,
                            message.open(),
                            (name, address, path) -> links.add(LinkMessage.symbol(name, address, path)));
                case ObjectHeader.LINK -> links.add(LinkMessage.decode(message.open(), bytes.sizes()));
                case ObjectHeader.LINK_INFO ->
                    DenseStorage.links(
                            bytes, message.open(), link -> links.add(LinkMessage.decode(link, bytes.sizes())));
                default -> {
                    // other messages have no links
                }
            }
        }
        links.sort((one, other) -> Arrays.compareUnsigned(one.name(), other.name()));
        List<String> names =
                FileNames.texts(links.stream().map(LinkMessage::name).toList());
        List<Link> named = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            LinkMessage link = links.get(i);
            named.add(new Link(names.get(i), link.form(), link.address()));
        }
        return named;
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
