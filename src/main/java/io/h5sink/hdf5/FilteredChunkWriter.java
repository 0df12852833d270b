package io.h5sink.hdf5;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.format.FormatException;
import io.h5sink.format.index.ChunkEntry;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.format.index.ChunkIndexWriter;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of a dataset with filters. A full chunk goes through the filters once, and is then written to the end of the file. An
 * incomplete chunk is stored raw, in space for a full chunk, to which later rows are added in place; when the chunk is full, that space is
 * freed. One thread at a time.
 */
final class FilteredChunkWriter {

    private final ChunkCoder coder;
    private final @Nullable ChunkFill fill;
    private final int rowBytes;
    private final int chunkBytes;

    private final ChunkGrid grid;

    /** Whether chunks that extend beyond the dataset are stored raw, without bits in the mask. */
    private boolean plainEdges;

    FilteredChunkWriter(ChunkCoder coder, ChunkGrid grid, @Nullable ChunkFill fill) {
        this.coder = coder;
        this.grid = grid;
        this.fill = fill;
        this.rowBytes = grid.bytes();
        this.chunkBytes = Math.multiplyExact(rowBytes, grid.perChunk());
    }

    /** Sets whether chunks that extend beyond the dataset skip all filters ({@code H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS}). */
    void setPlainEdges(boolean plain) {
        plainEdges = plain;
    }

    /** Announces rows that will be written soon, so that the chunks which these rows fill can be encoded in advance. */
    void announce(long firstRow, long rowsThere, ByteBuffer rows) {
        int chunkRows = chunkBytes / rowBytes;
        long number = (firstRow + chunkRows - 1) / chunkRows;
        long at = rows.position() + (number * chunkRows - firstRow) * rowBytes;
        for (; at + chunkBytes <= rows.limit(); at += chunkBytes, number++) {
            if (number >= rowsThere / chunkRows && !coder.isAnnounced(number)) {
                coder.announce(number, rows.slice((int) at, chunkBytes));
            }
        }
    }

    /**
     * Writes rows of one chunk.
     *
     * @param number the number of the chunk
     * @param firstRow the index of the first row in the chunk; all rows before are already written
     * @param full whether the chunk gets no more rows
     * @param cut whether the chunk extends beyond the dataset, however many rows the dataset has
     */
    void write(
            SpaceAllocator file,
            ChunkIndexWriter index,
            long number,
            int firstRow,
            ByteBuffer rows,
            boolean full,
            boolean cut)
            throws IOException {
        int from = firstRow * rowBytes;
        ChunkEntry entry = asRaw(index.get(number), firstRow > 0 || cut);
        if (full && !(plainEdges && cut)) {
            boolean whole = rows.remaining() == chunkBytes;
            ByteBuffer raw = whole || coder.isAnnounced(number) ? rows : joined(file, number, entry, from, rows);
            replace(file, index, number, entry, encoded(number, raw));
        } else if (isRaw(entry)) {
            file.write(entry.address() + from, rows);
        } else {
            begin(file, index, number, entry, joined(file, number, entry, from, rows));
        }
    }

    private FilterExecutor.Task encoded(long number, ByteBuffer raw) throws IOException {
        try {
            return coder.encode(number, raw);
        } catch (DamagedChunkException e) {
            throw new IOException("the chunk at " + Arrays.toString(grid.offset(number)) + ": " + e.getMessage(), e);
        }
    }

    /** The entry with the mask of a raw chunk, if the chunk extends beyond the dataset and is stored raw for that reason. */
    private ChunkEntry asRaw(ChunkEntry entry, boolean beyond) {
        return plainEdges && beyond && entry.isThere()
                ? new ChunkEntry(entry.address(), entry.size(), coder.rawMask())
                : entry;
    }

    /** Stores an incomplete chunk raw. */
    private void begin(SpaceAllocator file, ChunkIndexWriter index, long number, ChunkEntry before, ByteBuffer raw)
            throws IOException {
        long address = file.allocateRawAnywhere(chunkBytes);
        try {
            file.write(address, raw); // the whole chunk is written, because the space may have old content
        } catch (IOException e) {
            file.spare(address, chunkBytes); // the earlier rows are still in the chunk before, for the next attempt
            throw e;
        }
        index.set(number, new ChunkEntry(address, chunkBytes, coder.rawMask()));
        free(file, before);
    }

    private void replace(
            SpaceAllocator file, ChunkIndexWriter index, long number, ChunkEntry before, FilterExecutor.Task coded)
            throws IOException {
        int size = coded.stored().remaining();
        long address;
        if (before.isThere() && !isRaw(before)) { // an encoded chunk is written again and again
            address = file.allocateRawAnywhere(size);
            file.write(address, coded.stored());
        } else {
            address = file.append(coded.stored());
        }
        index.set(number, new ChunkEntry(address, size, coded.mask()));
        coder.release();
        free(file, before);
    }

    private static void free(SpaceAllocator file, ChunkEntry before) {
        if (before.isThere()) {
            file.free(before.address(), before.size());
        }
    }

    /**
     * Encodes a chunk though it is not full, because no more rows will be written soon. The chunk stays raw if encoding does not make it
     * smaller.
     *
     * @param rows the number of rows in the chunk
     */
    void finish(SpaceAllocator file, ChunkIndexWriter index, long number, int rows) throws IOException {
        ChunkEntry entry = index.get(number);
        if (isRaw(entry) && !plainEdges) {
            ByteBuffer raw = joined(file, number, entry, rows * rowBytes, ByteBuffer.allocate(0));
            FilterExecutor.Task coded = encoded(number, raw);
            if (coded.stored().remaining() < chunkBytes) {
                replace(file, index, number, entry, coded);
            } else {
                coder.release();
            }
        }
    }

    private boolean isRaw(ChunkEntry entry) {
        return entry.isThere() && entry.mask() == coder.rawMask() && entry.size() == chunkBytes;
    }

    /** Reads the first rows of a chunk, into a buffer from position to limit. */
    void read(SpaceAllocator file, long number, ChunkEntry entry, ByteBuffer rows) throws IOException {
        ByteBuffer raw = file.buffers().raw(chunkBytes);
        decode(file, number, asRaw(entry, rows.remaining() < chunkBytes), raw);
        rows.put(0, raw, 0, rows.remaining());
    }

    private void decode(SpaceAllocator file, long number, ChunkEntry entry, ByteBuffer raw) throws IOException {
        ByteBuffer stored = file.buffers().stored(Math.toIntExact(entry.size()));
        file.read(entry.address(), stored);
        try {
            coder.decode(stored.flip(), entry.mask(), raw);
        } catch (DamagedChunkException e) {
            throw new FormatException("the chunk at " + Arrays.toString(grid.offset(number)) + ": " + e.getMessage());
        }
    }

    /**
     * The bytes of a chunk up to an offset, then rows, then what the chunk has behind them, or the fill value in a chunk that has not been
     * there; the buffer is valid until the next call, for any dataset of the file.
     */
    private ByteBuffer joined(SpaceAllocator file, long number, ChunkEntry entry, int from, ByteBuffer rows)
            throws IOException {
        ByteBuffer raw = file.buffers().raw(chunkBytes);
        int end = from + rows.remaining();
        if (isRaw(entry)) {
            file.read(entry.address(), raw.limit(from));
            fill(fill, raw.limit(chunkBytes).position(end));
        } else if (entry.isThere()) {
            decode(file, number, entry, raw);
        } else {
            fill(fill, raw.limit(from));
            fill(fill, raw.limit(chunkBytes).position(end));
        }
        return raw.clear().limit(chunkBytes).put(from, rows, rows.position(), rows.remaining());
    }

    /** Puts a fill value, or zeros, into a buffer from position to limit. */
    static void fill(@Nullable ChunkFill fill, ByteBuffer to) throws IOException {
        if (fill != null) {
            fill.put(to);
            return;
        }
        while (to.remaining() >= Long.BYTES) {
            to.putLong(0);
        }
        while (to.hasRemaining()) {
            to.put((byte) 0);
        }
    }
}
