package io.h5sink.sink.column;

import io.h5sink.storage.StorageException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes the rows of all columns of an encoder to their datasets. Belongs to the writer thread. */
public interface ColumnWriters {

    /**
     * The refusal of a record and all later ones.
     *
     * @param why the fault that was found in the file
     * @param ordinal the number of the first record that cannot be written, from 1
     */
    record Refusal(StorageException why, long ordinal) {}

    /**
     * Makes writers for new columns, and checks all their datasets before the first is written. Opens the file if any column is new.
     *
     * @param records the number of records whose columns are considered
     * @return null if all datasets fit their columns
     */
    @Nullable
    Refusal bind(long records);

    /**
     * Writes all rows of the first records that are not written yet. Opens the file if any row is.
     *
     * @throws StorageException if writing fails
     */
    void write(long records);

    /** All datasets so far. */
    Collection<? extends WrittenColumn> all();

    /** Frees the buffers that are kept for further rows. */
    void close();
}
