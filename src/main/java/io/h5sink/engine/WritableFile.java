package io.h5sink.engine;

import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file for the commits of a session: opened for each commit and closed again, with datasets that only grow. This interface separates the
 * session from the engine that writes the file: Java, or the C library where Java does not write. One thread at a time.
 */
public interface WritableFile {

    /**
     * Opens the file: the first time by the mode of the request, later to continue.
     *
     * @throws StorageException if the file cannot be opened; of kind {@link StorageException.Kind#BUSY} if a later attempt may succeed
     */
    void open();

    /**
     * Whether the file is open.
     *
     * @return true between {@link #open} and {@link #close}
     */
    boolean isOpen();

    /** Opens the file unless it is open. */
    default void openIfClosed() {
        if (!isOpen()) {
            open();
        }
    }

    /**
     * A dataset that grows along its first axis. An existing dataset is checked; a missing one is created, with the groups above it, when
     * its first row is written. The file must be open.
     *
     * @param path the absolute path
     * @param type the type of a row
     * @param chunk the chunk shape of a new dataset
     * @param coding the filters of the dataset's chunks, unless rows are of varying size
     * @return a handle that stays valid when the file is closed and opened again
     * @throws StorageException if another object is at the path
     */
    Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding);

    /**
     * The difference between the columns of a record type and the datasets in the file.
     *
     * @param rows the length of the existing columns; 0 if none exists or they are empty, and also if one does not fit: then all other
     *     components are empty
     * @param added the absolute paths of columns that do not exist
     * @param removed the absolute paths of datasets in the columns' groups that grow along their first axis, are as long as the columns,
     *     and are no columns
     * @param expected a group with the columns, in the words of h5dump; empty if nothing is added or removed
     * @param found that group with the datasets in the file
     */
    record SchemaDifference(long rows, List<String> added, List<String> removed, String expected, String found) {}

    /**
     * Compares the columns of a record type with the datasets in the file. The file must be open.
     *
     * @param columns the types of the columns, by absolute path
     * @return the columns that are added and the datasets that are removed
     * @throws StorageException if the file could not be read
     */
    SchemaDifference compare(Map<String, ColumnType> columns);

    /**
     * An existing dataset that can grow by its own fill value. The file must be open.
     *
     * @param path the absolute path
     * @return a handle that stays valid when the file is closed and opened again
     * @throws StorageException if the dataset's creator has set no fill value
     */
    Filled filled(String path);

    /**
     * A dataset of one value. An existing dataset is checked; a missing one is created, with the groups above it, when its first value is
     * written. The file must be open.
     *
     * @param path the absolute path
     * @param type the type of the value
     * @return a handle that stays valid when the file is closed and opened again
     * @throws StorageException if another object is at the path
     */
    Latest latest(String path, ColumnType type);

    /**
     * The source positions that belong to the rows. An existing table of positions is checked; the file must be open.
     *
     * @return a handle that stays valid when the file is closed and opened again
     * @throws StorageException if another object is at the table's path
     */
    Positions positions();

    /**
     * An attribute that is one string. The file must be open.
     *
     * @param object the absolute path of an object
     * @param name the attribute's name
     * @return the string; null if the object or the attribute does not exist, or if the attribute is not one string
     * @throws StorageException if the attribute could not be read
     */
    @Nullable
    String attributeText(String object, String name);

    /**
     * Commits all writes.
     *
     * @return true if the commit is complete and the file is closed; false if only {@link #close} completes the commit
     * @throws StorageException if not everything could be written
     */
    default boolean commit() {
        close();
        return true;
    }

    /**
     * Sets an attribute of an object, and replaces an attribute of the same name: at once if the object exists, otherwise when the object
     * is created, before the file is closed. The file must be open.
     *
     * @param object the absolute path of the object; {@code /} for the file itself
     * @param name the attribute's name
     * @param type the kind of the elements, and the attribute's own shape; empty for a scalar
     * @param data the elements, as {@link Dataset#write} takes them, or strings that each end with NUL; must not change
     * @throws StorageException if the attribute could not be written
     */
    void attribute(String object, String name, ColumnType type, ByteBuffer data);

    /**
     * The objects that were given attributes and do not exist. The file may be closed.
     *
     * @return absolute paths
     */
    List<String> awaited();

    /**
     * Creates a group and all missing groups above it. The file must be open.
     *
     * @param path the absolute path
     * @throws StorageException if another object is at the path
     */
    void group(String path);

    /**
     * Creates a dataset of one string, with the groups above it, or replaces the string of an existing dataset. The file must be open.
     *
     * @param path the absolute path
     * @param utf8 the string, which ends with NUL
     * @throws StorageException if another object is at the path
     */
    void text(String path, ByteBuffer utf8);

    /**
     * Labels datasets with HDF5's dimension scales, in the next commit in which all of the datasets exist. Axes of a dataset that has
     * labels stay unchanged. The file must be open.
     *
     * @param axes the scales by absolute paths; at least that of the first axis
     * @throws StorageException if the file has a scale of a further axis with other values
     */
    void label(Axes axes);

    /**
     * Closes the file, which is then complete. Does nothing if the file is closed.
     *
     * @throws StorageException if not everything could be written
     */
    void close();

    /**
     * The bytes of a file that was in memory and is closed.
     *
     * @return the bytes from position to limit; null if the driver keeps no image, or if the image was taken before
     */
    default @Nullable ByteBuffer image() {
        return null;
    }

    /**
     * Closes the file in the state of the last commit, and discards all later writes.
     *
     * @return false if that is not possible, and the file is unchanged
     * @throws StorageException if that failed; the next opening then restores the last commit
     */
    default boolean abandon() {
        return false;
    }

    /**
     * After a failure of kind {@link StorageException.Kind#FULL}, releases the file to other programs in the state of the last commit,
     * until the session opens or commits the file again. Completed writes of the current commit are kept; only the failed write must be
     * repeated.
     *
     * @return false if that is not possible, and the commit can only be abandoned
     */
    default boolean suspend() {
        return false;
    }

    /** A dataset that holds one value. */
    interface Latest {

        /**
         * Replaces the value by one of fixed size. The file must be open.
         *
         * @param data the bytes of the value, from position to limit; a direct buffer
         * @throws StorageException if the value could not be written
         */
        void write(ByteBuffer data);

        /**
         * Replaces the value by one of varying size. The file must be open.
         *
         * @param data the value as {@link Dataset#writeVariable} takes it, from position to limit; a direct buffer
         * @throws StorageException if the value could not be written
         */
        void writeVariable(ByteBuffer data);
    }

    /** A dataset that can grow by its own fill value. */
    interface Filled {

        /**
         * The length of the dataset.
         *
         * @return the number of rows
         */
        long rows();

        /**
         * Extends the dataset with its fill value. The file must be open.
         *
         * @param length the new number of rows, more than {@link #rows()}
         * @throws StorageException if the value could not be written
         */
        void fill(long length);

        /**
         * Removes rows at the end. Does nothing if the file is closed.
         *
         * @param length the number of rows that stay
         * @throws StorageException if that failed
         */
        void truncate(long length);
    }

    /** A dataset that grows along its first axis. */
    interface Dataset {

        /**
         * The length of the dataset.
         *
         * @return the number of rows
         */
        long rows();

        /**
         * The extent of a chunk along the first axis.
         *
         * @return the number of rows
         */
        int chunkRows();

        /** Notes that no rows will be written, so that a missing dataset is not created. Does nothing by default. */
        default void withdraw() {}

        /**
         * Adds rows of the fill value to a dataset that does not exist yet; they are written when the dataset is created.
         *
         * @param length the number of rows
         * @throws IllegalStateException if the dataset exists, or has no fill value
         */
        void backfill(long length);

        /**
         * Announces rows of fixed size that will be written soon, in the order of their writing, so that work on them can begin. The file
         * must be open. Does nothing by default.
         *
         * @param firstRow the first row's index in the dataset
         * @param data the bytes of the rows, from position to limit, which do not change until the rows are written; a direct buffer
         * @throws StorageException if the file cannot be read
         */
        default void announce(long firstRow, ByteBuffer data) {}

        /**
         * Whether the dataset's type differs from the column's, so that some values may be refused.
         *
         * @return false by default
         */
        default boolean recodes() {
            return false;
        }

        /**
         * A row that the dataset cannot hold.
         *
         * @param row the row's index among the rows that were checked
         * @param why the reason
         */
        record Refused(int row, StorageException why) {}

        /**
         * Finds the first row that the dataset cannot hold, among rows as {@link #write} or {@link #writeVariable} takes them.
         *
         * @param firstRow the first row's index in the dataset
         * @param rows the number of rows
         * @param data the bytes of the rows
         * @param starts the starts of rows of varying size; null for rows of fixed size
         * @return the first such row; null if the dataset can hold all rows, as by default
         */
        default @Nullable Refused refused(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
            return null;
        }

        /**
         * Writes rows of fixed size, and extends the dataset to hold them. The file must be open.
         *
         * @param firstRow the first row's index in the dataset, at most {@link #rows()}
         * @param rows the number of rows; with 0 a missing dataset is created
         * @param data the bytes of the rows, from position to limit; a direct buffer
         * @throws StorageException if the rows could not be written
         */
        void write(long firstRow, int rows, ByteBuffer data);

        /**
         * Writes rows of varying size, and extends the dataset to hold them. The file must be open.
         *
         * @param firstRow the first row's index in the dataset, at most {@link #rows()}
         * @param rows the number of rows
         * @param data the elements of the rows one after the other, from position to limit; strings in UTF-8, each with a NUL behind it; a
         *     direct buffer
         * @param starts the start of each row in {@code data}, counted from index 0, and the end of the last row
         * @throws StorageException if the rows could not be written
         */
        void writeVariable(long firstRow, int rows, ByteBuffer data, IntBuffer starts);

        /**
         * Removes rows at the end. Does nothing if the file is closed, which happens only if the rows may stay.
         *
         * @param length the number of rows that stay
         * @throws StorageException if that failed
         */
        void truncate(long length);
    }
}
