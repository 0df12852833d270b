package io.h5sink.hdf5;

import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * A file as a session sees it: opened for each commit and closed again, with datasets that only grow. This is the seam
 * between the session and the C library. One thread at a time.
 */
public interface Store {

    /**
     * Opens the file, the first time as the mode of opening says, later for going on.
     *
     * @throws StoreException if that is not possible; of kind {@link StoreException.Kind#BUSY} if it may be later
     */
    void open();

    /**
     * Whether the file is open.
     *
     * @return true between {@link #open} and {@link #close}
     */
    boolean isOpen();

    /**
     * A dataset that grows along its first axis. One that is there is checked; one that is not is made, with the groups
     * above it, when its first row is written. The file must be open.
     *
     * @param path absolute
     * @param type what a row holds
     * @param chunk the chunk shape of a dataset that is made
     * @return a handle that stays good when the file is closed and opened again
     * @throws StoreException if another object is there
     */
    Dataset dataset(String path, ColumnType type, long[] chunk);

    /**
     * Closes the file, which is then complete. Does nothing if it is closed.
     *
     * @throws StoreException if not everything could be written
     */
    void close();

    /** A dataset that grows along its first axis. */
    interface Dataset {

        /**
         * The length.
         *
         * @return rows
         */
        long rows();

        /**
         * The extent of a chunk along the first axis.
         *
         * @return rows
         */
        int chunkRows();

        /**
         * Writes rows of fixed size, and extends the dataset to hold them. The file must be open.
         *
         * @param firstRow the first row's index in the dataset, at most {@link #rows()}
         * @param rows how many
         * @param data their bytes, from position to limit; a direct buffer
         * @throws StoreException if the rows could not be written
         */
        void write(long firstRow, int rows, ByteBuffer data);

        /**
         * Writes rows of varying size, and extends the dataset to hold them. The file must be open.
         *
         * @param firstRow the first row's index in the dataset, at most {@link #rows()}
         * @param rows how many
         * @param data their elements one after the other, from position to limit; strings in UTF-8, each with a NUL behind it; a
         *     direct buffer
         * @param starts where each row starts in {@code data}, counted from index 0, and behind the last row where that ends
         * @throws StoreException if the rows could not be written
         */
        void writeVariable(long firstRow, int rows, ByteBuffer data, IntBuffer starts);

        /**
         * Takes rows at the end away again. Does nothing if the file is closed, which it only is with rows that may stay.
         *
         * @param length how many rows stay
         * @throws StoreException if that failed
         */
        void truncate(long length);
    }
}
