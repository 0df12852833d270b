package io.h5sink.format.index;

import io.h5sink.storage.RelocatableBlock;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The chunk index of a dataset as a commit changes it: the entries of chunks by the numbers that a {@link ChunkGrid} gives chunks. After a
 * commit that was undone, an index must be opened anew. One thread at a time.
 */
public interface ChunkIndexWriter {

    /** The address of the index, for the dataset's layout message. */
    long address();

    /** The entry of a chunk. */
    ChunkEntry get(long chunk) throws IOException;

    /** Sets the entry of a chunk. */
    void set(long chunk, ChunkEntry entry) throws IOException;

    /**
     * Finds the blocks of the index that can be moved and end behind an address; none if the index keeps its blocks where they are.
     *
     * @param pointer updates the pointer to the index in the layout message
     */
    default void movables(long from, RelocatableBlock.BlockPointer pointer, Consumer<RelocatableBlock> to)
            throws IOException {}

    /** Adds all changes to the commit; must be called after the last change, before the commit. */
    default void save() throws IOException {}
}
