package io.h5sink.engine;

import io.h5sink.storage.StorageException;
import java.util.Map;

/**
 * How far a file has come in each partition of its source: a position for each, which belongs to the rows of the last commit. One
 * thread at a time.
 */
public interface Positions {

    /** The bytes that a partition's name takes at most, in UTF-8. */
    int NAME_BYTES = 512;

    /** The partitions that a file has at most. */
    int MAX_PARTITIONS = 100_000;

    /**
     * The positions of the last commit.
     *
     * @return by partition, in the order in which partitions came; may be changed, and does not change later
     */
    Map<String, Long> last();

    /**
     * Writes positions that hold with the commit that comes, and until then do not: the ones of the last commit stay in the file as
     * well. The file must be open.
     *
     * @param changed by partition, all that are new or have changed since the last commit
     * @throws StorageException if they could not be written, or were too many
     */
    void write(Map<String, Long> changed);

    /** Notes that what was written is committed. */
    void committed();

    /**
     * Makes the positions of the last commit hold again. Does nothing to a file that is closed.
     *
     * @throws StorageException if that failed
     */
    void rollBack();
}
