package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file, for the virtual datasets that take elements from it or others. One thread at a time. */
public interface OpenSources extends AutoCloseable {

    /** A dataset that they are taken from. */
    interface OpenSource extends AutoCloseable {

        /** Its extents. */
        long[] shape();

        /**
         * Reads elements of fixed size.
         *
         * @param start the first index along each axis
         * @param step the distance between indices
         * @param count how many indices, at least one
         * @return as they are in memory, from position to limit; until the next are read
         */
        ByteBuffer elements(long[] start, long[] step, long[] count);

        /** Looks at elements for the C library, which is about to read or replace them. */
        void check(long[] start, long[] step, long[] count);

        @Override
        void close();
    }

    /** Opens another file, for no longer than a turn; it is to be closed. */
    OpenSources other(Path file);

    /**
     * Opens a dataset.
     *
     * @param path absolute
     * @param type what its elements are to be converted to: a type of a file
     * @param level how many virtual datasets have led to it
     * @return the dataset; null if there is none
     */
    @Nullable
    OpenSource part(String path, long type, int level);

    @Override
    void close();
}
