package io.h5sink.filter;

import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the filters of one dataset: encodes chunks in a line of the {@link FilterExecutor}, and decodes them on the calling thread. One
 * thread at a time.
 */
public final class ChunkCoder {

    private final FilterPipeline pipeline;
    private final FilterExecutor.Line line;
    private final Map<Long, FilterExecutor.Task> announced = new HashMap<>();
    private FilterExecutor.@Nullable Task given;

    ChunkCoder(FilterPipeline pipeline, FilterExecutor.Line line) {
        this.pipeline = pipeline;
        this.line = line;
    }

    /**
     * The filters.
     *
     * @return in order, at least one
     */
    public List<Filter> filters() {
        return pipeline.filters();
    }

    /**
     * The mask of a chunk that is stored raw.
     *
     * @return a bit for each filter
     */
    public int rawMask() {
        return pipeline.rawMask();
    }

    /**
     * Begins to encode a chunk, in the order in which {@link #encode} will ask for chunks. Chunks that a {@link FilterLibrary} encodes wait
     * for {@link #encode}, which runs the library on the calling thread: the executor's threads would wait for each other.
     *
     * @param chunk the number of the chunk
     * @param raw all of its bytes, from position to limit, which do not change until the chunk is asked for; direct
     */
    public void announce(long chunk, ByteBuffer raw) {
        if (!pipeline.isSerial()) {
            announced.put(chunk, line.add(pipeline, raw));
        }
    }

    /**
     * Whether a chunk was announced, and {@link #encode} has not asked for the chunk since.
     *
     * @param chunk the number of the chunk
     * @return true if its raw bytes need not be given again
     */
    public boolean isAnnounced(long chunk) {
        return announced.containsKey(chunk);
    }

    /**
     * Encodes a chunk, or waits until an announced chunk is encoded.
     *
     * @param chunk the number of the chunk
     * @param raw all of its bytes, from position to limit; direct; not read if the chunk was announced
     * @return the stored chunk, valid until {@link #release}
     * @throws DamagedChunkException if a {@link FilterLibrary} cannot be asked
     */
    public FilterExecutor.Task encode(long chunk, ByteBuffer raw) {
        release();
        FilterExecutor.Task task = announced.remove(chunk);
        if (task == null) {
            task = pipeline.isSerial() ? line.run(pipeline, raw) : line.add(pipeline, raw);
        }
        line.finish(task);
        given = task;
        return task;
    }

    /** Gives back the bytes of the chunk that was encoded last. */
    public void release() {
        if (given != null) {
            line.give(given);
            given = null;
        }
    }

    /**
     * Decodes a chunk.
     *
     * @param stored from position to limit; direct
     * @param mask the filter mask: the filters that the stored chunk did not go through
     * @param raw is filled from its position to its limit; direct
     * @throws DamagedChunkException if these are not the bytes of a chunk
     */
    public void decode(ByteBuffer stored, int mask, ByteBuffer raw) {
        try (Scratch scratch = new Scratch()) {
            pipeline.decode(stored, mask, raw, scratch);
        }
    }
}
