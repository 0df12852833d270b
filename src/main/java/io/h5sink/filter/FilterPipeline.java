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

    /** The largest chunk that can be decoded. */
    private static final int LARGEST = Integer.MAX_VALUE / 9 * 8 - FilterStage.MORE;

    private final List<Filter> filters;
    private final List<FilterStage> stages;

    /** The usual filters in their usual order; null if the stages encode one after the other, and in a pipeline that only decodes. */
    private final @Nullable Filtering filtering;

    private final boolean encodes;

    /** Whether one of the stages is a library's. */
    private final boolean serial;

    private final @Nullable Compressor compressor;
    private final int elementBytes;
    private final int chunkBytes;

    /** A pipeline of the usual filters in their usual order, which Java has. */
    private FilterPipeline(List<Filter> filters, Filtering filtering, int chunkBytes) {
        this.filters = List.copyOf(filters);
        this.stages = FilterStage.of(filters, FilterStage.VARYING, FilterLibrary.NONE, false);
        this.filtering = filtering;
        this.encodes = true;
        this.serial = false;
        this.compressor = FilterRegistry.compressor(filtering.method(), filtering.level());
        this.elementBytes =
                filtering.shuffle() ? Shuffle.elementBytes(filters.get(0).clientValues()) : 1;
        this.chunkBytes = chunkBytes;
    }

    /** A pipeline of any filters. */
    private FilterPipeline(List<Filter> filters, List<FilterStage> stages, boolean encodes, int chunkBytes) {
        this.filters = List.copyOf(filters);
        this.stages = stages;
        this.filtering = null;
        this.encodes = encodes;
        this.serial = stages.stream().anyMatch(FilterStage.LibraryStage.class::isInstance);
        this.compressor = null;
        this.elementBytes = 1;
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
        return new FilterPipeline(filtering.filters(elementBytes, chunkBytes), filtering, chunkBytes);
    }

    /**
     * The pipeline of an existing dataset that gets more chunks.
     *
     * @param filters in order, as its creation properties have them
     * @param chunkBytes the size of a raw chunk
     * @return null if Java cannot encode its chunks
     */
    public static @Nullable FilterPipeline encoding(List<Filter> filters, int chunkBytes) {
        try {
            return encoding(filters, chunkBytes, FilterLibrary.NONE);
        } catch (MissingFilterException e) {
            return null;
        }
    }

    /**
     * The pipeline of an existing dataset that gets more chunks, in whatever order its filters are.
     *
     * @param filters in order, as its creation properties have them
     * @param chunkBytes the size of a raw chunk
     * @param library runs the filters that Java does not have
     * @return a pipeline
     * @throws MissingFilterException if the library lacks a filter that Java does not have
     * @throws DamagedChunkException if the client values of a filter are for chunks of another size
     */
    public static FilterPipeline encoding(List<Filter> filters, int chunkBytes, FilterLibrary library) {
        Filtering usual = Filtering.of(filters);
        if (usual != null && FilterRegistry.unknown(filters).isEmpty()) {
            return new FilterPipeline(filters, usual, chunkBytes);
        }
        FilterPipeline pipeline =
                new FilterPipeline(filters, FilterStage.of(filters, chunkBytes, library, true), true, chunkBytes);
        pipeline.check(chunkBytes);
        return pipeline;
    }

    /**
     * The pipeline of a dataset that is read.
     *
     * @param filters in order, as its creation properties have them
     * @return a pipeline that does not encode, and that decodes no chunk with a filter that Java does not have
     */
    public static FilterPipeline decoding(List<Filter> filters) {
        return decoding(filters, FilterStage.VARYING, FilterLibrary.NONE);
    }

    /**
     * The pipeline of a dataset that is read.
     *
     * @param filters in order, as its creation properties have them
     * @param chunkBytes the size of a raw chunk
     * @param library runs the filters that Java does not have
     * @return a pipeline that does not encode
     * @throws MissingFilterException if the library lacks a filter that Java does not have
     * @throws DamagedChunkException if client values of a filter that the library runs are for chunks of another size
     */
    public static FilterPipeline decoding(List<Filter> filters, int chunkBytes, FilterLibrary library) {
        FilterPipeline pipeline =
                new FilterPipeline(filters, FilterStage.of(filters, chunkBytes, library, false), false, chunkBytes);
        if (pipeline.isSerial()) {
            pipeline.check(chunkBytes);
        }
        return pipeline;
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
     * @return bytes, at most four more than those of a raw chunk if the filters are in their usual order
     */
    public int bound() {
        if (filtering == null) {
            return FilterStage.most(chunkBytes);
        }
        return chunkBytes + (filtering.fletcher32() ? Fletcher32.BYTES : 0);
    }

    /** Whether a library encodes, which does one chunk at a time, so that no other thread should be kept waiting for it. */
    boolean isSerial() {
        return serial;
    }

    /**
     * The mask of a chunk that is stored raw, without a checksum.
     *
     * @return a bit for each filter
     */
    public int rawMask() {
        return filters.isEmpty() ? 0 : -1 >>> (Integer.SIZE - filters.size());
    }

    private Filtering filtering() {
        return Objects.requireNonNull(filtering, "the filters are not in their usual order");
    }

    /** Shuffle and compressor, but not the checksum. */
    private int plainMask() {
        return (1 << (filters.size() - (filtering().fletcher32() ? 1 : 0))) - 1;
    }

    /**
     * Encodes a chunk. A chunk that does not get smaller is stored plain, with its checksum if the filtering has one. Filters in an order
     * that is not the usual one leave out a chunk one by one.
     *
     * @param chunk direct; the bytes from position to limit, as many as a raw chunk has or, for a test, any number. Its
     *     position moves to its limit.
     * @param out direct; takes the stored bytes from its position on, which moves behind them. Has space for {@link #bound()}.
     * @param scratch of this thread
     * @return the filter mask
     */
    public int encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        requireDirect(chunk, out);
        if (!encodes) {
            throw new IllegalStateException("this pipeline does not encode");
        }
        if (filtering == null) {
            return encodeByStages(chunk, out, scratch);
        }
        Filtering wanted = filtering;
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

    private int encodeByStages(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        ByteBuffer coded = chunk.duplicate();
        int mask = 0;
        for (FilterStage stage : stages) {
            CodedChunk next = stage.encode(coded, scratch);
            coded = next.bytes();
            mask |= next.mask();
        }
        if (coded.remaining() > out.remaining()) {
            coded = chunk.duplicate();
            mask = rawMask();
        }
        out.put(coded);
        chunk.position(chunk.limit());
        return mask;
    }

    /**
     * The mask of a shuffle filter without the size of an element, which HDF5 cannot apply: HDF5 sets no sizes for types of variable
     * length, and stores their chunks with this mask, too. Elements of one byte are the same before and after the filter.
     */
    private int unshuffledMask() {
        int[] values = filters.get(0).clientValues();
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
        int most = FilterStage.most(bytes);
        for (int i = stages.size() - 1; i >= 0; i--) {
            chunk = stages.get(i).decode(chunk, mask, most, scratch);
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
        for (Filter filter : filters) {
            FilterCodec codec = FilterRegistry.find(filter.id());
            if (codec != null) {
                codec.check(filter.clientValues(), now);
            }
            now = filter.id() == Filter.SHUFFLE ? now : FilterStage.VARYING;
        }
    }

    private static void requireDirect(ByteBuffer in, ByteBuffer out) {
        if (!in.isDirect() || !out.isDirect()) {
            throw new IllegalArgumentException("buffers must be direct");
        }
    }
}
