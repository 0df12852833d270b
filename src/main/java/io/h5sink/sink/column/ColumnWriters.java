package io.h5sink.sink.column;

import io.h5sink.storage.StorageException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes the rows of all columns of an encoder to their datasets. Belongs to the HDF5 thread. */
public interface ColumnWriters {

    /**
     * Why some records cannot be written.
     *
     * @param why what was found in the file
     * @param ordinal the first of those records, from 1
     */
    record Refusal(StorageException why, long ordinal) {}

    /**
     * Gives what is new its writers and their datasets, all of which are checked before the first of them is written. Opens the file if there
     * is anything.
     *
     * @param records only what came with the first records counts
     * @return null if all fit
     */
    @Nullable
    Refusal bind(long records);

    /**
     * Writes all rows of the first records. Opens the file if there are any.
     *
     * @throws StorageException if that failed
     */
    void write(long records);

    /** All datasets so far. */
    Collection<? extends WrittenColumn> all();

    /** Frees what it keeps for the next rows. */
    void close();
}
