package io.h5sink.filter;

import io.h5sink.filter.codec.Compressor;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.filter.codec.Fletcher32;
import io.h5sink.filter.codec.MissingCodecException;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.filter.codec.Shuffle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The filters of a dataset's chunks, in order: {@link #encode} gives what {@code H5Dwrite_chunk} takes, {@link #decode} takes what
 * {@code H5Dread_chunk} gives. Immutable; any number of threads may use a pipeline at once, each with a {@link Scratch} of its own.
 *
 * <p>Bit {@code i} of a chunk's filter mask says that the chunk did not go through filter {@code i} of {@link #filters()}.
 */
public final class FilterPipeline {

    /** A chunk that a filter could not make smaller may be larger, before the next filter, by an eighth and so many bytes. */
    private static final int MORE = 1 << 12;

    /** The largest chunk that can be decoded. */
    private static final int LARGEST = Integer.MAX_VALUE / 9 * 8 - MORE;

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Stage(int filter, int[] values, @Nullable FilterCodec codec) {

        static Stage of(Filter filter) {
            int[] values = filter.values().stream().mapToInt(value -> value).toArray();
            return new Stage(filter.id(), values, FilterRegistry.find(filter.id()));
        }

        ByteBuffer decode(ByteBuffer stored, int most, Scratch scratch) {
            if (codec == null) {
                throw new DamagedChunkException("filter " + filter + " is not known");
            }
            try {
                long size = codec.decodedSize(stored.duplicate(), values);
                if (size < 0 || (size > most && size != FilterCodec.UNKNOWN_SIZE)) {
                    throw new DamagedChunkException((size < 0 ? "size is missing" : "size: " + size + " bytes")
                            + " (expected: at most " + most + ")");
                }
                ByteBuffer chunk = scratch.next((int) Math.min(size, most));
                codec.decode(stored, values, chunk, scratch);
                return chunk.flip();
            } catch (DamagedChunkException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new DamagedChunkException(Objects.requireNonNullElse(e.getMessage(), "" + e), e);
            }
        }
    }

    private final List<Filter> filters;
    private final List<Stage> stages;

    /** The filtering of {@link #encode}; null in a pipeline that only decodes. */
    private final @Nullable Filtering filtering;

    private final @Nullable Compressor compressor;
    private final int elementBytes;
    private final int chunkBytes;

    private FilterPipeline(
            List<Filter> filters, @Nullable Filtering filtering, @Nullable Compressor compressor, int chunkBytes) {
        this.filters = List.copyOf(filters);
        this.stages = filters.stream().map(Stage::of).toList();
        this.filtering = filtering;
        this.compressor = compressor;
        this.elementBytes = filtering != null && filtering.shuffle() ? Shuffle.elementBytes(stages.get(0).values) : 1;
        this.chunkBytes = chunkBytes;
    }

    /**
     * The pipeline of a new dataset. Loads the library that the method needs, unless it is loaded.
     *
     * @param filtering the filters
     * @param elementBytes the size of an element's type
     * @param chunkBytes the size of a raw chunk
     * @return a pipeline
     * @throws MissingCodecException if the library is missing; the message says what to add
     * @throws IllegalArgumentException if a size is less than 1
     */
    public static FilterPipeline of(Filtering filtering, int elementBytes, int chunkBytes) {
        if (elementBytes < 1 || chunkBytes < 1) {
            throw new IllegalArgumentException(
                    "sizes must be at least 1, were " + elementBytes + " and " + chunkBytes + " bytes");
        }
        Compressor compressor = FilterRegistry.compressor(filtering.method(), filtering.level());
        return new FilterPipeline(filtering.filters(elementBytes, chunkBytes), filtering, compressor, chunkBytes);
    }

    /**
     * The pipeline of an existing dataset that gets more chunks.
     *
     * @param filters in order, as its creation properties have them
     * @param chunkBytes the size of a raw chunk
     * @return null if only HDF5's own pipeline can encode its chunks
     */
    public static @Nullable FilterPipeline encoding(List<Filter> filters, int chunkBytes) {
        Filtering filtering = Filtering.of(filters);
        try {
            return filtering == null
                    ? null
                    : new FilterPipeline(
                            filters,
                            filtering,
                            FilterRegistry.compressor(filtering.method(), filtering.level()),
                            chunkBytes);
        } catch (MissingCodecException e) {
            return null; // the C library may have the filter
        }
    }

    /**
     * The pipeline of a dataset that is read.
     *
     * @param filters in order, as its creation properties have them
     * @return a pipeline that does not encode
     */
    public static FilterPipeline decoding(List<Filter> filters) {
        return new FilterPipeline(filters, null, null, 0);
    }

    /**
     * The filters of the dataset's creation properties, in order.
     *
     * @return none or more
     */
    public List<Filter> filters() {
        return filters;
    }

    /**
     * The largest size that {@link #encode} can give a chunk: a chunk that would grow is stored as it is.
     *
     * @return bytes, at most four more than those of a raw chunk
     */
    public int bound() {
        return chunkBytes + (filtering().fletcher32() ? Fletcher32.BYTES : 0);
    }

    /**
     * The mask of a chunk that is stored raw, without a checksum.
     *
     * @return a bit for each filter
     */
    public int rawMask() {
        return (1 << filters.size()) - 1;
    }

    private Filtering filtering() {
        if (filtering == null) {
            throw new IllegalStateException("this pipeline does not encode");
        }
        return filtering;
    }

    /** Shuffle and compressor, but not the checksum. */
    private int plainMask() {
        return (1 << (filters.size() - (filtering().fletcher32() ? 1 : 0))) - 1;
    }

    /**
     * Encodes a chunk. A chunk that does not get smaller is stored plain, with its checksum if the filtering has one.
     *
     * @param chunk direct; the bytes from position to limit, as many as a raw chunk has or, for a test, any number. Its
     *     position moves to its limit.
     * @param out direct; takes the stored bytes from its position on, which moves behind them. Has space for {@link #bound()}.
     * @param scratch of this thread
     * @return the filter mask
     */
    public int encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        requireDirect(chunk, out);
        Filtering wanted = filtering();
        int from = chunk.position();
        int start = out.position();
        boolean smaller = compressor != null && compress(compressor, wanted.shuffle(), chunk, out, scratch);
        if (!smaller) {
            chunk.position(from);
            out.position(start).put(chunk);
        }
        if (wanted.fletcher32()) {
            Fletcher32.append(out, start, scratch);
        }
        return smaller ? unshuffledMask() : plainMask();
    }

    /**
     * The mask of a shuffle filter without the size of an element, which HDF5 cannot apply: HDF5 sets no sizes for types of variable
     * length, and stores their chunks with this mask, too. Elements of one byte are the same before and after the filter.
     */
    private int unshuffledMask() {
        int[] values = stages.get(0).values;
        return filtering().shuffle() && (values.length != 1 || values[0] == 0) ? 1 : 0;
    }

    private boolean compress(Compressor by, boolean shuffle, ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        int bytes = chunk.remaining();
        int limit = out.limit();
        if (bytes == 0) {
            return false;
        }
        ByteBuffer input = chunk;
        if (shuffle) {
            input = scratch.between(by.onHeap(), bytes);
            Shuffle.encode(chunk, input, elementBytes, scratch);
            input.flip();
        }
        out.limit(out.position() + bytes - 1);
        boolean smaller = by.encode(input, out, scratch);
        out.limit(limit);
        chunk.position(chunk.limit());
        return smaller;
    }

    /**
     * A buffer for a stored chunk that is decoded next.
     *
     * @param bytes the size of the stored chunk
     * @param scratch of this thread
     * @return direct; from position 0 to its limit
     * @throws DamagedChunkException if the chunk is too large to be decoded
     */
    public static ByteBuffer stored(long bytes, Scratch scratch) {
        mustFit(bytes);
        return scratch.stored((int) bytes);
    }

    private static void mustFit(long bytes) {
        if (bytes > LARGEST) {
            throw new DamagedChunkException("chunk: " + bytes + " bytes (expected: at most " + LARGEST + ")");
        }
    }

    /**
     * Decodes a chunk.
     *
     * @param stored direct; the stored bytes from position to limit, both of which are undefined afterwards
     * @param mask its filter mask
     * @param bytes the size of a raw chunk
     * @param scratch of this thread
     * @return from position to limit: the stored bytes, or memory of the scratch until the next chunk. A damaged chunk may have more
     *     bytes, or fewer.
     * @throws DamagedChunkException if a filter cannot be undone
     */
    public ByteBuffer decode(ByteBuffer stored, int mask, long bytes, Scratch scratch) {
        mustFit(bytes);
        ByteBuffer chunk = stored;
        int most = (int) (bytes + bytes / 8 + MORE);
        for (int i = stages.size() - 1; i >= 0; i--) {
            if ((mask & 1 << i) == 0) {
                chunk = stages.get(i).decode(chunk, most, scratch);
            }
        }
        return chunk;
    }

    /**
     * Decodes a chunk that must have a given size.
     *
     * @param stored direct; the stored bytes from position to limit, both of which are undefined afterwards
     * @param mask its filter mask
     * @param raw is filled from its position to its limit
     * @param scratch of this thread
     * @throws DamagedChunkException if the stored bytes are not such a chunk
     */
    public void decode(ByteBuffer stored, int mask, ByteBuffer raw, Scratch scratch) {
        ByteBuffer chunk = decode(stored, mask, raw.remaining(), scratch);
        if (chunk.remaining() != raw.remaining()) {
            throw new DamagedChunkException(
                    "it has " + chunk.remaining() + " bytes, where " + raw.remaining() + " are expected");
        }
        raw.put(chunk);
    }

    /**
     * Throws if the C library must not run these filters, also if the dataset has no chunks yet.
     *
     * @param bytes the size of a raw chunk
     * @throws DamagedChunkException if the client values of a filter are for chunks of another size
     */
    public void check(long bytes) {
        long now = bytes;
        for (Stage stage : stages) {
            if (stage.codec != null) {
                stage.codec.check(stage.values, now);
            }
            now = stage.filter == Filter.SHUFFLE ? now : -1;
        }
    }

    private static void requireDirect(ByteBuffer in, ByteBuffer out) {
        if (!in.isDirect() || !out.isDirect()) {
            throw new IllegalArgumentException("buffers must be direct");
        }
    }
}
