package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How chunks are compressed in a file that is written anew. */
public interface RepackCoding {

    /**
     * Whether any are.
     *
     * @return false if {@link #make} never gives a coder
     */
    boolean codes();

    /**
     * Whether {@link #make} looks at elements.
     *
     * @return false if it needs no sample
     */
    boolean needsSample();

    /**
     * The coder of a dataset.
     *
     * @param elementBytes the size of an element's type
     * @param chunkBytes the size of a raw chunk
     * @param sample some elements; none if the dataset has none, or no sample is needed
     * @return null for chunks as they are
     */
    @Nullable
    ChunkCoder make(int elementBytes, int chunkBytes, ByteBuffer sample);
}
