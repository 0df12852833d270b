package io.h5sink.format.message;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The superblock extension, an object header whose messages concern the whole file: HDF5 File Format Specification 3.0, sections II.C,
 * IV.A.2.t, x and y.
 *
 * @param leafEntries half of the most links of a leaf of a symbol table; 0 if the extension does not say
 * @param nodeEntries half of the most children of a node of a symbol table; 0 if the extension does not say
 * @param chunkEntries half of the most children of a node of a B-tree of version 1 with chunks; 0 if the extension does not say
 * @param paged whether space is allocated in pages of one kind of data each
 * @param persistent whether the file keeps a list of its free space, with the end of file as of then
 * @param cacheImage whether metadata is in an image of HDF5's metadata cache, and not where it belongs
 */
public record SuperblockExtension(
        int leafEntries, int nodeEntries, int chunkEntries, boolean paged, boolean persistent, boolean cacheImage) {

    private static final int PAGED = 1;

    /** The strategies of version 0 of the File Space Info message, which HDF5 1.10.0 wrote; only the first one keeps free space. */
    private static final int OLD_PERSISTENT = 1;

    /** Reads the extension of a superblock. A superblock without one has an extension without messages. */
    public static SuperblockExtension read(FormatInput in, Superblock superblock) {
        if (superblock.extension() == Superblock.UNDEFINED) {
            return new SuperblockExtension(0, 0, 0, false, false, false);
        }
        ObjectHeader header = ObjectHeader.read(in, superblock.extension());
        ByteBuffer entries = open(header.first(ObjectHeader.B_TREE_K));
        int node = 0;
        int leaf = 0;
        int chunks = 0;
        if (entries != null) {
            entries.position(1); // behind the version
            chunks = Short.toUnsignedInt(entries.getShort());
            node = Short.toUnsignedInt(entries.getShort());
            leaf = Short.toUnsignedInt(entries.getShort());
        }
        ByteBuffer space = open(header.first(ObjectHeader.FILE_SPACE_INFO));
        boolean old = space != null && space.get(0) == 0;
        boolean persistent = space != null && (old ? space.get(1) == OLD_PERSISTENT : space.get(2) != 0);
        boolean paged = space != null && !old && space.get(1) == PAGED;
        return new SuperblockExtension(
                leaf, node, chunks, paged, persistent, header.first(ObjectHeader.CACHE_IMAGE) != null);
    }

    private static @Nullable ByteBuffer open(ObjectHeader.@Nullable Message message) {
        return message == null ? null : message.open();
    }
}
