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
 * A file as a session sees it: opened for each commit and closed again, with datasets that only grow. This is the seam
 * between the session and the C library. One thread at a time.
 */
public interface WritableFile {

    /**
     * Opens the file, the first time as the mode of opening says, later for going on.
     *
     * @throws StorageException if that is not possible; of kind {@link StorageException.Kind#BUSY} if it may be later
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
     * A dataset that grows along its first axis. One that is there is checked; one that is not is made, with the groups
     * above it, when its first row is written. The file must be open.
     *
     * @param path absolute
     * @param type what a row holds
     * @param chunk the chunk shape of a dataset that is made
     * @param coding which filters its chunks go through, unless rows are of varying size
     * @return a handle that stays good when the file is closed and opened again
     * @throws StorageException if another object is there
     */
    Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding);

    /**
     * The columns of a record type, compared with the datasets that are there.
     *
     * @param rows the length of the columns that are there; 0 if none is, if they are empty, or if one does not fit, and then nothing
     *     else is told
     * @param added the absolute paths of columns that are not there
     * @param removed the absolute paths of datasets in the groups of those that are there, which grow along their first axis, are
     *     as long, and are no columns
     * @param expected a group with the columns, in the words of h5dump; empty if nothing is added or removed
     * @param found that group with the datasets that are there
     */
    record SchemaDifference(long rows, List<String> added, List<String> removed, String expected, String found) {}

    /**
     * Compares the columns of a record type with the datasets that are there. The file must be open.
     *
     * @param columns what a row holds, by absolute path
     * @return the columns that are added and the datasets that are removed
     * @throws StorageException if the library refused to tell
     */
    SchemaDifference compare(Map<String, ColumnType> columns);

    /**
     * A dataset that is there and grows by its own fill value. The file must be open.
     *
     * @param path absolute
     * @return a handle that stays good when the file is closed and opened again
     * @throws StorageException if the dataset has no fill value that someone has set
     */
    Filled filled(String path);

    /**
     * A dataset of one value. One that is there is checked; one that is not is made, with the groups above it, when its first
     * value is written. The file must be open.
     *
     * @param path absolute
     * @param type what the value is
     * @return a handle that stays good when the file is closed and opened again
     * @throws StorageException if another object is there
     */
    Latest latest(String path, ColumnType type);

    /**
     * The source positions that belong to the rows. What is there is checked; the file must be open.
     *
     * @return a handle that stays good when the file is closed and opened again
     * @throws StorageException if there is something else in their place
     */
    Positions positions();

    /**
     * An attribute that is one string. The file must be open.
     *
     * @param object an absolute path
     * @param name the attribute's name
     * @return the string; null if there is no such object, no such attribute, or anything else
     * @throws StorageException if the library refused to tell
     */
    @Nullable
    String attributeText(String object, String name);

    /**
     * Completes what was written so far.
     *
     * @return true if it is safe and the file is not open any more; false if it will be only with {@link #close}
     * @throws StorageException if not everything could be written
     */
    default boolean commit() {
        close();
        return true;
    }

    /**
     * Gives an object an attribute, in place of one that it has by that name: at once if the object is there, otherwise as
     * soon as it is made, before the file is closed. The file must be open.
     *
     * @param object an absolute path; {@code /} for the file itself
     * @param name the attribute's name
     * @param type the kind of the elements, and the attribute's own shape; empty for a scalar
     * @param data the elements, as {@link Dataset#write} takes them, or strings that each end with NUL; must not change
     * @throws StorageException if the attribute could not be written
     */
    void attribute(String object, String name, ColumnType type, ByteBuffer data);

    /**
     * The objects that were given attributes and are not there. Also when the file is closed.
     *
     * @return absolute paths
     */
    List<String> awaited();

    /**
     * Makes a group, and those above it, where they are not. The file must be open.
     *
     * @param path absolute
     * @throws StorageException if another object is there
     */
    void group(String path);

    /**
     * Makes a dataset of one string, with the groups above it, or replaces the string of one that is there. The file must be
     * open.
     *
     * @param path absolute
     * @param utf8 the string, which ends with NUL
     * @throws StorageException if another object is there
     */
    void text(String path, ByteBuffer utf8);

    /**
     * Labels datasets, as HDF5's dimension scales, with the next commit that finds all of them made. Axes of a dataset that
     * has labels stay as they are. The file must be open.
     *
     * @param axes what labels them, by absolute paths; at least the first axis
     * @throws StorageException if there is a further axis in the file that has other values
     */
    void label(Axes axes);

    /**
     * Closes the file, which is then complete. Does nothing if it is closed.
     *
     * @throws StorageException if not everything could be written
     */
    void close();

    /**
     * The bytes of a file that was in memory and is closed.
     *
     * @return from position to limit; null if they are not wanted, or were taken before
     */
    default @Nullable ByteBuffer image() {
        return null;
    }

    /**
     * Closes the file as the last commit left it, and takes back what was written since.
     *
     * @return false if that is not possible, and the file is as it was
     * @throws StorageException if that failed; the next opening does it then
     */
    default boolean abandon() {
        return false;
    }

    /**
     * After a failure for want of room ({@link StorageException.Kind#FULL}), leaves the file to others as the last commit left it,
     * until it is opened again or committed. What was written since is kept, and only what was not has to be written again.
     *
     * @return false if that is not possible, and the commit can only be abandoned
     */
    default boolean suspend() {
        return false;
    }

    /** A dataset that holds one value. */
    interface Latest {

        /**
         * Writes a value of fixed size in place of the one before. The file must be open.
         *
         * @param data its bytes, from position to limit; a direct buffer
         * @throws StorageException if it could not be written
         */
        void write(ByteBuffer data);

        /**
         * Writes a value of varying size in place of the one before. The file must be open.
         *
         * @param data as {@link Dataset#writeVariable} takes it, from position to limit; a direct buffer
         * @throws StorageException if it could not be written
         */
        void writeVariable(ByteBuffer data);
    }

    /** A dataset that grows by its own fill value. */
    interface Filled {

        /**
         * The length.
         *
         * @return rows
         */
        long rows();

        /**
         * Extends the dataset with its fill value. The file must be open.
         *
         * @param length how many rows there shall be, more than {@link #rows()}
         * @throws StorageException if the value could not be written
         */
        void fill(long length);

        /**
         * Takes rows at the end away again. Does nothing if the file is closed.
         *
         * @param length how many rows stay
         * @throws StorageException if that failed
         */
        void truncate(long length);
    }

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

        /** Says that no rows will come, so that a dataset is not made that is not there. Does nothing by default. */
        default void withdraw() {}

        /**
         * Gives a dataset that is not there yet rows of its fill value, which are written when it is made.
         *
         * @param length how many
         * @throws IllegalStateException if the dataset is there, or has no fill value
         */
        void backfill(long length);

        /**
         * Tells of rows of fixed size that are soon to be written, in the order in which they will be, so that work on them can begin.
         * The file must be open. Does nothing by default.
         *
         * @param firstRow the first row's index in the dataset
         * @param data their bytes, from position to limit, which do not change until they are written; a direct buffer
         * @throws StorageException if the file cannot be read
         */
        default void announce(long firstRow, ByteBuffer data) {}

        /**
         * Whether the dataset has another type than the column, so that some values may be refused.
         *
         * @return false by default
         */
        default boolean recodes() {
            return false;
        }

        /**
         * A row that the dataset cannot hold.
         *
         * @param row its index among those that were asked about
         * @param why what it would be there
         */
        record Refused(int row, StorageException why) {}

        /**
         * Looks for a row that the dataset cannot hold, among rows as {@link #write} or {@link #writeVariable} takes them.
         *
         * @param firstRow the first row's index in the dataset
         * @param rows how many
         * @param data their bytes
         * @param starts null for rows of fixed size
         * @return the first such row; null if there is none, as by default
         */
        default @Nullable Refused refused(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
            return null;
        }

        /**
         * Writes rows of fixed size, and extends the dataset to hold them. The file must be open.
         *
         * @param firstRow the first row's index in the dataset, at most {@link #rows()}
         * @param rows how many; with 0 the dataset is made if it is not there
         * @param data their bytes, from position to limit; a direct buffer
         * @throws StorageException if the rows could not be written
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
         * @throws StorageException if the rows could not be written
         */
        void writeVariable(long firstRow, int rows, ByteBuffer data, IntBuffer starts);

        /**
         * Takes rows at the end away again. Does nothing if the file is closed, which it only is with rows that may stay.
         *
         * @param length how many rows stay
         * @throws StorageException if that failed
         */
        void truncate(long length);
    }
}
