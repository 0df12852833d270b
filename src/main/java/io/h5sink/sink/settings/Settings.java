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
import io.h5sink.storage.driver.FileDriver;
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
 * What a builder was told. Immutable.
 *
 * @param file the file
 * @param access how HDF5 keeps it
 * @param image gets the bytes of the file at its end; null if nobody does
 * @param group the absolute path of the group that holds the columns
 * @param route the group of a record, relative to that group; null if all go to that one
 * @param position where a record comes from; null if that is not to be known
 * @param layout how the components of records are laid out
 * @param columns what was declared about columns
 * @param chunkRows the rows of a chunk; 0 for a chunk by bytes
 * @param chunkBytes the bytes of a chunk; 0 for the default
 * @param commitInterval the longest that a record stays uncommitted
 * @param commitRecords commit at multiples of this number of records; 0 for none
 * @param memory the ceiling on buffered records, in bytes
 * @param limits how long is too long
 * @param description the attributes and the metadata
 * @param evolution what becomes of datasets and components that do not go together
 * @param onBadRecord takes records that cannot be stored; null if they end the stream
 * @param scheduler where blocks are written
 * @param shutdownHook whether the JVM's end ends a session
 * @param failures makes the exceptions that the user sees
 * @param quantities goes through records of names
 * @param stores opens the way to the file, once a session
 */
public record Settings(
        Path file,
        FileDriver access,
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

    /** Arrays have int indices. */
    private static final long MAX_SORTED = 1L << 30;

    /** More does not make it faster. */
    private static final long MAX_CODED = 1L << 24;

    /** Many groups with few rows each should not make a large file. */
    private static final int ROUTED_CHUNK_BYTES = 1 << 13;

    /** The file as the rooms below know it. */
    public StoredFile stored() {
        return new StoredFile(file, access);
    }

    /** What blocks may take: with routes, two fifths are for sorting what is committed. */
    public long blockMemory() {
        long rest = memory - codecMemory();
        return route == null ? rest : Math.min(rest / 5 * 3, MAX_SORTED);
    }

    /** What compressed chunks may take that are not written yet. */
    long codecMemory() {
        return columns.compress() ? Math.min(memory / 8, MAX_CODED) : 0;
    }

    /** What the position of a record takes in blocks. */
    public long positionBytes() {
        return position == null ? 0 : SourcePosition.ROW_BYTES;
    }

    /** What the blocks of positions may hold beyond the records in flight. */
    public long positionSlack() {
        return position == null ? 0 : 2L * (SourcePosition.blockRows(blockMemory()) - 1) * SourcePosition.ROW_BYTES;
    }

    private int chunkRows(Column column) {
        int own = column.rule().chunkRows();
        return own > 0 ? own : chunkRows;
    }

    /** The chunk of a dataset that is created. */
    public long[] chunk(Column column, ColumnType type) {
        int rows = chunkRows(column);
        int bytes = chunkBytes > 0 ? chunkBytes : route == null ? ChunkShape.DEFAULT_BYTES : ROUTED_CHUNK_BYTES;
        return rows > 0 ? ChunkShape.ofRows(type, rows) : ChunkShape.ofBytes(type, bytes);
    }
}
