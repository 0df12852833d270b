package io.h5sink;

import io.h5sink.hdf5.Store;
import io.h5sink.schema.ChunkShape;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;

/**
 * What a builder was told. Immutable.
 *
 * @param file the file
 * @param group the absolute path of the group that holds the columns
 * @param layout how the components of records are laid out
 * @param columns what was declared about columns
 * @param chunkRows the rows of a chunk; 0 for a chunk by bytes
 * @param chunkBytes the bytes of a chunk
 * @param commitInterval the longest that a record stays uncommitted
 * @param commitRecords commit at multiples of this number of records; 0 for none
 * @param memory the ceiling on buffered records, in bytes
 * @param description the attributes and the metadata
 * @param scheduler where blocks are written
 * @param stores opens the way to the file, once a session
 */
record Settings(
        Path file,
        String group,
        Layout layout,
        Columns columns,
        int chunkRows,
        int chunkBytes,
        Duration commitInterval,
        long commitRecords,
        long memory,
        Description description,
        Scheduler scheduler,
        Supplier<Store> stores) {

    /** The chunk of a dataset that is created. */
    long[] chunk(Column column) {
        ColumnType type = column.type();
        int own = columns.chunkRows(column.name());
        int rows = own > 0 ? own : chunkRows;
        return rows > 0 ? ChunkShape.ofRows(type, rows) : ChunkShape.ofBytes(type, chunkBytes);
    }
}
