package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that virtual datasets read elements from. One thread at a time. */
public interface OpenSources extends AutoCloseable {

    /** A source dataset of a virtual dataset. */
    interface OpenSource extends AutoCloseable {

        /** The extents of the dataset. */
        long[] shape();

        /**
         * Reads elements of fixed size.
         *
         * @param start the first index along each axis
         * @param step the distance between indices along each axis
         * @param count the number of indices along each axis, at least one
         * @return the elements in their memory type, from position to limit; valid until the next read
         */
        ByteBuffer elements(long[] start, long[] step, long[] count);

        /** Checks elements before the C library reads or replaces them. */
        void check(long[] start, long[] step, long[] count);

        @Override
        void close();
    }

    /** Opens another file, which the caller must close before the current read ends. */
    OpenSources other(Path file);

    /**
     * Opens a dataset.
     *
     * @param path the absolute path
     * @param type the datatype to which the elements are converted, as an HDF5 identifier
     * @param level the number of virtual datasets that have led to this dataset
     * @return the dataset; null if the file has none at the path
     */
    @Nullable
    OpenSource part(String path, long type, int level);

    @Override
    void close();
}
