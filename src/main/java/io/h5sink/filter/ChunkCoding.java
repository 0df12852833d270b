package io.h5sink.filter;

import io.h5sink.filter.codec.DamagedChunkException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a coder for each of a column's datasets. Belongs to one thread. */
public final class ChunkCoding {

    /** The most bytes of coded chunks at a time, of datasets for which no line was given. */
    private static final long CODED_BYTES = 1 << 20;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** No filters for new datasets, and no line of their own for existing ones. */
    public static final ChunkCoding NONE = new ChunkCoding(CompressionRule.NONE);

    private final CompressionRule choice;

    /** Gives the line of the {@link FilterExecutor}; null if no chunk is encoded. */
    private final @Nullable Supplier<FilterExecutor.Line> line;

    private final Map<Integer, Filtering> chosen = new HashMap<>();
    private ByteBuffer sample = NOTHING;

    private ChunkCoding(CompressionRule choice) {
        this.choice = choice;
        this.line = null;
    }

    /**
     * A coding whose filters have not been chosen yet.
     *
     * @param choice the filters of new datasets
     * @param line gives the line of the {@link FilterExecutor}, when the first coder is made
     */
    public ChunkCoding(CompressionRule choice, Supplier<FilterExecutor.Line> line) {
        this.choice = choice;
        this.line = line;
    }

    /**
     * The coding of another column, with the same choice and the same line.
     *
     * @return a coding whose filters have not been chosen yet
     */
    public ChunkCoding another() {
        return line == null ? this : new ChunkCoding(choice, line);
    }

    /**
     * Whether new datasets may have filters.
     *
     * @return false if {@link #make} never gives a coder
     */
    public boolean codes() {
        return !choice.equals(CompressionRule.NONE);
    }

    /**
     * Whether the choice of filters needs rows before a dataset is made.
     *
     * @return false if {@link #make} needs no sample
     */
    public boolean needsSample() {
        return choice.auto() && chosen.isEmpty();
    }

    /**
     * Takes rows as the sample for the next call of {@link #make}.
     *
     * @param rows raw elements, from position to limit
     */
    public void sample(ByteBuffer rows) {
        sample = rows;
    }

    /**
     * The coder of a dataset that is about to be made.
     *
     * @param elementBytes the size of an element's type
     * @param chunkBytes the size of a raw chunk
     * @return null for chunks without filters
     */
    public @Nullable ChunkCoder make(int elementBytes, int chunkBytes) {
        Filtering filtering = chosen.get(elementBytes);
        if (filtering == null) {
            filtering = choice.filtering(elementBytes, sample);
            if (sample.hasRemaining()) {
                chosen.put(elementBytes, filtering);
            }
        }
        return line == null || filtering.equals(Filtering.PLAIN)
                ? null
                : new ChunkCoder(FilterPipeline.of(filtering, elementBytes, chunkBytes), line.get());
    }

    /**
     * The coder of an existing dataset.
     *
     * @param filters in order, at least one
     * @param chunkBytes the size of a raw chunk
     * @param library runs the filters that Java does not have
     * @return a coder
     * @throws MissingFilterException if the library lacks a filter that Java does not have
     * @throws DamagedChunkException if the client values of a filter are for chunks of another size
     */
    public ChunkCoder find(List<Filter> filters, int chunkBytes, FilterLibrary library) {
        FilterPipeline pipeline = FilterPipeline.encoding(filters, chunkBytes, library);
        return new ChunkCoder(pipeline, line == null ? FilterExecutor.shared().line(CODED_BYTES) : line.get());
    }

    /**
     * The coder of an existing dataset.
     *
     * @param filters in order, at least one
     * @param chunkBytes the size of a raw chunk
     * @return null if only the C library may know the filters
     */
    public @Nullable ChunkCoder find(List<Filter> filters, int chunkBytes) {
        FilterPipeline pipeline = line == null ? null : FilterPipeline.encoding(filters, chunkBytes);
        return line == null || pipeline == null ? null : new ChunkCoder(pipeline, line.get());
    }
}
