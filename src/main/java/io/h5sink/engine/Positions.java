package io.h5sink.engine;

import io.h5sink.storage.StorageException;
import java.util.Map;

/**
 * The positions of a file's rows in the partitions of their source: one offset for each partition, which belongs to the rows of the last
 * commit. One thread at a time.
 */
public interface Positions {

    /** The most bytes of a partition's name, in UTF-8. */
    int NAME_BYTES = 512;

    /** The most partitions of a file. */
    int MAX_PARTITIONS = 100_000;

    /**
     * The positions of the last commit.
     *
     * @return the offsets by partition, in the order in which partitions were added; a copy that the caller may change
     */
    Map<String, Long> last();

    /**
     * Writes positions, which become valid with the next commit; until then the positions of the last commit stay in the file as well. The
     * file must be open.
     *
     * @param changed the offsets by partition, all that are new or have changed since the last commit
     * @throws StorageException if they could not be written, or were too many
     */
    void write(Map<String, Long> changed);

    /** Notes that the written positions are committed. */
    void committed();

    /**
     * Makes the positions of the last commit valid again. Does nothing to a file that is closed.
     *
     * @throws StorageException if that failed
     */
    void rollBack();
}
