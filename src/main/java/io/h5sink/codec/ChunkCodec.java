package io.h5sink.codec;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Codes the chunks of a dataset: raw bytes to what {@code H5Dwrite_chunk} takes, and back from what {@code H5Dread_chunk} gives.
 * Immutable; any number of threads may code at once, each with a {@link Scratch} of its own.
 *
 * <p>Bit {@code i} of a chunk's filter mask says that it did without the filter {@code i} of {@link #filters()}.
 */
public final class ChunkCodec {

    private final Filtering filtering;
    private final int elementBytes;
    private final int chunkBytes;
    private final List<Filter> filters;
    private final @Nullable Compressor compressor;

    private ChunkCodec(Filtering filtering, int elementBytes, int chunkBytes, @Nullable Compressor compressor) {
        this.filtering = filtering;
        this.elementBytes = elementBytes;
        this.chunkBytes = chunkBytes;
        this.filters = filtering.filters(elementBytes, chunkBytes);
        this.compressor = compressor;
    }

    /**
     * The codec of a dataset. Loads the library that the method needs, if that is the first time.
     *
     * @param filtering what to do
     * @param elementBytes the size of an element's type
     * @param chunkBytes the size of a raw chunk
     * @return a codec
     * @throws MissingCodecException if the library is missing; the message says what to add
     * @throws IllegalArgumentException if a size is less than 1
     */
    public static ChunkCodec of(Filtering filtering, int elementBytes, int chunkBytes) {
        if (elementBytes < 1 || chunkBytes < 1) {
            throw new IllegalArgumentException(
                    "sizes must be at least 1, were " + elementBytes + " and " + chunkBytes + " bytes");
        }
        return new ChunkCodec(
                filtering, elementBytes, chunkBytes, Compressors.of(filtering.method(), filtering.level()));
    }

    /**
     * The filters of the dataset's creation properties, in order.
     *
     * @return none to three filters
     */
    public List<Filter> filters() {
        return filters;
    }

    /**
     * The size of a raw chunk.
     *
     * @return bytes
     */
    public int chunkBytes() {
        return chunkBytes;
    }

    /**
     * The largest size that {@link #encode} can give a chunk: a chunk that would grow is stored as it is.
     *
     * @return bytes, at most four more than those of a raw chunk
     */
    public int bound() {
        return chunkBytes + (filtering.fletcher32() ? Fletcher32.BYTES : 0);
    }

    /**
     * The mask of a chunk that is stored raw, without a checksum.
     *
     * @return a bit for each filter
     */
    public int rawMask() {
        return (1 << filters.size()) - 1;
    }

    /** Shuffle and compressor, but not the checksum. */
    private int plainMask() {
        return (1 << (filters.size() - (filtering.fletcher32() ? 1 : 0))) - 1;
    }

    /**
     * Codes a chunk. If it does not get smaller it is stored plain, with its checksum if there is to be one.
     *
     * @param chunk direct; the bytes from position to limit, {@link #chunkBytes()} of them or, for a test, any number. Its
     *     position moves to its limit.
     * @param out direct; takes the stored bytes from its position on, which moves behind them. Has room for {@link #bound()}.
     * @param scratch of this thread
     * @return the filter mask
     */
    public int encode(ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        requireDirect(chunk, out);
        int from = chunk.position();
        int start = out.position();
        boolean smaller = compressor != null && compress(compressor, chunk, out, scratch);
        if (!smaller) {
            chunk.position(from);
            out.position(start).put(chunk);
        }
        if (filtering.fletcher32()) {
            Fletcher32.append(out, start, scratch);
        }
        return smaller ? 0 : plainMask();
    }

    private boolean compress(Compressor by, ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        int bytes = chunk.remaining();
        int limit = out.limit();
        if (bytes == 0) {
            return false;
        }
        ByteBuffer input = chunk;
        if (filtering.shuffle()) {
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
     * Gets a chunk back.
     *
     * @param stored direct; the stored bytes from position to limit, both of which are undefined afterwards
     * @param mask its filter mask
     * @param raw direct; is filled from its position to its limit, the size that the chunk must have
     * @param scratch of this thread
     * @throws DamagedChunkException if the bytes are not such a chunk; what is then in {@code raw} is undefined
     */
    public void decode(ByteBuffer stored, int mask, ByteBuffer raw, Scratch scratch) {
        requireDirect(stored, raw);
        int last = filters.size() - 1;
        if (filtering.fletcher32() && ((mask >>> last) & 1) == 0) {
            Fletcher32.strip(stored, scratch);
        }
        boolean shuffled = filtering.shuffle() && (mask & 1) == 0;
        boolean compressed = ((mask >>> (filtering.shuffle() ? 1 : 0)) & 1) == 0;
        ByteBuffer chunk = stored;
        if (compressor != null && compressed) {
            if (!shuffled) {
                compressor.decode(stored, raw, scratch);
                return;
            }
            chunk = scratch.between(false, raw.remaining());
            compressor.decode(stored, chunk, scratch);
            chunk.flip();
        }
        if (chunk.remaining() != raw.remaining()) {
            throw DamagedChunkException.size("chunk", chunk.remaining(), raw.remaining());
        }
        if (shuffled) {
            Shuffle.decode(chunk, raw, elementBytes, scratch);
        } else {
            raw.put(chunk);
        }
    }

    private static void requireDirect(ByteBuffer in, ByteBuffer out) {
        if (!in.isDirect() || !out.isDirect()) {
            throw new IllegalArgumentException("buffers must be direct");
        }
    }
}
