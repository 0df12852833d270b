package io.h5sink.hdf5;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which filters the chunks of a dataset go through, and who does what they do, without the C library. */
public interface ChunkCoding {

    /** Chunks as they are; those of a dataset that has filters are the C library's affair. */
    ChunkCoding NONE = new ChunkCoding() {
        @Override
        public @Nullable ChunkCoder make(int elementBytes, int chunkBytes) {
            return null;
        }

        @Override
        public @Nullable ChunkCoder find(List<ChunkFilter> filters, int elementBytes, int chunkBytes) {
            return null;
        }
    };

    /**
     * The coder of a dataset that is about to be made.
     *
     * @param elementBytes the size of an element's type
     * @param chunkBytes the size of a raw chunk
     * @return null for chunks as they are
     */
    @Nullable
    ChunkCoder make(int elementBytes, int chunkBytes);

    /**
     * The coder of a dataset that is there.
     *
     * @param filters in order, at least one
     * @param elementBytes the size of an element's type
     * @param chunkBytes the size of a raw chunk
     * @return null if only the C library may know them
     */
    @Nullable
    ChunkCoder find(List<ChunkFilter> filters, int elementBytes, int chunkBytes);
}
