package io.h5sink.hdf5;

import io.h5sink.format.FileNames;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

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
            case ELSEWHERE -> link == null ? "an external link" : external(link);
        };
    }

    private static String object(ObjectTree tree, String path, long address) {
        ObjectHeader header = tree.header(address);
        LinkMessages.Target kind = LinkMessages.kind(header);
        if (kind == LinkMessages.Target.GROUP) {
            return H5DumpText.group(path);
        }
        if (kind == LinkMessages.Target.DATASET) {
            FoundColumn found = FoundColumn.of(tree.file().input(), header);
            return H5DumpText.dataset(path, H5DumpText.dataset(found.type(), found.space()));
        }
        ObjectHeader.Message type = header.first(ObjectHeader.DATATYPE);
        return type == null || type.shared()
                ? "an object of unknown kind"
                : H5DumpText.committed(
                        path, Datatype.decode(type.open(), tree.file().input().addressBytes()));
    }

    /** Describes an external link: HDF5 File Format Specification 3.0, section IV.A.2.g. */
    private static String external(LinkMessage link) {
        byte[] target = link.target();
        int end = 1;
        while (end < target.length && target[end] != 0) {
            end++;
        }
        if (target.length < 2 || end == target.length) {
            return "a user-defined link";
        }
        String file = new String(target, 1, end - 1, StandardCharsets.UTF_8);
        int last = target.length > end + 1 && target[target.length - 1] == 0 ? target.length - 1 : target.length;
        String object = new String(target, end + 1, Math.max(0, last - end - 1), StandardCharsets.UTF_8);
        return "an external link to \"" + object + "\" in the file " + file + ", which HDF5 cannot follow";
    }

    /** The reason why a path does not lead to an object of this file; null if {@link #of} says all. */
    static @Nullable String whyNot(ObjectTree.PathEnd end) {
        return end.kind() == ObjectTree.Kind.ELSEWHERE ? "it is in another file" : null;
    }
}
