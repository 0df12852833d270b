package io.h5sink.sink.settings;

import io.h5sink.Evolution;
import io.h5sink.H5SchemaException;
import io.h5sink.Layout;
import io.h5sink.access.Failures;
import io.h5sink.access.Limits;
import io.h5sink.engine.WritableFile;
import io.h5sink.schema.ChunkShape;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.driver.StoredFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * The settings of a writer. Immutable.
 *
 * @param stored the file with its driver
 * @param image receives the bytes of the completed file; null if no receiver was set
 * @param group the absolute path of the group that holds the columns
 * @param route the group of a record, relative to {@code group}; null if all records go to {@code group}
 * @param position the position of a record in its source; null if positions are not tracked
 * @param layout the layout of the components of records
 * @param columns the declarations of columns
 * @param chunkRows the rows of a chunk; 0 for a chunk by bytes
 * @param chunkBytes the bytes of a chunk; 0 for the default
 * @param commitInterval the longest time that a record stays uncommitted
 * @param commitRecords the number of records at whose multiples a commit is due; 0 for none
 * @param memory the ceiling on buffered records, in bytes
 * @param limits the timeouts of the session
 * @param description the attributes and the metadata
 * @param evolution the treatment of added and removed columns
 * @param onBadRecord receives records that cannot be stored; null if such a record ends the stream
 * @param scheduler runs the drains, which write blocks
 * @param shutdownHook true if the JVM's shutdown terminates the session
 * @param failures makes the exceptions of the public API
 * @param quantities iterates over the quantities of named records
 * @param stores creates the access to the file, once for a session
 */
public record Settings(
        StoredFile stored,
        @Nullable Consumer<? super ByteBuffer> image,
        String group,
        @Nullable Function<Object, @Nullable String> route,
        @Nullable SourcePosition position,
        Layout layout,
        Columns columns,
        int chunkRows,
        int chunkBytes,
        Duration commitInterval,
        long commitRecords,
        long memory,
        Limits limits,
        FileDescription description,
        Evolution evolution,
        @Nullable BiConsumer<Object, H5SchemaException> onBadRecord,
        Scheduler scheduler,
        boolean shutdownHook,
        Failures failures,
        Quantities quantities,
        Supplier<WritableFile> stores) {

    /** Rows are sorted in arrays, whose indices are ints. */
    private static final long MAX_SORTED = 1L << 30;

    /** More memory for compressed chunks does not make commits faster. */
    private static final long MAX_CODED = 1L << 24;

    /** Small chunks, so that many groups with few rows each do not make a large file. */
    private static final int ROUTED_CHUNK_BYTES = 1 << 13;

    /** The path of the file. */
    public Path file() {
        return stored.path();
    }

    /** The memory budget of blocks: with routes, two fifths of the memory are for sorting the rows of a commit. */
    public long blockMemory() {
        long uncoded = memory - codecMemory();
        return route == null ? uncoded : Math.min(uncoded / 5 * 3, MAX_SORTED);
    }

    /** The memory budget of compressed chunks that are not written yet. */
    long codecMemory() {
        return columns.compress() ? Math.min(memory / 8, MAX_CODED) : 0;
    }

    /** The size of a record's position in blocks. */
    public long positionBytes() {
        return position == null ? 0 : SourcePosition.ROW_BYTES;
    }

    /** The largest number of bytes that blocks of positions hold beyond the records in flight. */
    public long positionSlack() {
        return position == null ? 0 : 2L * (SourcePosition.blockRows(blockMemory()) - 1) * SourcePosition.ROW_BYTES;
    }

    private int chunkRows(Column column) {
        int own = column.rule().chunkRows();
        return own > 0 ? own : chunkRows;
    }

    /** The chunk shape of a dataset that is created. */
    public long[] chunk(Column column, ColumnType type) {
        int rows = chunkRows(column);
        int bytes = chunkBytes > 0 ? chunkBytes : route == null ? ChunkShape.DEFAULT_BYTES : ROUTED_CHUNK_BYTES;
        return rows > 0 ? ChunkShape.ofRows(type, rows) : ChunkShape.ofBytes(type, bytes);
    }
}
