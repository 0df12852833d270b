package io.h5sink.hdf5.write;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.hdf5.MessageCheck;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.H5DumpText;

/** The words for what a path leads to, for messages: those of h5dump for objects. */
final class ObjectWords {

    private ObjectWords() {}

    /** Describes the end of a path: an object by its kind and, except for groups, its type and space; or a link that leads nowhere. */
    static String of(ObjectTree tree, String path, ObjectTree.PathEnd end) {
        LinkMessage link = end.link();
        return switch (end.kind()) {
            case NOTHING -> "nothing";
            case OBJECT -> object(tree, path, end.header());
            case DANGLING ->
                "a soft link to \"" + (link == null ? "" : FileNames.exact(link.target())) + "\", which leads nowhere";
        };
    }

    /** Describes the type, which may have a name, and the space of a dataset. */
    static String dataset(ObjectTree tree, ObjectHeader header) {
        FormatInput in = tree.file().input();
        FoundColumn found = FoundColumn.of(in, header);
        long named = new MessageCheck(in, new GlobalHeap(in), (what, address) -> {}).namedType(header);
        String path = named == Superblock.UNDEFINED ? null : tree.pathOf(named);
        return H5DumpText.dataset(found.type(), path, found.space());
    }

    private static String object(ObjectTree tree, String path, long address) {
        ObjectHeader header = tree.header(address);
        LinkMessages.Target kind = LinkMessages.kind(header);
        if (kind == LinkMessages.Target.GROUP) {
            return H5DumpText.group(path);
        }
        if (kind == LinkMessages.Target.DATASET) {
            return H5DumpText.dataset(path, dataset(tree, header));
        }
        ObjectHeader.Message type = header.first(ObjectHeader.DATATYPE);
        return type == null || type.shared()
                ? "an object of unknown kind"
                : H5DumpText.committed(
                        path, Datatype.decode(type.open(), tree.file().input().addressBytes()));
    }
}
